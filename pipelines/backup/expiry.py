"""Snapshots that go: by age, or at once because of an erasure. What they alone held goes with them.

Forgotten data is removed from the repository to the last byte (`--max-unused 0`): restic would
otherwise leave some of it in its packs for a while.
"""

from __future__ import annotations

from datetime import datetime

from pipelines.backup.errors import BackupError
from pipelines.backup.repository import (
    NAME,
    Snapshot,
    need_password,
    repository_of,
    snapshots,
    utc,
    work_folder,
)
from pipelines.backup.restic import Restic
from pipelines.runtime.audit_facts import Action
from pipelines.runtime.audit_log import record
from pipelines.runtime.private_files import locked, make_private_folder
from pipelines.runtime.settings import Settings

TO_THE_LAST_BYTE = ("--prune", "--max-unused", "0")


def expire_by_age(restic: Restic, days: int) -> list[Snapshot]:
    """Forget snapshots that are older than the newest by more than so many days.

    Returns:
        Those that are left, oldest first; the newest always is.
    """
    ours = ("--host", NAME, "--tag", NAME, "--group-by", "host")
    restic.run("forget", *ours, "--keep-within", f"{days}d", *TO_THE_LAST_BYTE)
    return snapshots(restic)


def expire_before(settings: Settings, moment: datetime) -> int:
    """Destroy every snapshot that was taken before a moment.

    Args:
        settings: of the instance.
        moment: UTC, where it says no zone.

    Returns:
        How many were destroyed.

    Raises:
        BackupError: no snapshot would be left; take a backup first.
    """
    restic = repository_of(settings)
    need_password(restic)
    with locked(make_private_folder(work_folder(settings.home))):
        found = snapshots(restic)
        old = [snapshot.id for snapshot in found if snapshot.time < utc(moment)]
        if old and len(old) == len(found):
            raise BackupError("No snapshot would be left: take a backup first, then expire")
        if old:
            restic.run("forget", *old, *TO_THE_LAST_BYTE)
    facts = {"what": "snapshots", "number": len(old), "before": f"{utc(moment):%Y-%m-%dT%H:%M:%SZ}"}
    record(settings, Action.PURGED, facts)
    return len(old)
