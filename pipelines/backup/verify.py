"""`make backup-verify`: reads and checks the whole repository, and lists the snapshots.

Exit codes: 0 whole; 1 damaged, or not to be read; 2 wrong settings.
"""

from __future__ import annotations

import sys

from pipelines.backup.errors import BackupError
from pipelines.backup.repository import need_password, repository_of, snapshots
from pipelines.runtime.audit_facts import Action
from pipelines.runtime.audit_log import AuditError, record
from pipelines.runtime.key_file import KeyFileError
from pipelines.runtime.settings import SettingsError, load_settings


def main() -> int:
    """Check everything, say it and record it."""
    try:
        settings = load_settings()
        restic = repository_of(settings)
        need_password(restic)
        found = snapshots(restic)
        # What is missing is found at once; asked for its content, restic would wait for it.
        restic.run("check")
        restic.run("check", "--read-data")
        if settings.key_file.exists():
            record(settings, Action.VERIFIED, {"what": "backups", "snapshots": len(found)})
    except SettingsError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    except (BackupError, AuditError, KeyFileError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    for snapshot in found:
        sys.stdout.write(f"{snapshot.id[:8]}  {snapshot.time:%Y-%m-%d %H:%M:%S} UTC\n")
    sys.stdout.write(f"{len(found)} snapshots, every byte of them read and whole\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
