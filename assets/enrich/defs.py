"""How a table of the stage enrich looks in Dagster: one rule for the tables of all value models."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb

from assets.enrich.tables import EnrichTable
from pipelines.runtime import keys
from pipelines.runtime.databases import attached

_NIGHT_BEFORE = "warehouse_before"


@contextmanager
def night_before(con: duckdb.DuckDBPyConnection, warehouse: Path | None) -> Iterator[str | None]:
    """The schema with the live build's tables of enrich, attached for reading; None without any."""
    with attached(con, warehouse, _NIGHT_BEFORE) as catalog:
        yield catalog and f"{catalog}.enrich"


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


def model_card(
    title: str, *, use: str, data: str, quality: str, limits: str
) -> dg.MarkdownMetadataValue:
    """What whoever uses a model must know of it, on one card of the asset's page 模型卡.

    After Mitchell et al., Model Cards for Model Reporting (2019).
    """
    parts = {
        "For 用途": use,
        "Learnt from 数据": data,
        "How good 效果": quality,
        "Limits 局限": limits,
    }
    lines = [f"### {title}", "", *(f"- **{name}**: {text}" for name, text in parts.items())]
    return dg.MetadataValue.md("\n".join(lines))
