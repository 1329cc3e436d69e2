"""A year of a small shop in memory: one log, one snapshot of products, and their past."""

from __future__ import annotations

from datetime import date

import duckdb

from expectations.engine.columns import columns_of
from expectations.engine.day import Day
from expectations.engine.models import Model
from expectations.engine.results import RuleResult
from expectations.engine.rules import Relation
from expectations.learned.past import NO_PAST, Past
from expectations.raw.objects import RawObject
from expectations.staging import suites as staging
from tests.unit.expectations.small_build import check

DAY = Day(date(2017, 12, 20), "Asia/Shanghai", date(2016, 1, 1))

ROWS = Relation("vault", "staging", "stg_social__interactions")
PRODUCTS = Relation("vault", "staging", "stg_orders__products")
LEADS = Relation("vault", "staging", "stg_crm_zoho__leads")

MODELS = [
    Model("stg_social__interactions", ROWS, ("social", "interactions"), key=("interaction_id",)),
    Model("stg_orders__products", PRODUCTS, ("orders", "products"), key=("product_id",)),
    Model("stg_crm_zoho__leads", LEADS, ("crm_zoho", "leads"), key=("lead_id",)),
]
OBJECTS = [RawObject(*model.source_object) for model in MODELS if model.source_object]

# About a hundred rows a day, from nine in the morning until nine at night in Shanghai.
_BUILD = """
create schema {0}.staging;
create table {0}.staging.stg_social__interactions as
select 'R' || epoch(day)::bigint || '-' || number as interaction_id,
    'O' || hash(day, number) % 100000 as order_id,
    'C' || hash(number, day) % 500 as shop_customer_id,
    (5 + hash(day, number, 1) % 9000 / 100)::decimal(18, 2) as refund_amount,
    ['damaged', 'late', 'wrong size'][1 + (hash(day, number, 2) % 3)::bigint] as reason,
    case when hash(day, number, 3) % 20 > 0 then 'a note of some length' end as note,
    day + interval 1 hour + to_minutes((hash(day, number, 4) % 720)::bigint) as occurred_at
from (select range as day from range(timestamp '2016-12-01', timestamp '2017-12-21',
    interval 1 day)) as days
cross join lateral (select unnest(range(80 + (hash(day) % 40)::bigint)) as number);
create table {0}.staging.stg_orders__products as
select 'P' || range as product_id, 'brand ' || range % 7 as brand, range % 3 = 0 as is_sold,
    'department' as department, 'category' as product_category, 'type' as product_type
from range(500);
create table {0}.staging.stg_crm_zoho__leads as
select range as lead_id, 'new' as lead_status, timestamp '2017-05-01' + to_days(range::int) as
    modified_at from range(200);
"""


def learned_build() -> duckdb.DuckDBPyConnection:
    """A fresh connection with `vault` and, with the same tables, `vault_before`."""
    con = duckdb.connect(config={"threads": 2})
    con.execute("set timezone = 'UTC'").fetchall()
    for catalog in ("vault", "vault_before"):
        con.execute(f"attach ':memory:' as {catalog}").fetchall()
        for statement in _BUILD.format(catalog).split(";"):
            if statement.strip():
                con.execute(statement).fetchall()
    con.execute("create schema vault.raw").fetchall()
    for described in OBJECTS:
        con.execute(
            f"create table vault.raw.{described.table} as from vault.staging.stg_{described.table}"
        ).fetchall()
    return con


def past_of(con: duckdb.DuckDBPyConnection, as_of: date = DAY.as_of) -> Past:
    """The last good build, of a business date."""
    names = {
        f"vault.staging.{table}": frozenset(column.name for column in columns)
        for table, columns in columns_of(con, "vault_before", "staging").items()
    }
    return Past(as_of, names)


def asked(
    con: duckdb.DuckDBPyConnection,
    subject: str,
    past: Past = NO_PAST,
    day: Day = DAY,
) -> dict[str, RuleResult]:
    """The results of one table's rules, by name."""
    columns = columns_of(con, "vault", "staging")
    return check(con, staging.suites(MODELS, OBJECTS, day, past, columns), subject)
