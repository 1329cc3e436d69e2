"""`make restore-replay`: who was erased since the backup goes from the restored instance too."""

from __future__ import annotations

import sys

import duckdb

from assets.privacy.erasure.erasing import RewriteError
from assets.privacy.erasure.replay import replay
from assets.raw.contract import ContractError, load_contracts
from assets.raw.errors import FileError
from pipelines.backup.errors import BackupError
from pipelines.backup.suppression_replay import mark_replayed, replay_needed
from pipelines.runtime.audit_facts import Action
from pipelines.runtime.audit_log import AuditError, record
from pipelines.runtime.key_file import KeyFileError
from pipelines.runtime.settings import SettingsError, load_settings
from pipelines.runtime.suppression import listed
from pipelines.runtime.writers import InstanceBusyError


def main() -> int:
    """Replay the list; exit code 2 when it could not, and nothing may be published yet."""
    try:
        settings = load_settings()
        if not listed(settings.home):
            if replay_needed(settings.home):
                raise BackupError(
                    "the suppression list is empty; if nobody was erased since the backup, say "
                    "so: make restore-confirm NOBODY_ERASED=1"
                )
            sys.stdout.write("Nobody stands on the suppression list.\n")
            return 0
        done = replay(settings, load_contracts(settings.sources))
        mark_replayed(settings.home)
        records = sum(it.rows for it in done.landed.values())
        facts = {
            "suppressed_entries": done.lines,
            "landed_records": records,
            "ledger_entries": done.ledger_entries,
            "removed_builds": done.removed_builds,
        }
        record(settings, Action.SUPPRESSION_REPLAYED, facts)
    except (
        AuditError,
        BackupError,
        ContractError,
        FileError,
        InstanceBusyError,
        KeyFileError,
        RewriteError,
        SettingsError,
    ) as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    except duckdb.Error as error:
        # Its text may quote values.
        sys.stderr.write(f"error: the database refused ({type(error).__name__})\n")
        return 2
    sys.stdout.write(
        f"{records:,} landed records and {done.ledger_entries:,} entries of the key ledger are "
        f"gone, {done.removed_builds} builds and publications removed"
        f"{': make run makes them again' if done.removed_builds else ''}.\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
