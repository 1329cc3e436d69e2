"""The publish folder: publications side by side, and the one symlink `current` that readers follow.

Everything is written aside, flushed, renamed and only then switched to, under a lock that a second
publisher does not wait for: a reader sees the old publication or the new one, whole.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from pipelines.runtime.modes import share

MANIFEST = "publication.json"


class PublishError(Exception):
    """Why nothing was switched, and what to do."""


@dataclass(frozen=True)
class Publication:
    """What one published folder says of itself.

    Attributes:
        run_id: the run that built it; also the folder's name.
        as_of: business date of the data.
        published_at: UTC time of the switch.
        tables: rows of each published table.
    """

    run_id: str
    as_of: str
    published_at: str
    tables: dict[str, int]


@contextmanager
def publishing(folder: Path) -> Iterator[None]:
    """Hold the publish lock; a second publisher is refused at once instead of waiting.

    Raises:
        PublishError: another run is publishing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        os.fchmod(lock.fileno(), 0o600)  # who can open it, can hold it and stop the night
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PublishError(
                f"Another run is publishing to {folder}; nothing was switched. "
                "Start this run again when that one has ended."
            ) from None
        yield


def staging_folder(folder: Path, run_id: str) -> Path:
    """An empty folder to write a publication in; what a killed run left there is removed."""
    partial = folder / f".{run_id}.partial"
    if partial.exists():
        shutil.rmtree(partial)
    partial.mkdir()
    return partial


def switch_to(
    folder: Path, partial: Path, publication: Publication, group: str | None = None
) -> Path:
    """Flush what was written, give it its name and its readers, and point `current` at it.

    Args:
        folder: the folder of all publications.
        partial: the publication that was written there.
        publication: what it says of itself.
        group: the group that may read publications, also the older ones; None: the owner only.

    Returns:
        The published folder.
    """
    manifest = partial / MANIFEST
    manifest.write_text(json.dumps(asdict(publication), indent=2, ensure_ascii=False) + "\n")
    share(partial, group)
    share(folder, group)
    for path in sorted(partial.rglob("*"), reverse=True):
        _flush(path)
    _flush(partial)
    final = folder / publication.run_id
    if final.exists():
        shutil.rmtree(final)
    os.replace(partial, final)
    _point_current_at(folder, final.name)
    return final


def rollback(folder: Path, group: str | None = None) -> Publication:
    """Point `current` at the publication before the live one, which the group may read then.

    Raises:
        PublishError: there is no live publication, or none before it.
    """
    with publishing(folder):
        live = current(folder)
        if live is None:
            raise PublishError(f"Nothing is published in {folder}; run `make run` first.")
        earlier = [p for p in publications(folder) if _order(p) < _order(live)]
        if not earlier:
            raise PublishError(
                f"The live publication {live.run_id} is the oldest one kept; there is nothing to "
                "go back to (C360_KEEP_BUILDS says how many are kept)."
            )
        share(folder, group)
        _point_current_at(folder, earlier[-1].run_id)
        return earlier[-1]


def current(folder: Path) -> Publication | None:
    """The live publication, or None before the first one."""
    link = folder / "current"
    return _read(link) if (link / MANIFEST).is_file() else None


def publications(folder: Path) -> list[Publication]:
    """All publications, oldest first."""
    found = [_read(manifest.parent) for manifest in folder.glob(f"*/{MANIFEST}")]
    unique = {publication.run_id: publication for publication in found}
    return sorted(unique.values(), key=_order)


def prune(
    folder: Path, builds: Path, audits: Path, keep: int, in_use: Callable[[Path], bool]
) -> list[str]:
    """Remove all but the newest `keep` publications and builds, and the audits of removed builds.

    The live publication and builds in use always stay.

    Returns:
        The run ids removed.
    """
    removed = prunable(folder, builds, audits, keep, in_use)
    for path in removed:
        shutil.rmtree(path)
    return sorted({path.name for path in removed})


def prunable(
    folder: Path, builds: Path, audits: Path, keep: int, in_use: Callable[[Path], bool]
) -> list[Path]:
    """The folders that `prune` removes."""
    live = current(folder)
    kept = {publication.run_id for publication in publications(folder)[-keep:]}
    if live:
        kept.add(live.run_id)
    newest_builds = sorted(builds.iterdir(), key=lambda path: path.stat().st_mtime)[-keep:]
    kept_builds = kept | {path.name for path in newest_builds}
    doomed = [p for p in folder.iterdir() if (p / MANIFEST).is_file() and not p.is_symlink()]
    removed = [path for path in doomed if path.name not in kept]
    old_builds = [
        path for path in builds.iterdir() if path.name not in kept_builds and not in_use(path)
    ]
    removed += old_builds
    return removed + [audits / path.name for path in old_builds if (audits / path.name).is_dir()]


def published_at(moment: datetime) -> str:
    """The text form that orders publications."""
    return moment.isoformat(timespec="microseconds")


def _order(publication: Publication) -> tuple[str, str]:
    return publication.published_at, publication.run_id


def _read(folder: Path) -> Publication:
    return Publication(**json.loads((folder / MANIFEST).read_text()))


def _point_current_at(folder: Path, name: str) -> None:
    new_link = folder / ".current.new"
    new_link.unlink(missing_ok=True)
    new_link.symlink_to(name)
    os.replace(new_link, folder / "current")
    _flush(folder)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
