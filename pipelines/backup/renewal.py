"""After an erasure: one snapshot of the instance as it is now, and none from before."""

from __future__ import annotations

from pipelines.backup.expiry import expire_before
from pipelines.backup.take import take_backup
from pipelines.runtime.settings import Settings


def forget_all_but_latest(settings: Settings) -> int:
    """Back up afresh, then destroy every other snapshot and what it alone held.

    Returns:
        How many snapshots were destroyed.

    Raises:
        BackupError: the backup did not succeed; then nothing is destroyed.
    """
    return expire_before(settings, take_backup(settings).snapshot.time)
