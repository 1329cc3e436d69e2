"""Dagster assets of identity resolution: one step that writes the identity tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb

from assets.enrich.defs import markdown
from assets.enrich.identity.inputs import Inputs
from assets.enrich.identity.keys.commit import prepare_commit
from assets.enrich.identity.keys.ledger import read_ledger
from assets.enrich.identity.link.fuzzy import fuzzy_evidence
from assets.enrich.identity.plot import plot_night
from assets.enrich.identity.report import IdentityReport, read_report
from assets.enrich.identity.resolve import resolve
from assets.enrich.identity.rules import default_rules
from assets.enrich.identity.schemas import COLUMNS, DESCRIPTIONS
from assets.enrich.identity.tables import accept_changes
from pipelines.runtime import keys
from pipelines.runtime.databases import attached
from pipelines.runtime.resources import PipelineResource

INPUTS = Inputs(
    people="vault.identity.int_identity_people",
    references="vault.identity.int_identity_references",
    decisions="vault.identity.int_identity_decisions",
)
_DEPS = [
    dg.AssetKey([keys.IDENTITY, relation.rpartition(".")[2]])
    for relation in (INPUTS.people, INPUTS.references, INPUTS.decisions)
    if relation
]
_LAST_NIGHT = "vault_before"


def _spec(table: str) -> dg.AssetSpec:
    columns = [
        dg.TableColumn(name, data_type, description=meaning)
        for name, data_type, meaning in COLUMNS[table]
    ]
    return dg.AssetSpec(
        key=dg.AssetKey([keys.IDENTITY, table]),
        deps=_DEPS,
        description=DESCRIPTIONS[table],
        group_name=keys.IDENTITY,
        owners=[keys.OWNER],
        kinds={"python", "duckdb"},
        metadata={
            "dagster/column_schema": dg.TableSchema(columns=columns),
            "dagster/relation_identifier": f"vault.identity.{table}",
        },
    )


@dg.multi_asset(
    name="identity_resolution",
    specs=[_spec(table) for table in COLUMNS],
    pool=keys.WRITER_POOL,
)
def identity_resolution(
    context: dg.AssetExecutionContext, pipeline: PipelineResource
) -> Iterator[dg.MaterializeResult]:
    """Find out which records are one person, and who kept the key of the night before."""
    settings = pipeline.settings()
    with pipeline.build(context.run_id).connect() as con:
        read_ledger(con, str(settings.key_ledger / "*.parquet"))
        with _attached(con, pipeline.live_vault(context.run_id)) as cache_schema:
            resolve(
                con,
                INPUTS,
                as_of=pipeline.as_of(context),
                timezone=settings.timezone,
                default_region=settings.phone_region,
                cache_schema=cache_schema,
                fuzzy=fuzzy_evidence(settings.identity_fuzzy, settings.identity_fuzzy_model),
            )
        if settings.identity_changes_accepted == pipeline.as_of(context):
            accept_changes(con)
        prepare_commit(con, context.run_id)
        report = read_report(con)
    context.log.info(
        f"{report.row_counts['customers_map']:,} records are {report.customers:,} customers; "
        f"the largest has {report.largest_cluster} records"
    )
    details = _details(report)
    for table, rows in report.row_counts.items():
        yield dg.MaterializeResult(
            asset_key=[keys.IDENTITY, table],
            metadata={"dagster/row_count": rows, **details.get(table, {})},
        )


@contextmanager
def _attached(con: duckdb.DuckDBPyConnection, vault: Path | None) -> Iterator[str | None]:
    """The schema with the live build's cache of standard values, attached for reading."""
    with attached(con, vault, _LAST_NIGHT) as catalog:
        yield catalog and f"{catalog}.identity"


def _details(report: IdentityReport) -> dict[str, dict[str, Any]]:
    meanings = [(rule.name, rule.weight, rule.meaning) for rule in default_rules().rules]
    ratio = report.resolved_ratio
    return {
        "identifiers": {
            "verdicts": markdown(("type", "verdict", "identifiers"), report.identifiers),
        },
        "links": {
            "links_by_rule": markdown(("rule", "accepted", "rejected"), report.links),
        },
        "rules": {"rules": markdown(("rule", "weight", "meaning"), meanings)},
        "customers_map": {
            "customers": report.customers,
            "largest_cluster": report.largest_cluster,
            "customers_by_records": markdown(("records", "customers"), report.cluster_sizes),
        },
        "night_report": {
            "changes": markdown(
                ("measure", "figure", "limit"),
                [(name, f"{figure:g}", limit or "") for name, figure, limit in report.night],
            ),
            "largest_customers": markdown(
                ("records",), [(size,) for size in report.changes.largest_clusters]
            ),
            "picture": dg.MetadataValue.md(plot_night(report)),
        },
        "review": {"by_reason": markdown(("reason", "customers"), report.review)},
        "references_map": {
            **({} if ratio is None else {"resolved_ratio": round(ratio, 4)}),
            "by_source": markdown(("source", "records", "resolved"), report.references),
            "unresolved": markdown(("reason", "records"), report.unresolved),
        },
    }
