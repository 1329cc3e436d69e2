"""`make rollback`: readers see the publication before the live one."""

from __future__ import annotations

import sys

from assets.publish.switch import PublishError, rollback
from pipelines.runtime.audit_facts import Action
from pipelines.runtime.audit_log import AuditError, record
from pipelines.runtime.key_file import KeyFileError
from pipelines.runtime.modes import ModesError
from pipelines.runtime.settings import SettingsError, load_settings


def main() -> int:
    """Switch `current` back by one; exit code 1 when there is nothing to go back to."""
    try:
        settings = load_settings()
        publication = rollback(settings.publish_current.parent, settings.publish_group)
        facts = {"run_id": publication.run_id, "as_of": publication.as_of}
        record(settings, Action.ROLLED_BACK, facts)
    except (SettingsError, PublishError, ModesError, KeyFileError, AuditError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    sys.stdout.write(
        f"Readers now see run {publication.run_id}, business date {publication.as_of}.\n"
    )
    if settings.postgres_dsn_file:
        sys.stdout.write("PostgreSQL follows with `make publish-postgres`.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
