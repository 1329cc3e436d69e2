"""`make backup`: a backup of the instance, and what was too old forgotten (备份).

Exit codes: 0 done; 1 it is not backed up, or the check failed; 2 wrong settings.
"""

from __future__ import annotations

import sys
import time

from pipelines.backup.errors import BackupError
from pipelines.backup.sizes import readable
from pipelines.backup.take import take_backup
from pipelines.runtime.audit_log import AuditError
from pipelines.runtime.key_file import KeyFileError
from pipelines.runtime.key_ring import FILE_NAME
from pipelines.runtime.settings import SettingsError, load_settings


def main() -> int:
    """Back up and say in one line what was done."""
    began = time.monotonic()
    try:
        settings = load_settings()
        taken = take_backup(settings)
    except SettingsError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    except (BackupError, AuditError, KeyFileError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    if taken.made_repository:
        sys.stdout.write(
            f"A new repository; {settings.backup_password} opens it. Keep copies of that file, of "
            f"{settings.key_file} and of {settings.home / 'secrets' / FILE_NAME} on another "
            "machine, now: without them no backup helps.\n"
        )
    sys.stdout.write(
        f"Backup {taken.snapshot.id[:8]}: {readable(taken.total_bytes)} in {taken.files:,} files, "
        f"{readable(taken.added_bytes)} added; {taken.snapshots} snapshots of the last "
        f"{settings.backup_keep_days} days, checked; {time.monotonic() - began:.0f} s\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
