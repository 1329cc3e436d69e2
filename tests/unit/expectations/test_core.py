from __future__ import annotations

from pathlib import Path

import pytest

from expectations.core import suites as core
from expectations.core.facts import FACTS
from expectations.core.sense import OF_ORDERS
from expectations.engine.rules import Severity
from tests.unit.expectations.small_build import DAY, check, models, orders_only, small_build

CORE = "warehouse.core"

SPECIFIC_BREAKS = {
    ("fct_orders", "orders_as_lines"): (
        f"update {CORE}.fct_orders set net_amount = net_amount + 0.01 where order_id = 'O2'",
        "1 orders differ from the sum of their lines",
    ),
    ("fct_orders", "refunds_as_facts"): (
        f"update {CORE}.fct_orders set refunded_amount = 0",
        "refunds of delivered orders 20.00, but refunds in fct_orders 0.00",
    ),
    ("fct_orders", "orders_as_headers"): (
        f"update {CORE}.fct_orders set is_header_matched = order_id <> 'O2'",
        "1 of 20 rows (5.00 %, allowed 0.50 %)",
    ),
    ("fct_orders", "orders_convertible"): (
        f"update {CORE}.fct_orders set has_exchange_rate = order_id <> 'O2'",
        "1 of 20 rows (5.00 %, allowed 1.00 %)",
    ),
    ("fct_orders", "orders_valid"): (
        f"update {CORE}.fct_orders set is_valid_order = false",
        "20 of 20 rows (100.00 %, allowed 20.00 %)",
    ),
    ("bridge_customer_identities", "identities_as_map"): (
        f"delete from {CORE}.bridge_customer_identities",
        "records in identity 3, but in the bridge 0",
    ),
    ("bridge_customer_channels", "joins_keep_rows"): (
        f"insert into {CORE}.dim_customers select * from {CORE}.dim_customers",
        "1 rows become 2",
    ),
    ("bridge_customer_consents", "joins_keep_rows"): (
        f"insert into {CORE}.dim_customers select * from {CORE}.dim_customers",
        "1 rows become 2",
    ),
    ("bridge_customer_identities", "joins_keep_rows"): (
        f"insert into {CORE}.dim_customers select * from {CORE}.dim_customers limit 1",
        "3 rows become 4",
    ),
    ("dim_customers", "customers_as_identity"): (
        f"insert into {CORE}.dim_customers values ('C0', false, false, null)",
        "customers in identity 3, but in dim_customers 4",
    ),
    ("dim_customers", "one_unknown"): (
        f"delete from {CORE}.dim_customers where is_unknown",
        "there is exactly one unknown customer",
    ),
    ("dim_accounts", "not_empty"): (f"delete from {CORE}.dim_accounts", "the dimension has rows"),
    ("dim_customers", "not_empty"): (f"delete from {CORE}.dim_customers", "the dimension has rows"),
    ("dim_customers_history", "not_empty"): (
        f"delete from {CORE}.dim_customers_history",
        "the dimension has rows",
    ),
    ("dim_products", "not_empty"): (
        f"delete from {CORE}.dim_products",
        "the dimension has rows",
    ),
    ("dim_stores", "not_empty"): (f"delete from {CORE}.dim_stores", "the dimension has rows"),
    ("dim_customers_history", "one_current_row"): (
        f"update {CORE}.dim_customers_history set is_current = true",
        "3 customers do not have exactly one current row",
    ),
    ("dim_customers_history", "versions_do_not_overlap"): (
        f"update {CORE}.dim_customers_history set valid_to = null",
        "no version is still valid when the next one begins (3 rows against it)",
    ),
    ("dim_customers_history", "customers_as_dimension"): (
        f"delete from {CORE}.dim_customers_history where customer_key ="
        f" (select min(customer_key) from {CORE}.dim_customers_history)",
        "customers in dim_customers 3, but in the history 2",
    ),
    ("dim_customers_history", "not_after_as_of"): (
        f"update {CORE}.dim_customers_history set valid_from = date '2018-01-01'",
        "no version begins after the run's business date",
    ),
}


OTHERS = "(select max(customer_key) from vault.identity.customers_map)"

SENSE_BREAKS = {
    ("fct_orders", "customers_as_records"): (
        f"update {CORE}.fct_orders set customer_key = {OTHERS}",
        "rows belong to another customer than the record that they name",
    ),
    **{
        (fact, "customers_as_records"): (
            f"update {CORE}.{fact} set customer_key = {OTHERS}",
            "rows belong to another customer than the record that they name",
        )
        for fact in (*sorted(OF_ORDERS), "fct_feedback", "fct_service_tickets")
    },
    ("fct_loyalty_points", "customers_as_records"): (
        "insert into vault.identity.customers_map by name select 'loyalty.members' as source,"
        f" 'M1' as source_record_id, {OTHERS} as customer_key, true as is_current",
        "20 rows belong to another customer than the record that they name",
    ),
    ("fct_orders", "valid_as_states"): (
        f"update {CORE}.fct_orders set is_cancelled = true, order_status = 'cancelled'",
        "no order that is cancelled, of a test account or fully given back is valid (19 rows",
    ),
    ("fct_orders", "cancelled_as_states"): (
        f"update {CORE}.fct_orders set order_status = 'cancelled'",
        "an order is cancelled if and only if its state says so (20 rows against it)",
    ),
    ("fct_orders", "kept_as_parts"): (
        f"update {CORE}.fct_orders set kept_net_amount = kept_net_amount - refunded_amount",
        "what an order keeps is its net amount less what was given back (1 rows against it)",
    ),
}


def _name_breaks():
    for table in models(small_build(), "core"):
        yield (
            (table.name, "no_identifier_columns"),
            (
                f"alter table {CORE}.{table.name} add column contact_phone varchar",
                "columns called like a direct identifier: contact_phone",
            ),
        )


def _fact_breaks():
    for name, fact in FACTS.items():
        table = f"{CORE}.{name}"
        yield (
            (name, "not_after_as_of"),
            (f"update {table} set {fact.date_column} = date '2018-01-01'", "lie after 2017-12-31"),
        )
        yield (
            (name, "customers_known"),
            (f"update {table} set customer_key = 'unknown'", "rows (100.00 %, allowed"),
        )
        doubled = f"insert into {table} select * from {table}"
        yield (
            (name, "joins_keep_rows"),
            (f"insert into {CORE}.dim_customers select * from {CORE}.dim_customers", "rows become"),
        )
        if fact.rows:
            yield (name, "rows_as_staged"), (doubled, "staging has rows: ")
        for column, _ in fact.totals:
            yield (name, f"{column}_as_staged"), (doubled, f"total {column} in staging ")


BREAKS = {**SPECIFIC_BREAKS, **SENSE_BREAKS, **dict(_name_breaks()), **dict(_fact_breaks())}


def _suites(connection):
    return core.suites(models(connection, "core"), DAY)


def test_good_data_pass():
    connection = small_build()
    for suite in _suites(connection):
        results = check(connection, [suite], suite.subject)
        assert [result.message for result in results.values() if not result.passed] == []


@pytest.mark.parametrize(("subject", "rule"), BREAKS)
def test_broken_data_are_caught(subject, rule):
    statement, sentence = BREAKS[subject, rule]
    connection = small_build()
    suites = _suites(connection)
    connection.execute(statement).fetchall()
    result = check(connection, suites, subject)[rule]
    assert not result.passed
    assert sentence in result.message
    assert result.blocks is not (result.severity is Severity.WARN)


@pytest.mark.parametrize(
    "statement",
    [
        f"update {CORE}.dim_customers_history set valid_from = date '2017-05-01', valid_to = null",
        f"update {CORE}.dim_customers_history set version_number = 1, valid_to = null",
    ],
)
def test_a_history_with_two_versions_of_a_day_is_caught(statement):
    connection = small_build()
    suites = _suites(connection)
    connection.execute(statement).fetchall()
    result = check(connection, suites, "fct_orders")["joins_keep_rows"]
    assert result.finding == "20 rows become 40"


def test_every_rule_was_seen_failing():
    rules = {(s.subject, rule.name) for s in _suites(small_build()) for rule in s.rules}
    assert rules == set(BREAKS)


def test_an_order_without_lines_is_no_difference():
    connection = small_build()
    connection.execute(
        "insert into vault.staging.stg_orders__order_headers"
        " values ('O99', 'pending', 'card', timestamp '2017-12-30 18:00:00', 1, true)"
    ).fetchall()
    connection.execute(
        f"insert into {CORE}.fct_orders by name select * replace ('O99' as order_id, 0 as"
        " line_count, 0 as net_amount, 0 as refunded_amount, false as is_valid_order, null as"
        f" is_header_matched, 0 as source_net_amount) from {CORE}.fct_orders limit 1"
    ).fetchall()
    connection.execute(
        f"insert into {CORE}.fct_order_statuses select 'O99', min(customer_key), max(entered_date)"
        f" from {CORE}.fct_order_statuses"
    ).fetchall()
    results = check(connection, _suites(connection), "fct_orders")
    assert results["orders_as_lines"].passed
    assert results["rows_as_staged"].passed


def test_a_company_with_nothing_but_order_lines_passes():
    connection = orders_only()
    for suite in _suites(connection):
        results = check(connection, [suite], suite.subject)
        assert [result.message for result in results.values() if not result.passed] == []


def test_every_fact_of_core_is_compared_with_staging():
    folder = Path(__file__).parents[3] / "dbt_project" / "models" / "core"
    assert {file.stem for file in folder.glob("fct_*.sql")} == set(FACTS)
    assert all(fact.rows or fact.totals for fact in FACTS.values())


@pytest.mark.parametrize(
    ("fact", "statement"),
    [
        (
            "fct_order_lines",
            "update vault.staging.stg_orders__order_lines set shop_customer_id = null",
        ),
        ("fct_loyalty_points", "delete from vault.staging.stg_loyalty__members"),
        ("fct_referrals", "delete from vault.staging.stg_loyalty__members"),
        (
            "fct_coupon_redemptions",
            "update vault.staging.stg_marketing__coupon_redemptions set shop_customer_id = null",
        ),
    ],
)
def test_rows_that_name_nobody_may_have_no_customer(fact, statement):
    connection = small_build()
    connection.execute(f"update {CORE}.{fact} set customer_key = 'unknown'").fetchall()
    assert check(connection, _suites(connection), fact)["customers_known"].blocks
    connection.execute(statement).fetchall()
    assert check(connection, _suites(connection), fact)["customers_known"].passed


def test_a_trade_with_many_orders_that_do_not_count_is_not_stopped():
    connection = small_build()
    connection.execute(f"update {CORE}.fct_orders set is_valid_order = false").fetchall()
    result = check(connection, _suites(connection), "fct_orders")["orders_valid"]
    assert not result.passed
    assert not result.blocks
