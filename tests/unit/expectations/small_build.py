"""A build of three customers in memory: every table that a gate reads, nothing wrong with it."""

from __future__ import annotations

from datetime import date
from functools import cache

import duckdb

from expectations.engine.day import Day
from expectations.engine.gate import run_suites
from expectations.engine.models import Join, Model
from expectations.engine.results import RuleResult
from expectations.engine.rules import Relation, Suite
from expectations.marts.suites import CUSTOMER_MARTS
from expectations.raw.objects import RawObject
from tests.unit.expectations.catalogue import entries
from tests.unit.expectations.more_build import MORE, WIDE_MART
from tests.unit.expectations.small_core import SIMPLE_FACTS, VAULT, WAREHOUSE
from tests.unit.expectations.small_marts import MARTS

DAY = Day(date(2017, 12, 31), "America/New_York", date(2016, 11, 1))

CANARY_NAME = "Quillon Ambervale"
CANARY_PHONE = "13900012345"
CANARY_EMAIL = "quillon.ambervale@canary.example"

REFUNDS = RawObject(
    "orders",
    "refunds",
    required_columns=("refund_id", "refund_amount"),
    money_columns=("refund_amount",),
    max_quarantined_ratio=0.25,
)

OBJECTS = [
    REFUNDS,
    RawObject("orders", "order_lines"),
    RawObject("orders", "order_headers"),
    RawObject("orders", "customers"),
    RawObject("orders", "products"),
    RawObject("web", "events", event_column="occurred_at"),
    RawObject("finance", "exchange_rates"),
]

_CUSTOMER_JOINS = tuple(
    Join("customer_key", Relation("warehouse", "core", table), "customer_key", is_history)
    for table, is_history in [("dim_customers", False), ("dim_customers_history", True)]
)

OPTIONAL_TABLES = [described.table for described in OBJECTS if described.name != "order_lines"]


def orders_only() -> duckdb.DuckDBPyConnection:
    """The same build of a company that delivers order lines and nothing else."""
    connection = small_build()
    sources = [
        table
        for table in _tables(connection, "vault", "staging")
        if not table.endswith(("order_lines", "calendar__days"))
    ]
    facts = [
        table
        for table in _tables(connection, "warehouse", "core")
        if table.startswith("fct_") and table not in {"fct_order_lines", "fct_orders"}
    ]
    for statement in (
        *(f"delete from vault.staging.{table}" for table in sources),
        *(f"delete from vault.raw.{table}" for table in OPTIONAL_TABLES),
        *(f"delete from warehouse.core.{table}" for table in facts),
        "update warehouse.core.fct_orders set refunded_amount = 0, kept_net_amount = net_amount",
        "update warehouse.marts.customer_transactions set refunded_amount = 0",
        "update warehouse.marts.loyalty set points_balance = 0",
        "delete from warehouse.marts.sales_funnel",
        "delete from warehouse.marts.sales_performance",
        "delete from warehouse.marts.satisfaction_trends",
        "delete from warehouse.marts.service_performance",
        "update warehouse.marts.satisfaction set feedback_count = 0",
        WIDE_MART,
        "delete from warehouse.publish.fct_feedback",
        "update vault.accounting.staged set rows_raw = 0, rows_staged = 0"
        " where object <> 'order_lines'",
    ):
        connection.execute(statement).fetchall()
    return connection


def _tables(connection: duckdb.DuckDBPyConnection, catalog: str, schema: str) -> list[str]:
    rows = connection.execute(
        "select table_name from duckdb_tables() where database_name = ? and schema_name = ?",
        [catalog, schema],
    ).fetchall()
    return [name for (name,) in rows]


def small_build() -> duckdb.DuckDBPyConnection:
    """A fresh connection with the catalogs `vault` and `warehouse`."""
    connection = duckdb.connect()
    for statement in _statements():
        connection.execute(statement).fetchall()
    return connection


@cache
def _statements() -> tuple[str, ...]:
    facts = [
        f"create table warehouse.core.{name} as select (select min(customer_key) from"
        f" vault.identity.customers_map) as customer_key, date '2017-12-30' as {column}{more}"
        " from range(20)"
        for name, (column, more) in SIMPLE_FACTS.items()
    ]
    vault = VAULT.format(name=CANARY_NAME, phone=CANARY_PHONE, email=CANARY_EMAIL)
    accounted = [statement for described in OBJECTS for statement in _accounted(described)]
    marts = [*MARTS.split(";"), *_plain_marts()]
    parts = [*vault.split(";"), *WAREHOUSE.split(";"), *facts, *marts]
    staged = (
        "create table vault.accounting.staged (source varchar, object varchar, rows_raw bigint,"
        " rows_after_as_of bigint, rows_merged bigint, rows_staged bigint)"
    )
    attached = [f"attach ':memory:' as {name}" for name in ("vault", "warehouse")]
    return (*attached, *(part for part in parts if part.strip()), staged, *accounted, *MORE)


def _plain_marts() -> list[str]:
    """Marts of one row per customer of which the gate asks nothing else."""
    return [
        f"create table {table} as select customer_key, as_of_date from warehouse.marts.rfm"
        for mart in sorted(CUSTOMER_MARTS)
        if f"create table {(table := f'warehouse.marts.{mart}')} as" not in MARTS
    ]


def _accounted(described: RawObject) -> list[str]:
    table = f"vault.staging.stg_{described.table}"
    return [
        f"create table if not exists vault.raw.{described.table} as select * from {table}",
        f"insert into vault.accounting.staged select '{described.source}', '{described.name}',"
        f" count(*), 0, 0, count(*) from {table}",
    ]


def staging_models() -> list[Model]:
    """The staging models that stand for a raw object."""
    pairs = [(described.source, described.name) for described in OBJECTS] + [("calendar", "days")]
    return [
        Model(f"stg_{s}__{o}", Relation("vault", "staging", f"stg_{s}__{o}"), (s, o))
        for s, o in pairs
    ]


def models(connection: duckdb.DuckDBPyConnection, schema: str) -> list[Model]:
    """Every table of a schema of the warehouse, as a model; those with customers lead to them."""
    rows = connection.execute(
        "select table_name, list(column_name), list(column_name) filter (data_type like 'DECIMAL%')"
        " from duckdb_columns()"
        " where database_name = 'warehouse' and schema_name = ? group by all order by table_name",
        [schema],
    ).fetchall()
    return [
        Model(
            name,
            Relation("warehouse", schema, name),
            joins=_CUSTOMER_JOINS if "customer_key" in columns else (),
            money=tuple(sorted(money or [])),
            catalogue=entries(columns),
        )
        for name, columns, money in rows
    ]


def check(
    connection: duckdb.DuckDBPyConnection, suites: list[Suite], subject: str
) -> dict[str, RuleResult]:
    """Run one suite; results by the name of the rule."""
    chosen = [suite for suite in suites if suite.subject == subject]
    assert chosen, f"no suite {subject}"
    outcome = run_suites(connection, chosen, run_name="test", as_of=DAY.as_of)
    return {result.rule: result for result in outcome[0].results}
