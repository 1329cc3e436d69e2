"""One backup, from the frozen instance to the check of the repository."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

import msgspec

from assets.publish.switch import PublishError, publishing
from pipelines.backup.content import live_run
from pipelines.backup.errors import BackupError
from pipelines.backup.expiry import expire_by_age
from pipelines.backup.frozen import Manifest, frozen, write_manifest
from pipelines.backup.repository import (
    NAME,
    Snapshot,
    prepare,
    repository_of,
    work_folder,
)
from pipelines.backup.restic import Restic
from pipelines.backup.suppression_replay import replay_needed
from pipelines.runtime.audit_facts import Action
from pipelines.runtime.audit_log import record
from pipelines.runtime.clock import utc_now
from pipelines.runtime.private_files import locked, make_private_folder
from pipelines.runtime.settings import Settings
from pipelines.runtime.writers import InstanceBusyError, nobody_writes

PARTS = 7
"""Each day's backup reads another seventh of the repository again: all of it in a week."""


class _Summary(msgspec.Struct, frozen=True):
    """The last line that `restic backup --json` prints."""

    data_added: int


@dataclass(frozen=True)
class Taken:
    """What one backup did; sizes in bytes, `added_bytes` before they are compressed."""

    snapshot: Snapshot
    files: int
    total_bytes: int
    added_bytes: int
    snapshots: int
    made_repository: bool


def take_backup(settings: Settings) -> Taken:
    """Copy the instance's state into the repository, let old snapshots expire, check.

    Raises:
        BackupError: nothing is set, a run is writing, or restic says that something is wrong.
    """
    home = settings.home
    if not home.is_dir():
        raise BackupError(f"C360_HOME: there is no instance in {home}; run `make run` first")
    if replay_needed(home):
        raise BackupError(
            "This instance was restored and its suppression list was not replayed yet: a backup "
            "would keep erased people; see docs/runbooks/backup.md"
        )
    restic = repository_of(settings)
    with locked(make_private_folder(work_folder(home))):
        made = prepare(restic)
        manifest, added_bytes = _copy(settings, restic)
        left = expire_by_age(restic, settings.backup_keep_days)
        part = utc_now().toordinal() % PARTS + 1
        restic.run("check", f"--read-data-subset={part}/{PARTS}")
    newest = left[-1]
    taken = Taken(
        snapshot=newest,
        files=len(manifest.files),
        total_bytes=sum(file.bytes for file in manifest.files),
        added_bytes=added_bytes,
        snapshots=len(left),
        made_repository=made,
    )
    facts = {
        "snapshot": newest.id,
        "files": taken.files,
        "total_bytes": taken.total_bytes,
        "added_bytes": taken.added_bytes,
        "snapshots": len(left),
    }
    record(settings, Action.BACKED_UP, facts)
    return taken


def _copy(settings: Settings, restic: Restic) -> tuple[Manifest, int]:
    """What was copied, and how many bytes that added to the repository."""
    with ExitStack() as kept:
        try:
            with nobody_writes(settings.home), publishing(settings.publish_current.parent):
                folder = kept.enter_context(frozen(settings.home))
                run = live_run(settings.home)
                taken_at = utc_now().isoformat(timespec="seconds") + "Z"
        except PublishError:
            raise BackupError(
                "Somebody is switching the publication; start the backup again when that has ended"
            ) from None
        except InstanceBusyError as error:
            raise BackupError(str(error)) from None
        manifest = write_manifest(folder, run, taken_at)
        # Links change the ctime of files; size, mtime and inode tell whether one changed.
        options = ("--json", "--ignore-ctime", "--host", NAME, "--tag", NAME)
        said = restic.run("backup", *options, ".", cwd=folder)
    return manifest, msgspec.json.decode(said.splitlines()[-1], type=_Summary).data_added
