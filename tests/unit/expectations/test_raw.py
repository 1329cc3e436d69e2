from __future__ import annotations

from dataclasses import replace

import pytest

from expectations.raw import suites as raw
from expectations.raw.objects import RawObject
from tests.unit.expectations.small_build import REFUNDS, check, small_build

BREAKS = {
    "not_empty": ("delete from vault.raw.orders__refunds", "no row was loaded"),
    "required_present": (
        "update vault.raw.orders__refunds set refund_id = null where refund_id in ('R1', 'R2')",
        "refund_id is empty in 2 rows",
    ),
    "rows_accounted": (
        "update vault.accounting.landed set rows_read = 11",
        "11 rows read, but 8 loaded + 2 quarantined",
    ),
    "tables_as_counted": (
        "insert into vault.raw.orders__refunds select * from vault.raw.orders__refunds",
        "8 rows counted as loaded and 16 in raw, 2 counted as quarantined and 2 in quarantine",
    ),
    "quarantine_small": (
        "update vault.accounting.landed set rows_quarantined = 3",
        "3 of 10 rows quarantined (30.00 %, allowed 25.00 %): refund_amount is below 0"
        " (below_minimum) 2",
    ),
    "refund_amount_accounted": (
        "update vault.accounting.landed set money_read = 17.01",
        "refund_amount: 17.01 read, 20.00 loaded, -3.00 quarantined, 0.00 past its limit,"
        " 20.00 in raw",
    ),
}


def test_good_data_pass():
    results = check(small_build(), raw.suites([REFUNDS]), "orders.refunds")
    assert [result.message for result in results.values() if not result.passed] == []


@pytest.mark.parametrize("rule", BREAKS)
def test_broken_data_block(rule):
    statement, sentence = BREAKS[rule]
    connection = small_build()
    connection.execute(statement).fetchall()
    result = check(connection, raw.suites([REFUNDS]), "orders.refunds")[rule]
    assert result.blocks
    assert sentence in result.message
    assert result.action in result.message


def test_every_rule_was_seen_blocking():
    assert {rule.name for rule in raw.suite(REFUNDS).rules} == set(BREAKS)


@pytest.mark.parametrize(
    ("statement", "rule", "sentence"),
    [
        ("delete from vault.accounting.landed", "rows_accounted", "was not accounted for"),
        ("delete from vault.accounting.landed", "refund_amount_accounted", "was not accounted for"),
        (
            "update vault.raw.orders__refunds set refund_amount = 2.51 where refund_id = 'R1'",
            "refund_amount_accounted",
            "20.01 in raw",
        ),
        ("drop table vault.raw.orders__refunds", "exists", "does not exist"),
        ("alter table vault.raw.orders__refunds drop refund_id", "required_present", "could not"),
    ],
)
def test_other_ways_to_be_wrong_block(statement, rule, sentence):
    connection = small_build()
    connection.execute(statement).fetchall()
    result = check(connection, raw.suites([REFUNDS]), "orders.refunds")[rule]
    assert result.blocks
    assert sentence in result.message


def test_an_optional_object_may_be_empty():
    described = RawObject("orders", "refunds", optional=True)
    assert "not_empty" not in {rule.name for rule in raw.suite(described).rules}


def test_an_optional_object_that_did_not_arrive_passes():
    connection = small_build()
    for statement in (
        "delete from vault.raw.orders__refunds",
        "delete from vault.quarantine.orders__refunds",
        "update vault.accounting.landed set rows_read = 0, rows_loaded = 0, rows_quarantined = 0,"
        " money_read = 0, money_loaded = 0, money_quarantined = 0",
    ):
        connection.execute(statement).fetchall()
    optional = replace(REFUNDS, optional=True)
    results = check(connection, raw.suites([optional]), "orders.refunds")
    assert [result.message for result in results.values() if not result.passed] == []
    assert check(connection, raw.suites([REFUNDS]), "orders.refunds")["not_empty"].blocks
