"""A snapshot brought back into an empty folder, proven, and marked as not to be published yet."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import msgspec

from pipelines.backup.errors import BackupError
from pipelines.backup.frozen import MANIFEST, Manifest, differences
from pipelines.backup.repository import chosen, need_password, repository_of, snapshots
from pipelines.backup.suppression_list import merge_into, newer_list
from pipelines.backup.suppression_replay import Restored, now, write_marker
from pipelines.runtime.audit_log import HEAD, LOG
from pipelines.runtime.key_ring import FILE_NAME
from pipelines.runtime.private_files import make_private_folder, private_file
from pipelines.runtime.settings import Settings


@dataclass(frozen=True)
class Outcome:
    """What a restore brought back; sizes in bytes."""

    snapshot: str
    taken_at: str
    files: int
    total_bytes: int
    suppressed: int
    live_run: str | None


def restore(settings: Settings, out: str, snapshot: str = "", suppression: str = "") -> Outcome:
    """Restore a snapshot, verify every file, merge the suppression list, leave the marker.

    Args:
        settings: name the repository, and the live instance if there still is one.
        out: a folder that is not there, or empty.
        snapshot: beginning of an id; the newest where empty.
        suppression: newer list; that of the live instance where empty.

    Raises:
        BackupError: what is wrong; a folder that did not verify is removed.
    """
    folder = _empty_folder(out, settings.home)
    newer = newer_list(suppression, settings.home)
    restic = repository_of(settings)
    need_password(restic)
    found = chosen(snapshots(restic), snapshot)
    make_private_folder(folder)
    # First of all: a restore that is killed must not look like an instance that may publish.
    write_marker(folder, Restored(found.id, "", now()))
    try:
        restic.run("restore", found.id, "--target", str(folder))
        manifest = _verified(folder)
        _make_private(folder)
        (folder / MANIFEST).unlink()
        _point_at_live(folder, manifest.live_run)
        write_marker(folder, Restored(found.id, manifest.taken_at, now()))
        suppressed = merge_into(folder, newer)
        _take_newer_log(settings.audit_folder, folder / "audit")
        _hold_place_of_keys(folder)
    except BaseException:
        # Half an instance must not be taken for a whole one.
        shutil.rmtree(folder)
        raise
    return Outcome(
        snapshot=found.id,
        taken_at=manifest.taken_at,
        files=len(manifest.files),
        total_bytes=sum(file.bytes for file in manifest.files),
        suppressed=suppressed,
        live_run=manifest.live_run,
    )


def _empty_folder(out: str, home: Path) -> Path:
    if not out:
        raise BackupError("Name an empty folder to restore into: make restore OUT=/data/restored")
    folder, live = Path(out).expanduser().resolve(), home.resolve()
    if folder == live or live in folder.parents:
        raise BackupError(
            f"OUT={out}: the live instance is there, and a restore never writes over it; name "
            "another folder, then set C360_HOME to it"
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BackupError(f"OUT={out}: is not an empty folder")
    return folder


def _verified(folder: Path) -> Manifest:
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError):
        raise BackupError("the snapshot holds no list of its files; choose another one") from None
    wrong = differences(folder, manifest)
    if wrong:
        raise BackupError(
            f"{len(wrong)} files are not what was backed up, the first: {wrong[0]}; run "
            "`make backup-verify`, and restore another snapshot"
        )
    return manifest


def _make_private(folder: Path) -> None:
    folder.chmod(0o700)
    for path in folder.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)


def _point_at_live(folder: Path, run: str | None) -> None:
    """A restored publication is there for looking at; readers are led to it by their C360_HOME."""
    if run:
        (make_private_folder(folder / "publish") / "current").symlink_to(run)


def _take_newer_log(live: Path, restored: Path) -> None:
    """The live audit log, where it is the restored one and what was recorded since."""
    if not (live / LOG).is_file() or not (live / HEAD).is_file():
        return
    content, head = (live / LOG).read_bytes(), (live / HEAD).read_bytes()
    before = (restored / LOG).read_bytes() if (restored / LOG).is_file() else b""
    if content.startswith(before):
        make_private_folder(restored)
        for name, value in ((LOG, content), (HEAD, head)):
            with private_file(restored / name) as file:
                file.write(value)


def _hold_place_of_keys(folder: Path) -> None:
    """Empty key files: the first run asks for the old keys instead of making new ones."""
    secrets = make_private_folder(folder / "secrets")
    for name in ("pseudonym.key", FILE_NAME):
        with private_file(secrets / name):
            pass
