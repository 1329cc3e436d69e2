"""What must be true before staging reads a raw object: it arrived whole, or every loss is counted.

One suite for each object of the source contracts; a new source gets its gate from its contract.
"""

from __future__ import annotations

from collections.abc import Iterable

from expectations.engine.rules import Relation, Rule, Suite, no_rows, row_count
from expectations.raw.objects import RawObject
from expectations.raw.streams import stream_not_empty, stream_rules

BOUNDARY = "raw"

LANDED = Relation("vault", "accounting", "landed")

REASONS_SHOWN = 5


def suites(objects: Iterable[RawObject]) -> list[Suite]:
    """One suite for each raw object."""
    return [suite(described) for described in objects]


def suite(described: RawObject) -> Suite:
    """The suite of one raw object."""
    rules = [] if described.optional else [_not_empty(described)]
    rules += stream_rules(described) if described.is_stream else []
    rules += [_required(described)] if described.required_columns else []
    rules += [_rows_accounted(described), _tables_as_counted(described), _quarantine(described)]
    rules += [_money(described, column) for column in described.money_columns]
    return Suite(
        boundary=BOUNDARY,
        subject=described.subject,
        asset=("raw", described.source, described.name),
        relation=Relation("vault", "raw", described.table),
        rules=tuple(rules),
    )


def _not_empty(described: RawObject) -> Rule:
    if described.is_stream:
        return stream_not_empty(described)
    return Rule(
        name="not_empty",
        sentence="at least one row was loaded",
        action=(
            "Look whether the source delivered; if it may be empty, say `optional: true` in "
            f"the contract of {described.source}"
        ),
        check=row_count(minimum=1),
        finding=f"select 'no row was loaded into vault.raw.{described.table}'",
    )


def _required(described: RawObject) -> Rule:
    table = f'vault.raw."{described.table}"'
    empty = " or ".join(f'"{column}" is null' for column in described.required_columns)
    counts = " union all ".join(
        f"select '{column} is empty' as said, count(*) as row_count from {table}"
        f' where "{column}" is null'
        for column in described.required_columns
    )
    return Rule(
        name="required_present",
        sentence=f"{', '.join(described.required_columns)} are present in every row",
        action=(
            "Landing should have quarantined such rows: look whether the contract of "
            f"{described.source} was changed after the load, and load again"
        ),
        check=no_rows(f"select 1 from {table} where {empty}"),
        finding=(
            f"select format('{{}} in {{:,}} rows', said, row_count) from ({counts})"
            " where row_count > 0"
        ),
    )


def _landed(described: RawObject) -> str:
    """The object's counts; one row, also where several money columns are counted."""
    return (
        "(select coalesce(max(rows_read), 0) as rows_read,"
        " coalesce(max(rows_loaded), 0) as rows_loaded,"
        " coalesce(max(rows_quarantined), 0) as rows_quarantined,"
        " coalesce(max(rows_expired), 0) as rows_expired, count(*) as entries"
        f" from {LANDED.sql}"
        f" where source = '{described.source}' and object = '{described.name}') as landed"
    )


def _rows_accounted(described: RawObject) -> Rule:
    return Rule(
        name="rows_accounted",
        sentence="rows read = rows loaded + quarantined + past their limit",
        action="Rows were lost or doubled while landing: load the object again",
        check=no_rows(
            f"select entries from {_landed(described)}"
            " where entries = 0 or rows_read <> rows_loaded + rows_quarantined + rows_expired"
        ),
        finding=(
            "select case when entries = 0 then 'the landing was not accounted for' else"
            " format('{:,} rows read, but {:,} loaded + {:,} quarantined + {:,} past their limit',"
            " rows_read, rows_loaded, rows_quarantined, rows_expired) end"
            f" from {_landed(described)}"
        ),
    )


def _tables_as_counted(described: RawObject) -> Rule:
    counted = (
        f"{_landed(described)}"
        f' cross join (select count(*) as in_raw from vault.raw."{described.table}")'
        f' cross join (select count(*) as in_quarantine from vault.quarantine."{described.table}")'
    )
    return Rule(
        name="tables_as_counted",
        sentence="the tables hold the rows that landing counted",
        action="The tables were changed after the load: load the object again",
        check=no_rows(
            f"select entries from {counted}"
            " where rows_loaded <> in_raw or rows_quarantined <> in_quarantine"
        ),
        finding=(
            "select format('{:,} rows counted as loaded and {:,} in raw,"
            " {:,} counted as quarantined and {:,} in quarantine',"
            f" rows_loaded, in_raw, rows_quarantined, in_quarantine) from {counted}"
        ),
    )


def _quarantine(described: RawObject) -> Rule:
    allowed = described.max_quarantined_ratio
    # The reasons name columns and limits of the contract; landing keeps values out of them.
    by_reason = (
        "(select string_agg(reason || ' (' || rule || ') ' || row_count, ', '"
        " order by row_count desc, reason) as reasons"
        " from (select rule, reason, count(*) as row_count"
        f' from vault.quarantine."{described.table}" group by rule, reason'
        f" order by row_count desc, reason limit {REASONS_SHOWN})) as by_reason"
    )
    return Rule(
        name="quarantine_small",
        sentence=f"at most {allowed:.2%} of the rows are quarantined",
        action=(
            f"See reason and row in vault.quarantine.{described.table}; have the source mended, "
            "or raise max_quarantined_ratio in its contract"
        ),
        check=no_rows(
            f"select entries from {_landed(described)}"
            f" where rows_quarantined > {allowed!r} * rows_read"
        ),
        finding=(
            "select format('{:,} of {:,} rows quarantined ({:.2f} %, allowed {:.2f} %): ',"
            " rows_quarantined, rows_read, 100.0 * rows_quarantined / rows_read,"
            f" cast({allowed * 100!r} as double)) || coalesce(reasons, 'no reason kept')"
            f" from {_landed(described)} cross join {by_reason}"
        ),
    )


def _money(described: RawObject, column: str) -> Rule:
    totals = (
        "(select money_read, money_loaded, money_quarantined,"
        f" coalesce(money_expired, 0) as money_expired from {LANDED.sql}"
        f" where source = '{described.source}' and object = '{described.name}'"
        f" and money_column = '{column}') as totals"
        f' cross join (select sum("{column}") as in_raw from vault.raw."{described.table}")'
    )
    return Rule(
        name=f"{column}_accounted",
        sentence=f"{column} read = loaded + quarantined + past its limit, to the cent",
        action="Amounts were lost or changed while landing: load the object again",
        check=no_rows(
            # The left join lets a missing entry fail too.
            f"select 1 from (select 1 as one) left join ({_select_all(totals)}) on true"
            " where money_read is null"
            " or money_read <> coalesce(money_loaded, 0) + coalesce(money_quarantined, 0)"
            " + money_expired"
            " or coalesce(money_loaded, 0) <> coalesce(in_raw, 0)"
        ),
        finding=(
            "select coalesce("
            f"(select format('{column}: {{}} read, {{}} loaded, {{}} quarantined,"
            " {} past its limit, {} in raw',"
            " cast(money_read as varchar), coalesce(cast(money_loaded as varchar), '0'),"
            " coalesce(cast(money_quarantined as varchar), '0'), cast(money_expired as varchar),"
            f" coalesce(cast(in_raw as varchar), '0')) from {totals}),"
            f" '{column} was not accounted for')"
        ),
    )


def _select_all(source: str) -> str:
    return f"select * from {source}"
