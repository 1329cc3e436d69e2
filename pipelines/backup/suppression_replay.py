"""Whether an instance came out of a backup and may still hold people who were erased since.

A restore leaves `restored.json` in the instance. Until `mark_replayed`, nothing is published from
it and no backup is taken of it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from pipelines.backup.errors import BackupError
from pipelines.runtime.clock import utc_now
from pipelines.runtime.private_files import written_whole
from pipelines.runtime.settings import SettingsError, load_settings
from pipelines.runtime.suppression import LIST

MARKER = "restored.json"


class Restored(msgspec.Struct, frozen=True):
    """What the marker says.

    Attributes:
        snapshot: id of the snapshot that the instance is from.
        taken_at: when it was taken, UTC; empty until everything is restored and verified.
        restored_at: UTC.
        replayed_at: UTC; None until the suppression list was replayed.
    """

    snapshot: str
    taken_at: str
    restored_at: str
    replayed_at: str | None = None


def replay_needed(home: Path) -> bool:
    """Whether the suppression list must be replayed before anything is published.

    A marker that cannot be read counts as not replayed.
    """
    file = home / MARKER
    if not file.exists():
        return False
    marker = _read(file)
    return marker is None or marker.replayed_at is None


def mark_replayed(home: Path) -> None:
    """Say that everybody on the suppression list is gone from the restored instance.

    To be called by what replayed the list; does nothing in an instance that was not restored.

    Raises:
        BackupError: the restore was killed, or its marker damaged: nobody knows what is there.
    """
    file = home / MARKER
    if not file.exists():
        return
    marker = _read(file)
    if marker is None or not marker.taken_at:
        raise BackupError(f"The restore into {home} was not finished: remove it, restore again")
    write_marker(home, msgspec.structs.replace(marker, replayed_at=now()))


def write_marker(home: Path, marker: Restored) -> None:
    """Leave the marker in an instance."""
    with written_whole(home / MARKER) as file:
        file.write(msgspec.json.format(msgspec.json.encode(marker), indent=2) + b"\n")


def now() -> str:
    """The moment that is written into a marker, UTC."""
    return utc_now().isoformat(timespec="seconds") + "Z"


def _read(file: Path) -> Restored | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Restored)
    except (msgspec.MsgspecError, UnicodeError):
        return None


def main(arguments: Sequence[str] | None = None) -> int:
    """Say whether a replay is needed; mark it as done where there is nobody to replay.

    Returns:
        0: not needed, or marked; 1: needed; 2: wrong settings.
    """
    parser = argparse.ArgumentParser(prog="make restore-confirm", description=__doc__)
    parser.add_argument("--nobody-erased", action="store_true", help="mark, if the list is empty")
    options = parser.parse_args(arguments)
    try:
        home = load_settings().home
    except SettingsError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    if not replay_needed(home):
        sys.stdout.write("Nothing is to be replayed.\n")
        return 0
    listed = home / LIST
    if listed.exists() and listed.read_bytes().strip():
        sys.stderr.write(f"error: {listed} names people who were erased: make restore-replay\n")
        return 1
    if not options.nobody_erased:
        sys.stderr.write(
            "error: the suppression list is empty; if nobody was erased since the backup, say so: "
            "make restore-confirm NOBODY_ERASED=1\n"
        )
        return 1
    try:
        mark_replayed(home)
    except BackupError as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    sys.stdout.write("Marked: nobody was erased.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
