"""Where the suppression list 抑制名单 of an instance is, and whether anybody stands on it.

    <home>/suppression/list.ndjson

One line for each trace of a person who was erased: the request, the kind, a hash, and the id of
the key of that hash. Nobody can read from it who it is about.

The key is derived from the instance's key. The hashes cannot be made again without the people, so
the list keeps the key that it began with when the instance gets another one.
"""

from __future__ import annotations

import json
from pathlib import Path

from pipelines.runtime.former_keys import key_id, read_former_keys
from pipelines.runtime.key_file import KeyFileError, derived_key, load_key
from pipelines.runtime.settings import Settings

LIST = Path("suppression") / "list.ndjson"
PURPOSE = "suppression"


def listed(home: Path) -> list[str]:
    """The lines of the list, oldest first."""
    file = home / LIST
    return [line for line in file.read_text().split("\n") if line] if file.exists() else []


def suppression_key(settings: Settings) -> bytes:
    """The key that the list is read and extended with.

    Raises:
        KeyFileError: lines of the list are of another key: nobody on them would be recognised.
    """
    former = read_former_keys(settings.home).suppression
    key = bytes.fromhex(former) if former else derived_key(load_key(settings.key_file), PURPOSE)
    if key_ids(settings.home) - {key_id(key)}:
        raise KeyFileError(
            f"{settings.home / LIST} was made with another key, and nobody on it would be "
            "recognised; put the key back that it was made with: secrets/former.keys where the "
            "key was rotated, else C360_PSEUDONYM_KEY_FILE"
        )
    return key


def key_ids(home: Path) -> set[str]:
    """Ids of the keys that lines of the list were hashed with; one, as long as nothing is wrong."""
    return {json.loads(line).get("key", "") for line in listed(home)}
