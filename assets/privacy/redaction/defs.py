"""Dagster asset of redaction: one step between identity resolution and the hand-over."""

from collections.abc import Sequence

import dagster as dg

from assets.enrich.defs import markdown
from assets.privacy.redaction.columns import MarkedColumn
from assets.privacy.redaction.night import (
    COLUMNS,
    CONTACTS,
    DESCRIPTION,
    NAME,
    SCHEMA,
    TABLE,
    redact_texts,
)
from pipelines.runtime import keys
from pipelines.runtime.resources import PipelineResource


def redaction_deps(columns: Sequence[MarkedColumn]) -> list[dg.AssetKey]:
    """The tables that redaction reads."""
    marked = {dg.AssetKey([column.schema, column.table]) for column in columns}
    return sorted({*marked, dg.AssetKey(CONTACTS.split(".")[1:])})


def build_redaction_asset(columns: Sequence[MarkedColumn]) -> dg.AssetsDefinition:
    """The asset that redacts the texts of the marked columns.

    Args:
        columns: What `marked_columns` of the manifest gives.
    """

    @dg.asset(
        key=dg.AssetKey([SCHEMA, NAME]),
        deps=redaction_deps(columns),
        description=DESCRIPTION,
        group_name=keys.IDENTITY,
        owners=[keys.OWNER],
        kinds={"python", "duckdb"},
        pool=keys.WRITER_POOL,
        metadata={
            "dagster/column_schema": dg.TableSchema(
                columns=[
                    dg.TableColumn(name, data_type, description=meaning)
                    for name, data_type, meaning in COLUMNS
                ]
            ),
            "dagster/relation_identifier": TABLE,
        },
    )
    def redacted_texts(
        context: dg.AssetExecutionContext, pipeline: PipelineResource
    ) -> dg.MaterializeResult:
        with pipeline.build(context.run_id).connect() as con:
            found = redact_texts(con, columns)
        context.log.info(
            f"{found.texts:,} different texts, {found.changed:,} of them with direct identifiers"
        )
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": found.texts,
                "texts_with_finds": found.changed,
                "finds": markdown(
                    ("kind", "finds"), [(kind, f"{n:,}") for kind, n in found.finds.items()]
                ),
            }
        )

    return redacted_texts
