"""Dagster assets of identity resolution: one step that writes the four identity tables."""

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from assets.enrich.identity.report import IdentityReport, read_report
from assets.enrich.identity.resolve import resolve
from assets.enrich.identity.rules import RULES
from assets.enrich.identity.schemas import COLUMNS, DESCRIPTIONS
from pipelines.runtime import keys
from pipelines.runtime.resources import PipelineResource

_INPUTS = [
    dg.AssetKey([keys.IDENTITY, "int_identity_records"]),
    dg.AssetKey([keys.IDENTITY, "int_identity_identifiers_raw"]),
]


def _spec(table: str) -> dg.AssetSpec:
    columns = [
        dg.TableColumn(name, data_type, description=meaning)
        for name, data_type, meaning in COLUMNS[table]
    ]
    return dg.AssetSpec(
        key=dg.AssetKey([keys.IDENTITY, table]),
        deps=_INPUTS,
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
    """Find out which records are one person, exactly, on standardised identifiers."""
    settings = pipeline.settings()
    with pipeline.build(context.run_id).connect() as con:
        resolve(
            con,
            as_of=pipeline.as_of(context),
            timezone=settings.timezone,
            default_region=settings.phone_region,
        )
        report = read_report(con)
    context.log.info(
        f"{report.row_counts['customers_map']:,} records are {report.customers:,} customers; "
        f"the largest has {report.largest_cluster} records"
    )
    details = _details(report)
    for table, rows in report.row_counts.items():
        yield dg.MaterializeResult(
            asset_key=[keys.IDENTITY, table],
            metadata={"dagster/row_count": rows, **details[table]},
        )


def _details(report: IdentityReport) -> dict[str, dict[str, Any]]:
    meanings = [(rule.name, rule.weight, rule.hub_limit, rule.meaning) for rule in RULES]
    ratio = report.resolved_ratio
    return {
        "identifiers": {
            "verdicts": _markdown(("type", "verdict", "identifiers"), report.identifiers),
        },
        "links": {
            "links_by_rule": _markdown(("rule", "accepted", "rejected"), report.links),
            "rules": _markdown(("rule", "weight", "shared above", "meaning"), meanings),
        },
        "customers_map": {
            "customers": report.customers,
            "largest_cluster": report.largest_cluster,
            "customers_by_records": _markdown(("records", "customers"), report.cluster_sizes),
        },
        "references_map": {
            **({} if ratio is None else {"resolved_ratio": round(ratio, 4)}),
            "by_source": _markdown(("source", "records", "resolved"), report.references),
            "unresolved": _markdown(("reason", "records"), report.unresolved),
        },
    }


def _markdown(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> dg.MarkdownMetadataValue:
    lines = [header, ["---"] * len(header), *rows]
    return dg.MetadataValue.md(
        "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)
    )
