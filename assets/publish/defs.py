"""The last asset of the nightly job: the publication that BI reads."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import dagster as dg

from assets.enrich.identity.keys.commit import commit_keys
from assets.publish.exports import published_tables, write_publication
from assets.publish.postgres.access import load_access
from assets.publish.postgres.connection import read_dsn
from assets.publish.postgres.load import load_publication
from assets.publish.switch import (
    MANIFEST,
    Publication,
    prune,
    published_at,
    publishing,
    staging_folder,
    switch_to,
)
from assets.warehouse.project import read_manifest
from pipelines.runtime import keys
from pipelines.runtime.audit_facts import Action, Fact
from pipelines.runtime.audit_log import record
from pipelines.runtime.builds import builds_folder, is_in_use
from pipelines.runtime.clock import utc_now
from pipelines.runtime.resources import PipelineResource

PUBLICATION = dg.AssetKey([keys.PUBLISH, "publication"])
POSTGRES = dg.AssetKey([keys.PUBLISH, "postgres"])


def build_publication_asset(
    checked: Sequence[dg.AssetKey], replay_needed: Callable[[Path], bool]
) -> dg.AssetsDefinition:
    """The publication; it depends on every checked asset, so that any failed gate keeps it back.

    Args:
        checked: every asset that a gate judges.
        replay_needed: whether an instance came out of a backup, and those who were erased since
            may be in it.
    """

    @dg.asset(
        key=PUBLICATION,
        group_name=keys.PUBLISH,
        deps=list(checked),
        owners=[keys.OWNER],
        kinds={"duckdb", "parquet"},
        pool=keys.WRITER_POOL,
        description=(
            "One row per published table: the audited tables as one DuckDB file and one Parquet "
            "file each, switched to atomically. 发布 Readers follow var/publish/current."
        ),
        metadata={
            "dagster/column_schema": dg.TableSchema(
                columns=[dg.TableColumn("table", "string"), dg.TableColumn("rows", "int")]
            )
        },
    )
    def publication(
        context: dg.AssetExecutionContext, pipeline: PipelineResource
    ) -> dg.MaterializeResult:
        settings = pipeline.settings()
        if replay_needed(settings.home):
            raise dg.Failure(
                "This instance was restored from a backup, and people who were erased since may be "
                "in it; nothing was published. Run `make restore-replay` first: "
                "docs/runbooks/backup.md.",
                allow_retries=False,
            )
        build = pipeline.build(context.run_id)
        folder = settings.publish_current.parent
        stamp = {
            "run_id": context.run_id,
            "as_of": pipeline.as_of(context).isoformat(),
            "published_at": published_at(utc_now()),
        }
        with publishing(folder), build.connect() as connection:
            partial = staging_folder(folder, context.run_id)
            tables = published_tables(read_manifest())
            counts = write_publication(connection, partial, tables, stamp)
            # Before the switch: a key that readers have seen must never be given to anybody else.
            committed = commit_keys(connection, settings.key_ledger, context.run_id)
            final = switch_to(
                folder, partial, Publication(**stamp, tables=counts), settings.publish_group
            )
            record(settings, Action.PUBLISHED, _facts(final, stamp, counts))
            removed = prune(
                folder,
                builds_folder(settings),
                settings.home / "quality",
                settings.keep_builds,
                in_use=is_in_use,
            )
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": len(counts),
                "published_rows": sum(counts.values()),
                "folder": dg.MetadataValue.path(str(final)),
                "removed_builds": len(removed),
                "committed_key_changes": committed,
                "tables": dg.MetadataValue.table(
                    records=[dg.TableRecord({"table": n, "rows": c}) for n, c in counts.items()],
                    schema=dg.TableSchema(
                        columns=[dg.TableColumn("table", "string"), dg.TableColumn("rows", "int")]
                    ),
                ),
            }
        )

    return publication


def build_postgres_asset(dsn_file: Path) -> dg.AssetsDefinition:
    """The publication in PostgreSQL; there is no such asset where no connection is configured."""

    @dg.asset(
        key=POSTGRES,
        group_name=keys.PUBLISH,
        deps=[PUBLICATION],
        owners=[keys.OWNER],
        kinds={"postgres"},
        pool=keys.WRITER_POOL,
        description=(
            "One row per table of the publication in PostgreSQL, for readers with roles and row "
            "rules. 按角色与行授权 The files are published before it, whether it fails or not."
        ),
    )
    def postgres(pipeline: PipelineResource) -> dg.MaterializeResult:
        loaded = load_publication(
            pipeline.settings().publish_current.parent,
            read_dsn(dsn_file),
            load_access(),
            {table.name: table.order_by for table in published_tables(read_manifest())},
        )
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": len(loaded.rows),
                "run_id": loaded.run_id,
                "loaded_rows": sum(loaded.rows.values()),
                "schemas_still_read": ", ".join(loaded.kept) or "none",
            }
        )

    return postgres


def _facts(final: Path, stamp: Mapping[str, str], counts: Mapping[str, int]) -> dict[str, Fact]:
    """What the audit log keeps of a publication; the hash is of its publication.json."""
    return {
        "run_id": stamp["run_id"],
        "as_of": stamp["as_of"],
        "tables": len(counts),
        "published_rows": sum(counts.values()),
        "sha256": hashlib.sha256((final / MANIFEST).read_bytes()).hexdigest(),
    }
