from __future__ import annotations

from datetime import date

import pytest

from assets.enrich.identity.rules import default_rules
from expectations import identity
from expectations.engine.results import RuleResult
from expectations.learned.past import NO_PAST, Past
from tests.unit.expectations.small_build import check, small_build

REPORT = "vault.identity.night_report"
GATE = default_rules().gate
NIGHT = {
    "customers": (3.0, None),
    "changed_records_ratio": (0.001, GATE.changed_records_ratio),
    "largest_customer": (12, GATE.largest_customer),
    "customers_over_maximum": (0, GATE.customers_over_maximum),
}


def results(*statements: str, past: Past = NO_PAST) -> dict[str, RuleResult]:
    connection = small_build()
    connection.execute(
        f"create table {REPORT} (position integer, measure varchar, figure double,"
        " upper_limit double)"
    ).fetchall()
    for position, (measure, (figure, limit)) in enumerate(NIGHT.items(), 1):
        connection.execute(
            f"insert into {REPORT} values (?, ?, ?, ?)", [position, measure, figure, limit]
        ).fetchall()
    for statement in statements:
        connection.execute(statement).fetchall()
    found = check(connection, identity.suites(past), "night_report")
    connection.close()
    return found


def test_a_night_like_others_passes() -> None:
    found = results()
    assert [result.message for result in found.values() if not result.passed] == []
    assert set(found) == {
        "changed_records_ratio_within_limit",
        "largest_customer_within_limit",
        "customers_over_maximum_within_limit",
        "every_record_has_a_customer",
    }


def test_a_figure_at_its_limit_passes() -> None:
    assert all(
        result.passed for result in results(f"update {REPORT} set figure = upper_limit").values()
    )


@pytest.mark.parametrize(
    ("measure", "figure", "finding", "advice"),
    [
        (
            "changed_records_ratio",
            0.25,
            "changed_records_ratio is 0.25 of the records known the night before, the limit 0.02",
            "make why",
        ),
        (
            "largest_customer",
            481,
            "largest_customer is 481 records, the limit 100",
            "add do-not-link pairs",
        ),
        (
            "customers_over_maximum",
            9,
            "customers_over_maximum is 9 customers, the limit 3",
            "identity/review",
        ),
    ],
)
def test_an_unusual_night_is_held_back(
    measure: str, figure: float, finding: str, advice: str
) -> None:
    broken = f"update {REPORT} set figure = {figure} where measure = '{measure}'"
    found = results(broken)
    blocking = [name for name, result in found.items() if result.blocks]
    assert blocking == [f"{measure}_within_limit"]
    message = found[blocking[0]].message
    assert finding in message
    assert advice in message
    assert "set C360_IDENTITY_CHANGES_ACCEPTED to this business date" in message
    accepted = f"update {REPORT} set upper_limit = null"
    assert all(result.passed for result in results(broken, accepted).values())


@pytest.mark.parametrize("measure", [name for name, (_, limit) in NIGHT.items() if limit])
def test_a_measure_that_is_missing_or_twice_holds_the_night_back(measure: str) -> None:
    for statement in (
        f"delete from {REPORT} where measure = '{measure}'",
        f"insert into {REPORT} select * from {REPORT} where measure = '{measure}'",
    ):
        found = results(statement)
        assert [name for name, result in found.items() if result.blocks] == [
            f"{measure}_within_limit"
        ]


MAP = "vault.identity.customers_map"
BEFORE = (
    "attach ':memory:' as vault_before",
    "create schema vault_before.identity",
    f"delete from {MAP}",
    f"insert into {MAP} by name select 'orders.customers' as source, range::varchar as"
    " source_record_id, 'C' || range // 2 as customer_key, true as is_current from range(200)",
    "delete from vault.identity.int_identity_records",
    "insert into vault.identity.int_identity_records by name"
    f" select source, source_record_id from {MAP}",
    f"create table vault_before.identity.customers_map as from {MAP}",
)
PAST = Past(
    date(2017, 12, 30),
    {MAP: frozenset({"source", "source_record_id", "customer_key", "is_current"})},
)
HELD = "customers_hold_together"


def test_customers_like_those_of_the_night_before_pass() -> None:
    found = results(*BEFORE, past=PAST)
    assert [result.message for result in found.values() if not result.passed] == []
    assert HELD in found


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (
            f"update {MAP} set customer_key = 'C1' where customer_key < 'C2'",
            "12 of 100 customers were torn apart or joined since the last good build",
        ),
        (
            f"update {MAP} set customer_key = 'N' || source_record_id"
            " where source_record_id like '%0'",
            "20 of 100 customers were torn apart or joined since the last good build",
        ),
    ],
    ids=["strangers joined", "customers torn"],
)
def test_customers_torn_or_joined_hold_the_night_back(statement: str, words: str) -> None:
    found = results(*BEFORE, statement, past=PAST)
    assert found[HELD].blocks
    assert words in found[HELD].message
    accepted = f"update {REPORT} set upper_limit = null where measure = 'changed_records_ratio'"
    assert results(*BEFORE, statement, accepted, past=PAST)[HELD].passed


def test_new_and_deleted_records_change_no_customer() -> None:
    changes = (
        f"delete from {MAP} where source_record_id like '%3'",
        f"insert into {MAP} by name select 'loyalty.members' as source, range::varchar as"
        " source_record_id, 'C' || range as customer_key, true as is_current from range(150)",
    )
    assert results(*BEFORE, *changes, past=PAST)[HELD].passed


@pytest.mark.parametrize(
    "statement",
    [
        f"delete from {MAP} where source_record_id = '1'",
        f"update {MAP} set is_current = false where source_record_id = '1'",
        f"insert into {MAP} select * from {MAP} where source_record_id = '1'",
    ],
)
def test_a_record_without_one_customer_holds_the_night_back(statement: str) -> None:
    found = results(statement)["every_record_has_a_customer"]
    assert found.blocks
    assert "1 records have no customer, or more than one" in found.message
