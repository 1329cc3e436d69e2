"""The erasure that is under way, so that one that was killed can be gone on with.

    <home>/suppression/unfinished.json

It is there from the moment that the person stands on the suppression list until the receipt is
written.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from assets.privacy.erasure.receipt import Receipt
from pipelines.runtime.private_files import make_private_folder, written_whole

MARKER = Path("suppression") / "unfinished.json"


class UnfinishedError(Exception):
    """One line: another erasure was killed, and has to be finished first."""


@dataclass(frozen=True)
class Unfinished:
    """An erasure that has begun.

    Attributes:
        receipt: As far as it got.
        live_before: Run id of the build that was live when it began, with the person in it.
    """

    receipt: Receipt
    live_before: str


def unfinished(home: Path) -> Unfinished | None:
    """What was begun and not finished."""
    file = home / MARKER
    return msgspec.json.decode(file.read_bytes(), type=Unfinished) if file.exists() else None


def mark(home: Path, begun: Unfinished) -> None:
    """Say how far an erasure got."""
    make_private_folder((home / MARKER).parent)
    with written_whole(home / MARKER) as file:
        file.write(msgspec.json.encode(begun))


def unmark(home: Path) -> None:
    """Say that it is finished."""
    (home / MARKER).unlink(missing_ok=True)
