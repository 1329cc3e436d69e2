"""`make restore OUT=folder`: a backup brought back into an empty folder and verified (恢复).

SNAPSHOT= names an older one, SUPPRESSION= a newer suppression list than the backup's (that of the
live instance, if it is still there, is taken by itself).

Exit codes: 0 restored; 1 not restored; 2 wrong settings.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from pipelines.backup.errors import BackupError
from pipelines.backup.restored import Outcome, restore
from pipelines.backup.sizes import readable
from pipelines.runtime.audit_facts import Action
from pipelines.runtime.audit_log import AuditError, AuditLog, audit_signers
from pipelines.runtime.key_file import KeyFileError
from pipelines.runtime.settings import Settings, SettingsError, load_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Restore and say what is to be done next."""
    parser = argparse.ArgumentParser(prog="make restore", description=__doc__)
    parser.add_argument("--out", default="", help="a folder that is not there, or empty")
    parser.add_argument("--snapshot", default="", help="beginning of an id; default: the newest")
    parser.add_argument("--suppression", default="", help="newer list of erased people")
    options = parser.parse_args(arguments)
    try:
        settings = load_settings()
        done = restore(settings, options.out, options.snapshot, options.suppression)
        is_recorded = _record(settings, Path(options.out).expanduser(), done)
    except SettingsError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    except (BackupError, AuditError, KeyFileError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    sys.stdout.write(
        f"Restored snapshot {done.snapshot[:8]} of {done.taken_at}: {done.files:,} files, "
        f"{readable(done.total_bytes)}, every one verified; run {done.live_run or 'none'}.\n"
        f"Next: put the old key files into {options.out}/secrets, see who was erased since "
        f"(suppression list: {done.suppressed:,} lines), set C360_HOME, make run. Until then "
        "nothing is published. See docs/runbooks/backup.md\n"
    )
    if not is_recorded:
        sys.stdout.write("The key is not here: this restore is not in the audit log.\n")
    return 0


def _record(settings: Settings, out: Path, done: Outcome) -> bool:
    """Tell both logs, the restored one and the live one; without the key neither can be written."""
    if not settings.key_file.exists() or not settings.key_file.stat().st_size:
        return False
    signer, *former = audit_signers(settings)
    facts = {"snapshot": done.snapshot, "files": done.files, "suppressed_entries": done.suppressed}
    folders = [out / "audit"]
    if settings.audit_folder.is_dir():
        folders.append(settings.audit_folder)
    for folder in folders:
        log = AuditLog(folder, signer, former, settings.actor)
        log.append(Action.RESTORED, facts)
    return True


if __name__ == "__main__":
    sys.exit(main())
