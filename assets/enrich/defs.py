"""How a table of the stage enrich looks in Dagster: one rule for the tables of all value models."""

from collections.abc import Iterable, Sequence
from typing import Any

import dagster as dg

from assets.enrich.tables import EnrichTable
from pipelines.runtime import keys


def spec(table: EnrichTable, deps: Iterable[dg.AssetKey]) -> dg.AssetSpec:
    """The asset of a table that Python writes into the warehouse."""
    columns = [
        dg.TableColumn(name, data_type, description=meaning)
        for name, data_type, meaning in table.columns
    ]
    return dg.AssetSpec(
        key=dg.AssetKey([keys.ENRICH, table.name]),
        deps=list(deps),
        description=table.description,
        group_name=keys.ENRICH,
        owners=[keys.OWNER],
        kinds={"python", "duckdb"},
        metadata={
            "dagster/column_schema": dg.TableSchema(columns=columns),
            "dagster/relation_identifier": table.relation,
        },
    )


def markdown(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> dg.MarkdownMetadataValue:
    """A table for the asset's page."""
    lines = [header, ["---"] * len(header), *rows]
    return dg.MetadataValue.md(
        "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)
    )
