from __future__ import annotations

import pytest

from assets.enrich.identity.rules import default_rules
from expectations import identity
from expectations.results import RuleResult
from tests.unit.expectations.small_build import check, small_build

REPORT = "vault.identity.night_report"
GATE = default_rules().gate
NIGHT = {
    "customers": (3.0, None),
    "changed_records_ratio": (0.001, GATE.changed_records_ratio),
    "largest_customer": (12, GATE.largest_customer),
    "customers_over_maximum": (0, GATE.customers_over_maximum),
}


def results(*statements: str) -> dict[str, RuleResult]:
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
    found = check(connection, identity.suites(), "night_report")
    connection.close()
    return found


def test_a_night_like_others_passes() -> None:
    found = results()
    assert [result.message for result in found.values() if not result.passed] == []
    assert set(found) == {
        "changed_records_ratio_within_limit",
        "largest_customer_within_limit",
        "customers_over_maximum_within_limit",
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
