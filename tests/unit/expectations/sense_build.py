"""Staging of a company with habits: 30 customers who shop where and what they always do.

Sixty days of sixty orders, accounts, contacts, consents, tickets, answers and rates, and the same
tables as the last good build had them the night before.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import duckdb

from expectations.engine.columns import columns_of
from expectations.engine.day import Day
from expectations.engine.rules import Relation, Rule
from expectations.learned.past import Past
from expectations.sense.suites import SENSE

DAY = Day(date(2017, 12, 31), "America/New_York", date(2016, 11, 1))
NIGHT_BEFORE = date(2017, 12, 30)

STAGING = """
create table orders as
select range as n, 'O' || range as order_id, date '2017-11-02' + (range // 60)::int as day,
    1 + (range * 7) % 30 as customer
from range(3600);
create table times as
select *, day + interval 14 hour + ((n * 5) % 9) * interval 1 hour
    + (n % 60) * interval 1 minute as happened from orders;
create table stg_orders__order_lines as
select order_id || '-' || line as order_line_id, order_id, customer::varchar as shop_customer_id,
    'S' || customer % 5 as store_id, 'P' || customer % 10 as product_id,
    10.00::decimal(18, 2) as net_amount, happened as ordered_at
from times cross join (select unnest([1, 2]) as line);
create table stg_orders__order_headers as
select order_id, customer::varchar as shop_customer_id, 'completed' as order_status,
    22.00::decimal(18, 2) as total_amount, happened as placed_at, happened as updated_at,
    true as is_current_version
from times;
create table stg_orders__refunds as
select 'R' || n as refund_id, order_id, 5.00::decimal(18, 2) as refund_amount,
    happened + interval 2 day as refunded_at
from times where n % 40 = 0 and day < date '2017-12-29';
create table stg_orders__customers as
select range::varchar as shop_customer_id, 'c' || range || '@shop.example' as email,
    '1390000' || (1000 + range) as mobile, timestamp '2017-10-01 12:00:00' as registered_at,
    timestamp '2017-10-01 12:00:00' as updated_at
from range(1, 151);
create table contacts as
select 'K' || range as contact_id, 'k' || range || '@crm.example' as email,
    '1380000' || (1000 + range) as mobile, '021' || (1000 + range) as phone,
    timestamp '2017-10-01 12:00:00' as modified_at
from range(150);
create table stg_crm_zoho__contacts as select * from contacts;
create table stg_crm_fxiaoke__contacts as select * from contacts;
create table stg_loyalty__members as
select 'M' || range as member_id, 'gold' as tier_id, 'Gold 金卡' as tier_name,
    'm' || range || '@shop.example' as email, '1370000' || (1000 + range) as mobile,
    timestamp '2017-10-01 12:00:00' as updated_at
from range(150);
create table stg_consent__consent_events as
select 'E' || range as event_id, 'customer_id' as subject_type,
    (range // 2)::varchar as subject_value, 'marketing' as purpose, 'email' as channel_id,
    case when range % 2 = 1 then 'withdrawn' else 'granted' end as consent_state,
    timestamp '2017-10-01 12:00:00' + range * interval 1 hour as occurred_at
from range(1000);
create table stg_service__tickets as
select 'T' || n as ticket_id, 'question' as ticket_type, 'high' as priority, happened as opened_at,
    happened + interval 1 hour as first_response_at, happened + interval 2 hour as resolved_at,
    happened + interval 2 hour as updated_at, 1 + n % 5 as rating
from times;
create table stg_feedback__responses as
select 'F' || n as response_id, kind as feedback_kind,
    case kind when 'nps' then n % 11 else 1 + n % 5 end as score, happened as responded_at
from times cross join (select unnest(['nps', 'csat']) as kind) where n % 3 = 0;
create table stg_social__interactions as
select 'I' || n as interaction_id, happened as occurred_at from times;
create table stg_web__events as
select 'W' || n as event_id, 'D' || n as device_id, happened as occurred_at from times;
create table stg_finance__exchange_rates as
select date '2017-12-29' - range::int as quoted_on, 'EUR' as base_currency_code, currency_code,
    (rate + (range % 3) * 0.001)::decimal(20, 10) as quoted_rate
from range(120) cross join (values ('USD', 1.2), ('CNY', 7.8)) as rates(currency_code, rate);
create table stg_marketing__campaign_details as
select 1 as campaign_id, 'Spring Table 春季 2017-03 #1' as campaign_name;
create table stg_marketing__campaigns as select 1 as campaign_id, 'Type A' as campaign_type;
create table stg_orders__products as
select 'P1' as product_id, 'GROCERY' as department, 'Private' as brand, 'TEA' as product_category,
    'GREEN TEA' as product_type;
create table stg_orders__stores as select 'S1' as store_id, 'Harbour Store 12' as store_name;
create table stg_crm_fxiaoke__field_options as
select 'won' as option_code, 'Won 赢单' as option_label, 'Stage' as field_label;
create table stg_crm_fxiaoke__opportunities as select 'Won 赢单' as stage;
create table stg_crm_zoho__deals as select 'Closed Won' as stage;
create table stg_crm_zoho__deal_stage_history as select 'Closed Won' as stage;
"""


def sense_build() -> duckdb.DuckDBPyConnection:
    """A fresh connection with tonight's vault and that of the night before."""
    connection = duckdb.connect()
    for catalog, newest in (("vault", DAY.as_of), ("vault_before", NIGHT_BEFORE)):
        connection.execute(f"attach ':memory:' as {catalog}").fetchall()
        connection.execute(f"create schema {catalog}.staging").fetchall()
        connection.execute(f"use {catalog}.staging").fetchall()
        for statement in STAGING.strip().rstrip(";").split(";\n"):
            connection.execute(statement).fetchall()
        connection.execute(
            f"delete from stg_orders__order_lines where ordered_at::date > '{newest}'"
        ).fetchall()
    connection.execute("use memory").fetchall()
    return connection


def past_of(connection: duckdb.DuckDBPyConnection) -> Past:
    """The night before, as a gate sees it."""
    tables = columns_of(connection, "vault_before", "staging")
    return Past(
        NIGHT_BEFORE,
        {
            f"vault.staging.{table}": frozenset(column.name for column in columns)
            for table, columns in tables.items()
        },
    )


def rules_of(table: str, past: Past) -> dict[str, Rule]:
    """The rules of sense of one table, by name."""
    rules = SENSE[table](Relation("vault", "staging", table), DAY, past)
    return {rule.name: rule for rule in rules}


def fails(connection: duckdb.DuckDBPyConnection, rule: Rule) -> bool:
    """Whether a rule's query finds anything."""
    query = str(rule.check.arguments["unexpected_rows_query"])
    query = query.replace("{{", "{").replace("}}", "}").replace("{batch}", "")
    return bool(connection.execute(query).fetchall())


def found(connection: duckdb.DuckDBPyConnection, rule: Rule) -> str:
    """What the rule says of it."""
    return "; ".join(str(row[0]) for row in connection.execute(rule.finding).fetchall())


@contextmanager
def broken(connection: duckdb.DuckDBPyConnection, *statements: str) -> Iterator[None]:
    """The build with something wrong in it, for as long as the block lasts."""
    connection.execute("begin").fetchall()
    try:
        for statement in statements:
            connection.execute(statement).fetchall()
        yield
    finally:
        connection.execute("rollback").fetchall()
