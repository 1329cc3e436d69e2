"""The raw stage in Dagster: one asset for each object of the contracts, the calendar, the accounts.

Building the definitions reads the YAML contracts only; files are looked for when a run wants them.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

import dagster as dg

from assets.raw.accounting import quarantined_by_reason, write_staged_accounting
from assets.raw.calendar import days
from assets.raw.connector.http import GaveUp
from assets.raw.contract import ContractError, SourceContract, each_object
from assets.raw.contract_model import ObjectShape
from assets.raw.errors import FileError
from assets.raw.load import Screen, load_followers, load_one
from assets.raw.tables import LANDED_COLUMNS, LANDED_ROWS
from pipelines.runtime import keys
from pipelines.runtime.builds import Build
from pipelines.runtime.clock import utc_now
from pipelines.runtime.key_file import KeyFileError
from pipelines.runtime.partitions import daily_partitions
from pipelines.runtime.resources import PipelineResource
from pipelines.runtime.settings import Settings

RETRIES = dg.RetryPolicy(max_retries=2, delay=10, backoff=dg.Backoff.EXPONENTIAL)
"""For a busy disk or share. What a person must mend fails at once."""

MADE = {(days.SOURCE, days.OBJECT): days.SHAPE}

LANDED_KEY = dg.AssetKey([keys.RAW, "row_accounting"])
STAGED_KEY = dg.AssetKey([keys.STAGING, "row_accounting"])


def build_raw_assets(
    settings: Settings, contracts: list[SourceContract], screen: Screen
) -> list[dg.AssetsDefinition]:
    """Every asset of the raw stage.

    Args:
        settings: Of the instance.
        contracts: All sources.
        screen: Takes people who were erased out of what landed.

    Raises:
        ContractError: a contract is wrong.
    """
    partitions = daily_partitions(settings)
    objects = [
        _object_asset(contract, name, partitions, screen)
        for contract, name, _ in each_object(contracts)
    ]
    return [
        *objects,
        _calendar_asset(partitions),
        _landed_accounting_asset(contracts, partitions, screen),
        _staged_accounting_asset(contracts),
    ]


def _object_asset(
    contract: SourceContract,
    name: str,
    partitions: dg.PartitionsDefinition[str],
    screen: Screen,
) -> dg.AssetsDefinition:
    obj = contract.objects[name]

    @dg.asset(
        key=keys.raw_key(contract.source, name),
        group_name=keys.RAW,
        partitions_def=partitions,
        owners=[contract.owner],
        description=obj.description,
        kinds={"duckdb", obj.format or contract.system},
        metadata={
            "dagster/column_schema": _schema(obj),
            "path" if obj.path else "stream": obj.path or obj.stream or "",
            "delivery": obj.delivery,
            "key": ", ".join(obj.key),
        },
        retry_policy=RETRIES,
        pool=keys.WRITER_POOL,
    )
    def landed_object(
        context: dg.AssetExecutionContext, pipeline: PipelineResource
    ) -> dg.MaterializeResult:
        build = pipeline.build(context.run_id)
        settings, as_of = pipeline.settings(), pipeline.as_of(context)
        with _mendable():
            load = load_one(
                settings, build, contract, name, context.run_id, utc_now(), as_of, screen
            )
        context.log.info(
            "%s.%s: %s rows read, %s loaded, %s quarantined, %s past their limit",
            *(load.source, load.object, load.rows_read, load.rows_loaded, load.rows_quarantined),
            load.rows_expired,
        )
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": load.rows_loaded,
                **load.counts,
                "quarantined_by_reason": _quarantined(build, contract.source, name),
            }
        )

    return landed_object


def _calendar_asset(partitions: dg.PartitionsDefinition[str]) -> dg.AssetsDefinition:
    @dg.asset(
        key=keys.raw_key(days.SOURCE, days.OBJECT),
        group_name=keys.RAW,
        partitions_def=partitions,
        owners=[keys.OWNER],
        description=days.SHAPE.description,
        kinds={"duckdb", "python"},
        metadata={"dagster/column_schema": _schema(days.SHAPE)},
        retry_policy=RETRIES,
        pool=keys.WRITER_POOL,
    )
    def calendar_days(
        context: dg.AssetExecutionContext, pipeline: PipelineResource
    ) -> dg.MaterializeResult:
        first, last = pipeline.settings().first_date, pipeline.as_of(context)
        with pipeline.build(context.run_id).connect() as con:
            rows = days.load_calendar(con, first, last, context.run_id)
        return dg.MaterializeResult(metadata={"dagster/row_count": rows})

    return calendar_days


def _landed_accounting_asset(
    contracts: list[SourceContract], partitions: dg.PartitionsDefinition[str], screen: Screen
) -> dg.AssetsDefinition:
    landed = [keys.raw_key(contract.source, name) for contract, name, _ in each_object(contracts)]
    landed += [keys.raw_key(source, name) for source, name in MADE]

    @dg.asset(
        key=LANDED_KEY,
        group_name=keys.RAW,
        partitions_def=partitions,
        deps=landed,
        owners=[keys.OWNER],
        description=(
            "One row per source object and money column 落地对账: what landing read, loaded, "
            "quarantined and left out as too old, in rows and in money."
        ),
        kinds={"duckdb", "python"},
        metadata={
            "dagster/column_schema": dg.TableSchema(
                columns=[dg.TableColumn(name, type_) for name, type_ in LANDED_COLUMNS.items()]
            )
        },
        pool=keys.WRITER_POOL,
        op_tags=keys.CHECK_FIRST,
    )
    def landed_accounting(
        context: dg.AssetExecutionContext, pipeline: PipelineResource
    ) -> dg.MaterializeResult:
        settings, as_of = pipeline.settings(), pipeline.as_of(context)
        build = pipeline.build(context.run_id)
        with _mendable():
            load_followers(settings, build, contracts, context.run_id, utc_now(), as_of, screen)
        with build.connect() as con:
            totals = con.execute(
                f"select count(*), {', '.join(f'sum({name})' for name in LANDED_ROWS)} from "
                "(select distinct on (source, object) * from vault.accounting.landed)"
            ).fetchall()[0]
        return _totals(LANDED_ROWS, totals)

    return landed_accounting


def _staged_accounting_asset(contracts: list[SourceContract]) -> dg.AssetsDefinition:
    staged = [
        keys.staging_key(contract.source, name)
        for contract, name, obj in each_object(contracts)
        if obj.staged
    ]
    staged += [keys.staging_key(source, name) for source, name in MADE]

    @dg.asset(
        key=STAGED_KEY,
        group_name=keys.STAGING,
        deps=staged,
        owners=[keys.OWNER],
        description=(
            "One row per source object 行数对账: how many raw rows lie after the business date, "
            "were merged with a row of the same key, and stand in staging; counted in the tables."
        ),
        kinds={"duckdb", "python"},
        metadata={
            "dagster/column_schema": dg.TableSchema(
                columns=[
                    dg.TableColumn("source", "varchar", description="Source"),
                    dg.TableColumn("object", "varchar", description="Object of the source"),
                    dg.TableColumn("rows_raw", "bigint", description="Rows in raw"),
                    dg.TableColumn("rows_after_as_of", "bigint", description="For a later night"),
                    dg.TableColumn("rows_merged", "bigint", description="Same key, older or equal"),
                    dg.TableColumn("rows_staged", "bigint", description="Rows in staging"),
                ]
            )
        },
        pool=keys.WRITER_POOL,
        op_tags=keys.CHECK_FIRST,
    )
    def row_accounting(
        context: dg.AssetExecutionContext, pipeline: PipelineResource
    ) -> dg.MaterializeResult:
        as_of: date = pipeline.as_of(context)
        timezone = pipeline.settings().timezone
        with pipeline.build(context.run_id).connect() as con:
            write_staged_accounting(con, contracts, as_of, timezone, MADE)
            totals = con.execute(
                "select count(*), sum(rows_raw), sum(rows_after_as_of), sum(rows_merged), "
                "sum(rows_staged) from vault.accounting.staged"
            ).fetchall()[0]
        return _totals(("rows_raw", "rows_after_as_of", "rows_merged", "rows_staged"), totals)

    return row_accounting


def _totals(names: Sequence[str], totals: tuple) -> dg.MaterializeResult:
    """Rows of a table of accounts, then the sums of its counts."""
    named = zip(("dagster/row_count", *names), totals, strict=True)
    return dg.MaterializeResult(metadata={name: int(total or 0) for name, total in named})


def _schema(shape: ObjectShape) -> dg.TableSchema:
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                column.name,
                column.sql_type,
                description=column.description,
                constraints=dg.TableColumnConstraints(nullable=not shape.is_required(column)),
            )
            for column in shape.columns
        ]
    )


def _quarantined(build: Build, source: str, name: str) -> dg.MarkdownMetadataValue:
    """How many rows were refused for which reason; reasons hold no values."""
    with build.connect() as con:
        rows = quarantined_by_reason(con, source, name)
    if not rows:
        return dg.MetadataValue.md("none")
    lines = [f"| {rule} | {reason.replace('|', '/')} | {count:,} |" for rule, reason, count in rows]
    return dg.MetadataValue.md("\n".join(["| rule | reason | rows |", "|---|---|---:|", *lines]))


@contextmanager
def _mendable() -> Iterator[None]:
    """What a person must mend fails in one line, and is not tried again; a busy system is."""
    try:
        yield
    except GaveUp as error:
        raise dg.Failure(str(error), allow_retries=True) from None
    except (FileError, ContractError, KeyFileError) as error:
        raise dg.Failure(str(error), allow_retries=False) from None
