"""The suppression list of a restored instance: its own lines and those that came after the backup.

A list inside a backup does not know the erasures since. Lines are compared as bytes.
"""

from __future__ import annotations

from pathlib import Path

from pipelines.backup.errors import BackupError
from pipelines.runtime.private_files import make_private_folder, written_whole
from pipelines.runtime.suppression import LIST


def newer_list(named: str, live_home: Path) -> Path | None:
    """The list to merge in: the file or folder that is named, else the live instance's, if any.

    Raises:
        BackupError: what is named is not there.
    """
    if not named:
        live = live_home / LIST
        return live if live.is_file() else None
    path = Path(named).expanduser()
    if not path.exists():
        raise BackupError(f"SUPPRESSION={named}: there is no such file or folder")
    return path


def merge_into(home: Path, newer: Path | None) -> int:
    """Add the lines of a newer list that the restored one lacks, in their order.

    Returns:
        How many lines the list has now.
    """
    lines = list(dict.fromkeys(_lines(home / LIST) + (_lines(newer) if newer else [])))
    if lines:
        make_private_folder((home / LIST).parent)
        with written_whole(home / LIST) as file:
            file.writelines(line + b"\n" for line in lines)
    return len(lines)


def _lines(path: Path) -> list[bytes]:
    files = sorted(path.glob("*.ndjson")) if path.is_dir() else [path]
    return [
        line
        for file in files
        if file.is_file()
        for line in file.read_bytes().split(b"\n")
        if line.strip()
    ]
