"""Where the suppression list 抑制名单 of an instance is, and whether anybody stands on it.

    <home>/suppression/list.ndjson

One line for each trace of a person who was erased: the request, the kind, and a hash under the
instance's key. Nobody can read from it who it is about.
"""

from __future__ import annotations

from pathlib import Path

LIST = Path("suppression") / "list.ndjson"


def listed(home: Path) -> list[str]:
    """The lines of the list, oldest first."""
    file = home / LIST
    return [line for line in file.read_text().split("\n") if line] if file.exists() else []
