"""The company that the gates are scored with, and what its files were on an evening.

The small demo company (300 households), made to live: its orders grow over the year, on 12 December
(双十二) it sells twice as much as on other days, and on Christmas Day it is closed.
"""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from benchmarks.gate_score.delivered import TIMEZONE, Delivered, Name
from demo.generate import generate

HOUSEHOLDS = 300
FIRST_DATE = date(2016, 11, 1)
PROMOTION = date(2017, 12, 12)
LAST = date(2017, 12, 31)

CUT = (
    "orders/transactions.parquet",
    "orders/demographics.parquet",
    "marketing/campaigns.parquet",
    "marketing/coupon_redemptions.parquet",
)
"""Files of the whole Complete Journey data, which the generator does not sample."""


def make_company(data: Path, households: int = HOUSEHOLDS) -> None:
    """Write the company's files as they are at the end of the year."""
    generate(data, sample=households, plants_faults=False)
    for name in CUT:
        file = data / name
        kept = duckdb.sql(f"select * from '{file}' where household_id <= {households}")
        assert kept is not None
        duckdb.from_arrow(kept.to_arrow_table()).write_parquet(str(file))
    files = Delivered(data, LAST)
    _grow(files)


def _grow(files: Delivered) -> None:
    """Leave out orders, of the first days three of ten, of the last none: the company grows.

    As many of those left out as an ordinary day has are placed on the day of the promotion.
    """
    for name in ("order_lines", "order_headers", "refunds"):
        files.read("orders", name, name)
    files.read("loyalty", "points_ledger", "points_ledger")
    files.sql(f"""
        create table baskets as
        select
            basket_id,
            min(transaction_timestamp) as placed_at,
            date_diff('day', date '2017-01-01', {files.day("min(transaction_timestamp)")}) as age
        from order_lines
        group by basket_id
    """)
    files.sql("""
        create table dropped as
        select *, row_number() over (order by hash(basket_id + 1)) as number
        from baskets
        where hash(basket_id) % 1000 >= 700 + 300 * age / 364
    """)
    files.sql(f"""
        create table moved as
        select
            basket_id,
            to_days(cast(date_diff('day', {files.day("placed_at")}, date '{PROMOTION}') as integer))
                as later
        from dropped
        where number <= 1.2 * (select count(*) from baskets) / 365
    """)
    files.sql(f"""
        update order_lines as lines
        set
            transaction_timestamp = lines.transaction_timestamp + moved.later,
            week = (
                select mode(week) from order_lines
                where {files.day("transaction_timestamp")} = date '{PROMOTION}'
            )
        from moved
        where lines.basket_id = moved.basket_id
    """)
    files.sql("""
        update order_headers as headers
        set
            placed_at = headers.placed_at + moved.later,
            updated_at = headers.updated_at + moved.later
        from moved
        where headers.basket_id = moved.basket_id
    """)
    gone = "(select basket_id from dropped except select basket_id from moved)"
    files.sql(f"delete from order_lines where basket_id in {gone}")
    files.sql(f"delete from order_headers where basket_id in {gone}")
    gone = "(select cast(basket_id as varchar) from dropped)"
    files.sql(f"delete from refunds where basket_id in {gone}")
    files.sql(f"delete from points_ledger where basket_id in {gone}")
    _mend_points(files)
    for name in ("order_lines", "order_headers", "refunds"):
        files.write("orders", name, name)
    files.write("loyalty", "points_ledger", "points_ledger")


def _mend_points(files: Delivered) -> None:
    """Leave out what a member could not redeem without the points of the orders left out."""
    total = (
        "sum(cast(points as bigint)) {} over"
        " (partition by member_id order by occurred_at, entry_id)"
    )
    files.sql(f"""
        create or replace table points_ledger as
        select * exclude (earned, redeemed)
        from (
            select
                *,
                coalesce({total.format("filter (where kind <> 'redeem')")}, 0) as earned,
                coalesce({total.format("filter (where kind = 'redeem')")}, 0) as redeemed
            from points_ledger
        )
        where kind <> 'redeem' or earned + redeemed >= 0
    """)


def evening(company: Path, target: Path, as_of: date) -> None:
    """Write the files as they were in the evening of a date: rows of later times are not there.

    Reference data without times (catalogue, shops, costs, coupons) are as they are.
    """
    shutil.copytree(company, target, ignore=shutil.ignore_patterns("truth", "manifest.json"))
    files = Delivered(target, as_of)
    for name, obj in files.objects.items():
        column = obj.version if obj.keep_versions else obj.event_at
        if obj.stream is None and column:
            _cut(files, name, column, is_date=obj.column(column).type == "date")
    files.con.close()
    cut_systems(target / "servers", evening_of(as_of))


def _cut(files: Delivered, name: Name, column: str, *, is_date: bool) -> None:
    files.read(*name)
    day = f"cast({column} as date)" if is_date else files.day(column)
    files.sql(f"delete from t where {day} > date '{files.as_of}'")
    files.write(*name)


def evening_of(as_of: date) -> datetime:
    """The end of a business date in UTC."""
    midnight = datetime.combine(as_of + timedelta(days=1), time(), ZoneInfo(TIMEZONE))
    return midnight.astimezone(UTC)


def cut_systems(servers: Path, until: datetime) -> None:
    """Leave of the CRM systems' records what they had by then.

    A record that was changed later is as it is now, with the time of its creation as that of its
    change; a deal has the stage that it had.
    """
    moment = until.isoformat()
    with duckdb.connect() as con:
        con.execute("set timezone = 'UTC'").fetchall()
        for file in sorted(servers.glob("zoho/[!_]*.jsonl")):
            _keep_lines(con, file, *_zoho(file, moment))
        history = servers / "zoho" / "_stage_history.jsonl"
        _keep_lines(con, history, f"{_time('Modified_Time')} <= timestamptz '{moment}'")
        deleted = servers / "zoho" / "_deleted.jsonl"
        _keep_lines(con, deleted, f"{_time('deleted_time')} <= timestamptz '{moment}'")
        latest = int(until.timestamp() * 1000)
        for file in sorted(servers.glob("fxiaoke/[!_]*.jsonl")):
            _keep_lines(
                con,
                file,
                f"cast(json->>'create_time' as bigint) <= {latest}",
                f"""case when cast(json->>'last_modified_time' as bigint) > {latest}
                    then json_merge_patch(json, json_object(
                        'last_modified_time', cast(json->>'create_time' as bigint)))
                    else json end""",
            )


def _time(name: str) -> str:
    return f"cast(json->>'{name}' as timestamptz)"


def _zoho(file: Path, moment: str) -> tuple[str, str]:
    created, modified = "Created_Time", "Modified_Time"
    if file.stem == "Users":
        created = "created_time"
    elif file.stem == "Calls":
        created = "Call_Start_Time"
    elif file.stem == "Events":
        created = "Start_DateTime"
    condition = f"{_time(created)} <= timestamptz '{moment}'"
    changed = f"""
        case when {_time(modified)} > timestamptz '{moment}'
            then json_merge_patch(json, json_object('{modified}', json->>'{created}'))
            else json end
    """
    return condition, changed


def _keep_lines(
    con: duckdb.DuckDBPyConnection, file: Path, condition: str, changed: str = "json"
) -> None:
    [(text,)] = con.execute(f"""
        select coalesce(string_agg(line || chr(10), '' order by number), '')
        from (
            select row_number() over () as number, cast({changed} as varchar) as line, json
            from read_ndjson_objects('{file}')
        )
        where {condition}
    """).fetchall()
    file.write_text(text, encoding="utf-8")
