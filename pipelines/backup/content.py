"""Which files of an instance are its state; everything else can be made again, or must stay apart.

Kept: landing, the live build and its publication, quality history, key ledger, audit log,
suppression list, Dagster's storage, and whatever else an instance will hold one day. Left out:
secrets, exports, builds and publications that are not live, dbt's working files, spill, and hidden
files (locks, half-written files). A new folder is in the backup unless it is left out here.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipelines.backup.suppression_replay import MARKER

LEFT_OUT = {"secrets", "demo", "exports", "requests", "work", MARKER}
"""Of the home folder: keys must not lie beside what they open; demo files are made anew; exports
and requests are for one use, and are gone before a backup expires."""

LEFT_OUT_OF_BUILDS = {"spill", "dbt"}

OF_ONE_RUN = {"builds", "publish", "quality"}
"""Folders with one folder a run, of which the live one is kept."""

SQLITE = ".db"
SQLITE_ASIDE = (".db-wal", ".db-shm", ".db-journal")


def live_run(home: Path) -> str | None:
    """The run that readers see; None before the first publication."""
    link = home / "publish" / "current"
    return link.readlink().name if link.is_symlink() else None


def state_files(home: Path) -> Iterator[Path]:
    """Every file that a backup holds, relative to the home folder, in order."""
    live = live_run(home)
    for top in sorted(home.iterdir()):
        if top.name in LEFT_OUT or _is_hidden(top):
            continue
        if top.is_file():
            yield top.relative_to(home)
        elif top.name in OF_ONE_RUN:
            for part in sorted(top.iterdir()):
                if part.name == live or (top.name == "quality" and part.name == "history"):
                    yield from _files(part, home)
        else:
            yield from _files(top, home)


def _files(folder: Path, home: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if _is_hidden(path) or path.name.endswith(SQLITE_ASIDE):
            continue
        if path.is_dir():
            if not (folder.parent.name == "builds" and path.name in LEFT_OUT_OF_BUILDS):
                yield from _files(path, home)
        elif path.is_file():
            yield path.relative_to(home)


def _is_hidden(path: Path) -> bool:
    return path.name.startswith(".") or path.is_symlink()
