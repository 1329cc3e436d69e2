from __future__ import annotations

from pathlib import Path

import pytest

from expectations.engine.gate import run_suites
from expectations.engine.rules import Relation, Severity, Suite
from expectations.learned.past import NO_PAST
from expectations.sense.labels import LABELS
from expectations.sense.people import CONTACTS, CUSTOMERS, MEMBERS
from expectations.sense.suites import SENSE
from tests.unit.expectations.sense_build import (
    DAY,
    broken,
    fails,
    found,
    past_of,
    rules_of,
    sense_build,
)

STAGED = "vault.staging"
LINES = f"{STAGED}.stg_orders__order_lines"
HEADERS = f"{STAGED}.stg_orders__order_headers"
CONSENTS = f"{STAGED}.stg_consent__consent_events"
RATES = f"{STAGED}.stg_finance__exchange_rates"
TODAY = "where {}::date = '2017-12-31'"

ORDERS_BREAKS = {
    ("stg_orders__order_lines", "customers_of_the_day_known"): (
        f"update {LINES} set shop_customer_id = 'C-' || shop_customer_id"
        f" {TODAY.format('ordered_at')}",
        "0 % of the day's 60 orders name a known account, usually 100 %",
    ),
    ("stg_orders__order_lines", "accounts_before_orders"): (
        f"update {STAGED}.stg_orders__customers set registered_at = timestamp '2017-12-01 12:00'",
        "30 of 30 accounts with orders are younger than their first one",
    ),
    ("stg_orders__order_lines", "customers_keep_habits"): (
        f"update {LINES} set shop_customer_id = (1 + hash(order_id) % 30)::varchar"
        f" {TODAY.format('ordered_at')}",
        "at a store where the customer bought before, usually 100 %, by chance 20 %",
    ),
    ("stg_orders__order_headers", "placed_before_updated"): (
        f"update {HEADERS} set updated_at = placed_at - interval 3 day where order_id < 'O15'",
        "are against the rule that no version of an order is older than the order",
    ),
    ("stg_orders__order_headers", "customer_as_lines"): (
        f"update {HEADERS} set shop_customer_id = 'X' {TODAY.format('placed_at')}",
        "60 of 1,740 rows, and 60 of the 60 of the day",
    ),
    ("stg_orders__order_headers", "placed_with_lines"): (
        f"update {HEADERS} set placed_at = placed_at - interval 3 hour {TODAY.format('placed_at')}",
        "60 of the day's 60 orders are more than an hour from their lines, before 0 of 1,680",
    ),
    ("stg_orders__order_headers", "states_go_forward"): (
        f"update {HEADERS} set order_status = 'pending' where order_id like '%3'",
        "of 3,600 orders are not what they were in the last good build (allowed 2.00 %)",
    ),
    ("stg_orders__refunds", "refunded_after_order"): (
        f"update {STAGED}.stg_orders__refunds set refunded_at = refunded_at - interval 9 day",
        "are against the rule that no refund is of a day before its order",
    ),
    ("stg_orders__refunds", "refunded_at_most_paid"): (
        f"update {STAGED}.stg_orders__refunds set refund_amount = 100 * refund_amount",
        "are against the rule that no more is given back than was paid",
    ),
}

PEOPLE_BREAKS = {
    ("stg_orders__customers", "registered_stays"): (
        f"update {STAGED}.stg_orders__customers set registered_at = timestamp '2017-12-01 12:00:00'"
        " where shop_customer_id < '2'",
        "of 150 accounts are not what they were in the last good build (allowed 1.00 %)",
    ),
}
for _table, _people in {
    "stg_orders__customers": CUSTOMERS,
    "stg_crm_zoho__contacts": CONTACTS,
    "stg_crm_fxiaoke__contacts": CONTACTS,
    "stg_loyalty__members": MEMBERS,
}.items():
    _placeholder = (
        f"update {STAGED}.{_table} set mobile = '13800000000' where {_people.key} like '%1%'"
    )
    for _rule in ("addresses_not_of_many", "addresses_not_suddenly_alike"):
        PEOPLE_BREAKS[_table, _rule] = (
            _placeholder,
            "of the 150 records with a value in mobile have the same one",
        )

CLOCKS = {
    "stg_orders__order_lines": "ordered_at",
    "stg_service__tickets": "opened_at",
    "stg_social__interactions": "occurred_at",
    "stg_web__events": "occurred_at",
}
CLOCK_BREAKS = {
    breaks
    for table, at in CLOCKS.items()
    for breaks in (
        (
            (table, f"{at}_in_usual_hours"),
            (
                f"update {STAGED}.{table} set {at} = {at} - interval 8 hour {TODAY.format(at)}",
                "the hours of the day are those of the last weeks moved by 16 hours",
            ),
        ),
        (
            (table, f"{at}_keeps_the_time"),
            (
                f"update {STAGED}.{table} set {at} = {at}::date + interval 5 hour"
                f" {TODAY.format(at)}",
                "60 of 60 rows of the day are of midnight, before 0 of 1,680",
            ),
        ),
    )
}

SERVICE_BREAKS = {
    **{
        ("stg_service__tickets", f"{column}_after_opened"): (
            f"update {STAGED}.stg_service__tickets set {column} = opened_at - interval 1 hour"
            " where updated_at >= '2017-12-31'",
            "and 60 of the 60 of the day, are against the rule that no ticket has a",
        )
        for column in ("first_response_at", "resolved_at")
    },
    ("stg_service__tickets", "rating_of_the_day_in_scale"): (
        f"update {STAGED}.stg_service__tickets set rating = 10 {TODAY.format('opened_at')}",
        "the day's scores of one kind go up to 10 with a mean of 10.0, before up to 5 with 3.0",
    ),
    ("stg_feedback__responses", "score_of_the_day_in_scale"): (
        f"update {STAGED}.stg_feedback__responses set score = 1"
        f" {TODAY.format('responded_at')} and feedback_kind = 'nps'",
        "the day's scores of one kind go up to 1 with a mean of 1.0, before up to 10",
    ),
}

CONSENT_BREAKS = {
    ("stg_consent__consent_events", "states_change_by_events"): (
        f"delete from {CONSENTS} where event_id like '%11'",
        "10 of 500 consents are not what they were in the last good build",
    ),
}

RATE_BREAKS = {
    ("stg_finance__exchange_rates", "rates_do_not_jump"): (
        f"update {RATES} set quoted_rate = (1 / quoted_rate)::decimal(20, 10)"
        " where quoted_on = '2017-12-29'",
        "2 rates jumped, by a factor of up to 60.",
    ),
    ("stg_finance__exchange_rates", "quotes_keep_coming"): (
        f"delete from {RATES} where quoted_on > '2017-11-29'",
        "the newest quote is 32 days old, the longest pause of the year was 1 days",
    ),
}

LABEL_BREAKS = {
    (table, "labels_name_nobody"): (
        f"update {STAGED}.{table} set {columns[0]} = '张伟 13812345678'",
        f"Chinese mobile in {columns[0]}: 1 different texts",
    )
    for table, columns in LABELS.items()
}

BREAKS = {
    **ORDERS_BREAKS,
    **PEOPLE_BREAKS,
    **dict(sorted(CLOCK_BREAKS)),
    **SERVICE_BREAKS,
    **CONSENT_BREAKS,
    **RATE_BREAKS,
    **LABEL_BREAKS,
}


@pytest.fixture(scope="module")
def company():
    connection = sense_build()
    yield connection
    connection.close()


def _failed(connection, past):
    return [
        (table, rule.name, found(connection, rule))
        for table in SENSE
        for rule in rules_of(table, past).values()
        if fails(connection, rule)
    ]


@pytest.mark.parametrize("knows_past", [False, True])
def test_a_good_company_passes_the_gate(company, knows_past):
    past = past_of(company) if knows_past else NO_PAST
    suites = [
        Suite(
            "staging",
            table,
            ("staging", table),
            Relation("vault", "staging", table),
            tuple(rules_of(table, past).values()),
        )
        for table in SENSE
        if rules_of(table, past)
    ]
    results = run_suites(company, suites, run_name="test", as_of=DAY.as_of)
    assert [failure.message for result in results for failure in result.failures] == []


@pytest.mark.parametrize(("table", "rule"), BREAKS)
def test_what_makes_no_sense_is_caught(company, table, rule):
    statement, words = BREAKS[table, rule]
    asked = rules_of(table, past_of(company))[rule]
    with broken(company, statement):
        assert fails(company, asked)
        assert words in found(company, asked)
    assert not fails(company, asked)


def test_every_rule_was_seen_failing(company):
    past = past_of(company)
    assert {(table, name) for table in SENSE for name in rules_of(table, past)} == set(BREAKS)


def test_only_what_other_trades_do_rightly_is_a_warning(company):
    past = past_of(company)
    rules = [rule for table in SENSE for rule in rules_of(table, past).values()]
    assert {rule.name for rule in rules if rule.severity is Severity.WARN} == {
        "accounts_before_orders",
        "addresses_not_of_many",
    }


HEALTHY = {
    "the day ends early": f"delete from {LINES} where ordered_at >= '2017-12-31 18:00'",
    "nothing was sold": f"delete from {LINES} where ordered_at >= '2017-12-31'",
    "a store opens and everybody goes there": (
        f"update {LINES} set store_id = 'S9' {TODAY.format('ordered_at')}"
    ),
    "a store is closed and its customers go elsewhere": (
        f"update {LINES} set store_id = 'S1' {TODAY.format('ordered_at')}"
    ),
    "a sale at midnight": (
        f"update {LINES} set ordered_at = timestamp '2017-12-31 05:00:07'"
        f" {TODAY.format('ordered_at')} and order_id like '%1'"
    ),
    "everybody is new": (
        f"update {LINES} set shop_customer_id = order_id {TODAY.format('ordered_at')}"
        " and order_id like '%1'"
    ),
    "sold by night, always": f"update {LINES} set ordered_at = ordered_at + interval 10 hour",
    "somebody withdraws": (
        f"insert into {CONSENTS} select 'N', subject_type, '499', purpose, channel_id,"
        f" 'granted', timestamp '2017-12-31 12:00:00' from {CONSENTS} limit 1"
    ),
    "somebody has a new address": (
        f"update {STAGED}.stg_orders__customers set email = 'new' || email,"
        " updated_at = timestamp '2017-12-31 12:00:00'"
    ),
    "the first ten of a scale": (
        f"update {STAGED}.stg_feedback__responses set score = 10 where score >= 9"
    ),
    "orders are cancelled": f"update {HEADERS} set order_status = 'cancelled'",
    "no accounts are delivered": f"delete from {STAGED}.stg_orders__customers",
    "no headers are delivered": f"delete from {HEADERS}",
}


@pytest.mark.parametrize("case", HEALTHY)
def test_a_healthy_company_is_not_stopped(company, case):
    # Its past was like that too, where it says always.
    past = NO_PAST if "always" in case else past_of(company)
    with broken(company, HEALTHY[case]):
        assert _failed(company, past) == []


def test_a_company_with_nothing_but_order_lines_passes(company):
    others = [table for table in SENSE if table != "stg_orders__order_lines"]
    with broken(company, *(f"delete from {STAGED}.{table}" for table in others)):
        assert _failed(company, NO_PAST) == []


def test_a_young_company_passes(company):
    tables = {**CLOCKS, "stg_orders__order_headers": "placed_at"}
    with broken(
        company,
        *(
            f"delete from {STAGED}.{table} where {at} < '2017-12-25'"
            for table, at in tables.items()
        ),
    ):
        assert _failed(company, NO_PAST) == []


def test_a_small_company_passes(company):
    tables = {**CLOCKS, "stg_orders__order_headers": "placed_at"}
    with broken(
        company,
        *(
            f"delete from {STAGED}.{table} where hash({at}::varchar) % 20 > 0"
            for table, at in tables.items()
        ),
    ):
        assert _failed(company, NO_PAST) == []


def test_labels_are_columns_of_staging():
    folder = Path(__file__).parents[3] / "dbt_project" / "models" / "staging"
    for table, columns in LABELS.items():
        sql = next(folder.rglob(f"{table}.sql")).read_text()
        assert all(column in sql for column in columns)
