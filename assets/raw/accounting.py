"""Row accounting (对账): every row and every cent that came in is somewhere, and we know where.

The counts are taken from the tables themselves, each on its own, so that they can disagree with
one another: a sum that is right by construction would prove nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import duckdb

from assets.raw import sql
from assets.raw.between_rows import CHECKED
from assets.raw.contract import SourceContract, each_object
from assets.raw.contract_model import ObjectContract, ObjectShape
from assets.raw.retention import EXPIRED, WITHOUT_FIELDS
from assets.raw.tables import LANDED_COLUMNS, quarantine_table, raw_table, transaction

STAGED_COLUMNS = """
    source varchar,
    object varchar,
    rows_raw bigint,
    rows_after_as_of bigint,
    rows_merged bigint,
    rows_staged bigint
"""


def write_landed_accounting(
    con: duckdb.DuckDBPyConnection,
    source: str,
    name: str,
    obj: ObjectContract,
) -> tuple[int, int, int, int]:
    """Replace the lines of one object in vault.accounting.landed.

    Rows loaded and quarantined, and their money, are counted in the tables just written; what was
    read and what was past its limit are counted in what the reader left (CHECKED).

    Returns:
        Rows read, loaded, quarantined, expired.
    """
    expired_only = f"where _rule = {sql.text(EXPIRED)}"
    read = _one(con, f"select count(*) from {CHECKED}")
    expired = _one(con, f"select count(*) from {CHECKED} {expired_only}")
    loaded = _one(con, f"select count(*) from {raw_table(source, name)}")
    quarantined = _one(con, f"select count(*) from {quarantine_table(source, name)}")
    con.execute(
        "delete from vault.accounting.landed where source = ? and object = ?", [source, name]
    ).fetchall()
    columns: list[str | None] = [*obj.money] or [None]
    for column in columns:
        money: list[object] = [None, None, None, None]
        if column is not None:
            total = f"select coalesce(sum({sql.name(f'_money_{column}')}), 0) from {CHECKED}"
            money = [
                _one(con, total),
                _money_loaded(con, source, name, column),
                _money_quarantined(con, source, name, obj, column),
                _one(con, f"{total} {expired_only}"),
            ]
        con.execute(
            f"insert into vault.accounting.landed ({', '.join(LANDED_COLUMNS)})"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [source, name, read, loaded, quarantined, expired, column, *money],
        ).fetchall()
    return read, loaded, quarantined, expired


def quarantined_by_reason(
    con: duckdb.DuckDBPyConnection, source: str, name: str
) -> list[tuple[str, str, int]]:
    """The commonest rules and reasons of an object's quarantine, with their numbers of rows."""
    return con.execute(
        f"select rule, reason, count(*) from {quarantine_table(source, name)} "
        "group by all order by 3 desc, 1, 2 limit 20"
    ).fetchall()


def _money_loaded(con: duckdb.DuckDBPyConnection, source: str, name: str, column: str) -> object:
    amount = f"sum(cast({sql.name(column)} as decimal(38, 2)))"
    return _one(con, f"select coalesce({amount}, 0) from {raw_table(source, name)}")


def _money_quarantined(
    con: duckdb.DuckDBPyConnection, source: str, name: str, obj: ObjectContract, column: str
) -> object:
    title = obj.column(column).title
    paths = f"[{sql.json_path(title)}, {sql.json_path_of_key(title)}]"
    found = f"list_filter(json_extract_string(payload, {paths}), lambda found: found is not null)"
    amount = f"try_cast(trim({found}[1]) as decimal(38, 2))"
    query = f"select coalesce(sum({amount}), 0) from {quarantine_table(source, name)}"
    return _one(con, f"{query} where rule not in {WITHOUT_FIELDS}")


def write_staged_accounting(
    con: duckdb.DuckDBPyConnection,
    contracts: list[SourceContract],
    as_of: date,
    timezone: str,
    made: Mapping[tuple[str, str], ObjectShape] | None = None,
) -> None:
    """Write vault.accounting.staged: what became of every raw row on its way to staging.

    Args:
        con: Connection of the run.
        contracts: The delivered objects.
        as_of: Business date of the run.
        timezone: Business time zone.
        made: Objects without files, such as the calendar, by (source, object).

    It holds that rows_raw = rows_after_as_of + rows_merged + rows_staged; the gate after staging
    checks it.
    """
    shapes: dict[tuple[str, str], ObjectShape] = {
        (contract.source, name): obj for contract, name, obj in each_object(contracts) if obj.staged
    }
    shapes |= made or {}
    with transaction(con):
        con.execute("create schema if not exists vault.accounting").fetchall()
        con.execute(
            f"create or replace table vault.accounting.staged ({STAGED_COLUMNS})"
        ).fetchall()
        for (source, name), obj in shapes.items():
            staged = f"vault.staging.{sql.name(f'stg_{source}__{name}')}"
            table = raw_table(source, name)
            in_scope = _in_scope(table, obj, as_of, timezone)
            con.execute(
                f"""
                insert into vault.accounting.staged
                with in_scope as ({in_scope})

                select
                    {sql.text(source)},
                    {sql.text(name)},
                    (select count(*) from {table}),
                    (select count(*) from {table}) - (select count(*) from in_scope),
                    (select count(*) from in_scope)
                    - (select count(*) from (select distinct * from in_scope)),
                    (select count(*) from {staged})
                """
            ).fetchall()


def _identity(obj: ObjectShape) -> str:
    """The columns that a staging row is one of."""
    names = [*obj.key, obj.version] if obj.keep_versions and obj.version else obj.key
    columns = [sql.name(name) for name in dict.fromkeys(names)]
    if obj.valid_from:
        columns.append(f"{_first_day(obj.valid_from)} as _first_day")
    return ", ".join(columns)


def _first_day(column: str) -> str:
    """The day from which a row counts: without one, since the first day of all histories."""
    return f"coalesce({sql.name(column)}, date '1900-01-01')"


def _in_scope(table: str, obj: ObjectShape, as_of: date, timezone: str) -> str:
    """The rows whose business date is not after the run's business date, as a query.

    Of the versions of a thing that was there by then, those written later are out of scope; if
    there are no others, the earliest of them stands in for what is not known.
    """
    rows = f"select {_identity(obj)} from {table}"
    if obj.valid_from:
        return f"{rows} where {_first_day(obj.valid_from)} <= date {sql.text(as_of)}"
    if obj.event_at is None:
        return rows
    rows += f" where {_up_to(obj, obj.event_at, as_of, timezone)}"
    if not (obj.keep_versions and obj.version) or obj.version == obj.event_at:
        return rows
    known, version = _up_to(obj, obj.version, as_of, timezone), sql.name(obj.version)
    key = ", ".join(sql.name(name) for name in obj.key)
    return (
        f"{rows} qualify {known} or (count(*) filter (where {known}) over (partition by {key}) = 0"
        f" and {version} = min({version}) over (partition by {key}))"
    )


def _up_to(obj: ObjectShape, column: str, as_of: date, timezone: str) -> str:
    moment = sql.name(column)
    if obj.column(column).type != "date":
        moment = sql.local_date(moment, timezone)
    return f"{moment} <= date {sql.text(as_of)}"


def _one(con: duckdb.DuckDBPyConnection, query: str) -> int:
    return con.execute(query).fetchall()[0][0]
