"""`make publish-postgres`: the live publication to PostgreSQL, after a rollback or a failure."""

from __future__ import annotations

import sys

from assets.publish.exports import published_tables
from assets.publish.postgres.access import load_access
from assets.publish.postgres.connection import read_dsn
from assets.publish.postgres.errors import PostgresError
from assets.publish.postgres.load import load_publication
from assets.warehouse.project import ManifestMissingError, read_manifest
from pipelines.runtime.settings import SettingsError, load_settings


def main() -> int:
    """Load what readers of the files see; exit code 1 when nothing was loaded."""
    try:
        settings = load_settings()
        if settings.postgres_dsn_file is None:
            raise SettingsError("C360_POSTGRES_DSN_FILE is not set; see docs/access.md")
        keys = {table.name: table.order_by for table in published_tables(read_manifest())}
        loaded = load_publication(
            settings.publish_current.parent,
            read_dsn(settings.postgres_dsn_file),
            load_access(),
            keys,
        )
    except (SettingsError, PostgresError, ManifestMissingError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    sys.stdout.write(
        f"PostgreSQL has run {loaded.run_id}, business date {loaded.as_of}: {len(loaded.rows)}"
        f" tables, {sum(loaded.rows.values()):,} rows.\n"
    )
    for schema in loaded.kept:
        sys.stdout.write(f"Schema {schema} is still read; the next load removes it.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
