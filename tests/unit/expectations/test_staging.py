from __future__ import annotations

import re

import pytest

from expectations.engine.rules import Severity
from expectations.staging import suites as staging
from tests.unit.expectations.small_build import (
    DAY,
    OBJECTS,
    check,
    orders_only,
    small_build,
    staging_models,
)

LINES = "vault.staging.stg_orders__order_lines"
HEADERS = "vault.staging.stg_orders__order_headers"

SPECIFIC_BREAKS = {
    ("stg_finance__exchange_rates", "recent"): (
        "update vault.staging.stg_finance__exchange_rates set quoted_on = date '2017-12-20'",
        "the newest quoted_on is of 2017-12-20, 11 days before 2017-12-31",
    ),
    ("stg_orders__order_lines", "recent"): (
        f"update {LINES} set ordered_at = ordered_at - interval 10 day",
        "the newest ordered_at is of 2017-12-20, 11 days before 2017-12-31",
    ),
    ("stg_orders__order_lines", "sold_by_day"): (
        f"update {LINES} set ordered_at = timestamp '2017-12-30 08:00:00'",
        "40 of 40 rows (100.00 %, allowed 3.00 %)",
    ),
    ("stg_orders__order_lines", "products_known"): (
        f"update {LINES} set product_id = 'P9' where order_id = 'O1'",
        "2 of 40 rows (5.00 %, allowed 1.00 %) against the rule that at most 1 % of the lines name",
    ),
    ("stg_orders__order_lines", "lines_paid"): (
        f"update {LINES} set is_zero_or_negative = true where order_id in ('O1', 'O2')",
        "4 of 40 rows (10.00 %, allowed 5.00 %)",
    ),
    ("stg_orders__order_headers", "headers_complete"): (
        f"delete from {HEADERS} where order_id = 'O1'",
        "at least 99 % of the orders that have lines have a header",
    ),
    ("stg_orders__refunds", "refunds_plausible"): (
        "update vault.staging.stg_orders__refunds set refund_amount = 100",
        "800.00 refunded of 400.00 sold",
    ),
    ("stg_orders__customers", "few_test_accounts"): (
        "update vault.staging.stg_orders__customers set is_test = true where shop_customer_id = 1",
        "1 of 3 rows (33.33 %, allowed 5.00 %)",
    ),
    ("stg_web__events", "recent"): (
        "update vault.staging.stg_web__events set occurred_at = timestamp '2017-12-01 12:00:00'",
        "30 days before 2017-12-31",
    ),
    ("stg_web__events", "products_known"): (
        "update vault.staging.stg_web__events set product_id = 'P9' where event_id = 1",
        "1 of 20 rows (5.00 %, allowed 1.00 %)",
    ),
    ("stg_calendar__days", "not_empty"): (
        "delete from vault.staging.stg_calendar__days",
        "the table has rows",
    ),
}


def _suites():
    return staging.suites(staging_models(), OBJECTS, DAY)


def _generic_breaks():
    for suite in _suites():
        table = suite.relation.sql
        for rule in suite.rules:
            if rule.name == "not_emptied":
                yield (
                    (suite.subject, rule.name),
                    (f"delete from {table}", "and none of them reached"),
                )
            elif rule.name == "not_after_as_of":
                column = staging.EVENT_TIMES[suite.subject]
                # Noon of the next day in New York.
                yield (
                    (suite.subject, rule.name),
                    (
                        f"update {table} set {column} = timestamp '2018-01-01 17:00:00'",
                        "rows lie after 2017-12-31",
                    ),
                )
            elif rule.name == "not_before_first_date":
                column = staging.EVENT_TIMES[suite.subject]
                # The evening before in New York, the first date in UTC.
                yield (
                    (suite.subject, rule.name),
                    (
                        f"update {table} set {column} = timestamp '2016-11-01 03:00:00'",
                        "rows are dated before C360_FIRST_DATE (2016-11-01), the earliest"
                        " 2016-10-31. Set C360_FIRST_DATE earlier, or mend the rows",
                    ),
                )


BREAKS = {**SPECIFIC_BREAKS, **dict(_generic_breaks())}


def test_good_data_pass():
    connection = small_build()
    for suite in _suites():
        failed = [
            r.message for r in check(connection, [suite], suite.subject).values() if not r.passed
        ]
        assert failed == []


@pytest.mark.parametrize(("subject", "rule"), BREAKS)
def test_broken_data_are_caught(subject, rule):
    statement, sentence = BREAKS[subject, rule]
    connection = small_build()
    connection.execute(statement).fetchall()
    result = check(connection, _suites(), subject)[rule]
    assert not result.passed
    assert sentence in result.message
    assert result.blocks is not (result.severity is Severity.WARN)


def test_every_rule_was_seen_failing():
    rules = {(suite.subject, rule.name) for suite in _suites() for rule in suite.rules}
    assert rules == set(BREAKS)


def test_the_evening_of_the_business_date_is_not_after_it():
    connection = small_build()
    # Nine in the evening of 31 December in New York is the next day in UTC.
    connection.execute(
        f"update {LINES} set ordered_at = timestamp '2018-01-01 02:00:00'"
    ).fetchall()
    assert check(connection, _suites(), "stg_orders__order_lines")["not_after_as_of"].passed


def test_nothing_need_be_there_before_the_first_event():
    connection = small_build()
    later = "set occurred_at = timestamp '2018-02-01 12:00:00'"
    connection.execute(f"update vault.raw.web__events {later}").fetchall()
    connection.execute("delete from vault.staging.stg_web__events").fetchall()
    assert check(connection, _suites(), "stg_web__events")["not_emptied"].passed


def test_the_morning_of_the_first_date_is_not_before_it():
    connection = small_build()
    connection.execute(
        f"update {LINES} set ordered_at = timestamp '2016-11-01 05:00:00'"
    ).fetchall()
    assert check(connection, _suites(), "stg_orders__order_lines")["not_before_first_date"].passed


@pytest.mark.parametrize("suite", _suites(), ids=lambda suite: suite.subject)
def test_a_company_with_nothing_but_order_lines_passes(suite):
    results = check(orders_only(), [suite], suite.subject)
    assert [result.message for result in results.values() if not result.passed] == []


SHARES_OF_THE_TRADE = {
    ("stg_orders__order_lines", "sold_by_day"),
    ("stg_orders__order_lines", "lines_paid"),
    ("stg_orders__refunds", "refunds_plausible"),
}


def test_what_another_trade_may_exceed_is_shown_and_does_not_block():
    rules = {(suite.subject, rule.name): rule for suite in _suites() for rule in suite.rules}
    for named in SHARES_OF_THE_TRADE:
        assert rules[named].severity is Severity.WARN
        assert rules[named].reason


def test_the_file_that_an_action_names_holds_its_limit():
    actions = [rule.action for suite in _suites() for rule in suite.rules]
    named = [file for action in actions for file in re.findall(r"expectations/[\w/]+[.]py", action)]
    assert set(named) == {"expectations/staging/days.py"}
