from __future__ import annotations

from datetime import date

import duckdb
import pytest

from assets.enrich.lifetime_value import tables
from assets.enrich.tables import create_all
from expectations.engine.results import RuleResult
from expectations.enrich import suites as enrich
from expectations.learned.past import Past
from tests.unit.expectations.small_build import DAY, check, small_build

DATE = "date '2017-12-31'"
PREDICTIONS = tables.PREDICTIONS.relation
PARAMETERS = tables.PARAMETERS.relation
BACKTESTS = tables.BACKTESTS.relation

BUYERS = ("C1", "C2")

GOOD = (
    "create or replace table warehouse.core.customer_purchase_days as"
    " select unnest(['C1', 'C1', 'C2']) as customer_key, unnest([date '2017-12-01',"
    " date '2017-12-21', date '2017-12-11']) as purchased_on",
    f"insert into {PARAMETERS} by name select {DATE} as as_of_date, {DATE} as fitted_on,"
    " 'mbg_nbd' as model_name, 'all' as segment, 'r' as parameter_name, 0.5 as estimate,"
    " true as is_converged, true as is_used",
    f"insert into {BACKTESTS} by name select {DATE} as as_of_date, 1 as split_number,"
    " candidate, kind, candidate = 'mbg_nbd' as is_chosen, 1000 as actual_order_count,"
    " 0.95 as order_calibration, 1.1 as net_calibration, rmse, 2.0 as calibration_limit"
    " from (values ('mbg_nbd', 'model', 70.0), ('mean', 'naive', 90.0),"
    " ('last_period', 'naive', 80.0)) as tried(candidate, kind, rmse)",
)


AGES = (
    f"update {PREDICTIONS} set observed_days = case customer_key when 'C1' then 30 else 20 end,"
    " purchase_span_days = case customer_key when 'C1' then 20 else 0 end,"
    " repeat_purchase_days = case customer_key when 'C1' then 1 else 0 end"
)


def _prediction(customer: str) -> str:
    of_text = {"customer_key": f"'{customer}'", "segment": "'all'", "model_name": "'mbg_nbd'"}
    columns = []
    for name, data_type, _ in tables.PREDICTIONS.columns:
        value = of_text.get(name) or {"date": DATE, "varchar": "''"}.get(data_type, "0.5")
        columns.append(f"cast({value} as {data_type}) as {name}")
    return f"insert into {PREDICTIONS} by name select {', '.join(columns)}"


def _build(*statements: str) -> duckdb.DuckDBPyConnection:
    connection = small_build()
    create_all(connection, tables.TABLES)
    for statement in (*GOOD, *map(_prediction, BUYERS), AGES, *statements):
        connection.execute(statement).fetchall()
    return connection


def results(*statements: str) -> dict[tuple[str, str], RuleResult]:
    connection = _build(*statements)
    suites = enrich.suites(DAY)
    found = {
        (suite.subject, name): result
        for suite in suites
        for name, result in check(connection, suites, suite.subject).items()
    }
    connection.close()
    return found


BREAKS = {
    **{
        (table.name, "of_this_date"): (
            f"update {table.relation} set as_of_date = date '2017-12-30'",
            "every row is of the run's business date",
        )
        for table in (tables.PREDICTIONS, tables.PARAMETERS, tables.BACKTESTS)
    },
    ("customer_value_predictions", "every_buyer_once"): (
        f"delete from {PREDICTIONS} where customer_key = 'C2'",
        "1 customers",
    ),
    ("customer_value_predictions", "probabilities_in_range"): (
        f"update {PREDICTIONS} set p_alive = 1.01 where customer_key = 'C2'",
        "probabilities and ratios lie between 0 and 1 (1 rows against it)",
    ),
    ("customer_value_predictions", "nothing_negative_or_missing"): (
        f"update {PREDICTIONS} set expected_orders_36m = 'nan'::double where customer_key = 'C2'",
        "finite and not negative (1 rows against it)",
    ),
    ("customer_value_predictions", "intervals_in_order"): (
        f"update {PREDICTIONS} set expected_margin_36m_low = 9 where customer_key = 'C2'",
        "is not above the upper one (1 rows against it)",
    ),
    ("value_model_backtests", "one_candidate_chosen"): (
        f"update {BACKTESTS} set is_chosen = kind = 'naive'",
        "the back-test has one chosen candidate",
    ),
    ("value_model_backtests", "totals_calibrated"): (
        f"update {BACKTESTS} set net_calibration = 2.1 where is_chosen",
        "mbg_nbd predicted 0.95 of the orders and 2.10 of the amount, allowed 0.50 to 2.00",
    ),
}

BREAKS |= {
    **{
        (table.name, "no_identifier_columns"): (
            f"alter table {table.relation} add column email varchar",
            "columns called like a direct identifier: email",
        )
        for table in (tables.PREDICTIONS, tables.PARAMETERS, tables.BACKTESTS)
    },
    ("customer_value_predictions", "of_tonights_purchases"): (
        f"update {PREDICTIONS} set observed_days = observed_days - 1",
        "2 predictions rest on other purchases than those of tonight",
    ),
    ("customer_value_predictions", "value_within_margin"): (
        f"update {PREDICTIONS} set clv = 100 * clv",
        "the total expected margin of 36 months",
    ),
}

WARNINGS = {
    ("customer_value_predictions", "model_fitted"): (
        f"update {PREDICTIONS} set spend_model_name = 'fallback' where customer_key = 'C2'",
        "1 customers have guessed parameters",
    ),
    ("value_model_parameters", "fitted_tonight"): (
        f"update {PARAMETERS} set fitted_on = date '2017-12-30'",
        "mbg_nbd of all is of 2017-12-30",
    ),
    ("value_model_backtests", "beats_naive_rules"): (
        f"update {BACKTESTS} set rmse = 85 where is_chosen",
        "last_period errs by 80.00, the model by 85.00",
    ),
}


def test_good_predictions_pass() -> None:
    found = results()
    assert [result.message for result in found.values() if not result.passed] == []
    asked_of_many = {("customer_value_predictions", "active_while_recent")}
    assert set(found) == set(BREAKS) | set(WARNINGS) | asked_of_many


@pytest.mark.parametrize("rule", sorted(BREAKS), ids="-".join)
def test_what_is_wrong_holds_the_night_back(rule: tuple[str, str]) -> None:
    statement, words = BREAKS[rule]
    found = results(statement)
    assert found[rule].blocks
    assert words in found[rule].message


@pytest.mark.parametrize("rule", sorted(WARNINGS), ids="-".join)
def test_what_is_only_worse_is_told(rule: tuple[str, str]) -> None:
    statement, words = WARNINGS[rule]
    found = results(statement)
    assert [name for name, result in found.items() if not result.passed] == [rule]
    assert not found[rule].blocks
    assert words in found[rule].message


@pytest.mark.parametrize("probability", ["null", "'nan'::double", "-0.01"])
def test_no_probability_is_missing_or_below_zero(probability: str) -> None:
    found = results(f"update {PREDICTIONS} set p_active_horizon = {probability}")
    assert found[("customer_value_predictions", "probabilities_in_range")].blocks


def test_a_handful_of_orders_is_left_to_chance() -> None:
    found = results(
        f"update {BACKTESTS} set net_calibration = 5, actual_order_count = 99 where is_chosen"
    )
    assert found[("value_model_backtests", "totals_calibrated")].passed


def test_a_stranger_has_no_prediction() -> None:
    found = results(_prediction("C9"))
    assert found[("customer_value_predictions", "every_buyer_once")].blocks


def _second_split(chosen: str) -> str:
    return (
        f"insert into {BACKTESTS} by name select * replace (2 as split_number,"
        f" {chosen} as is_chosen) from {BACKTESTS}"
    )


def test_what_could_not_learn_at_an_earlier_split_may_be_chosen() -> None:
    assert results(_second_split("false"))[("value_model_backtests", "one_candidate_chosen")].passed


def test_a_company_without_a_split_passes() -> None:
    found = results(f"delete from {BACKTESTS}")
    assert found[("value_model_backtests", "one_candidate_chosen")].passed


@pytest.mark.parametrize(
    "statements",
    [
        (_second_split("candidate = 'mean'"),),
        (_second_split("is_chosen"), f"update {BACKTESTS} set is_chosen = split_number = 2"),
        (_second_split("is_chosen"), f"delete from {BACKTESTS} where split_number = 1"),
    ],
    ids=["two candidates", "several of another split", "no first split"],
)
def test_one_candidate_is_chosen_and_judged_in_the_first_split(statements: tuple[str, ...]) -> None:
    assert results(*statements)[("value_model_backtests", "one_candidate_chosen")].blocks


MANY = (
    "create or replace table warehouse.core.customer_purchase_days as select 'C' || range as"
    " customer_key, date '2017-12-31' - range::int as purchased_on from range(1, 121)",
    f"create table template as select * from {PREDICTIONS} where customer_key = 'C1'",
    f"delete from {PREDICTIONS}",
    f"insert into {PREDICTIONS} by name select template.* replace ('C' || range as customer_key,"
    " range as observed_days, 0 as purchase_span_days, 0 as repeat_purchase_days,"
    " 1 / range as p_active_horizon, 1 / range as expected_orders_12m, 1000 / range as clv,"
    " 2000 / range as expected_margin_36m)"
    " from template cross join range(1, 121)",
    "create schema if not exists warehouse_before.enrich",
    f"create table {PREDICTIONS.replace('warehouse', 'warehouse_before')} as from {PREDICTIONS}",
)
"""A hundred and twenty buyers, silent for one to as many days, tonight and the night before."""

AGAINST_BEFORE = {
    "active_while_recent": (
        f"update {PREDICTIONS} set p_active_horizon = 1 - p_active_horizon",
        "the rank correlation of p_active_horizon with the days of silence is 1.00",
    ),
    "totals_as_before": (
        f"update {PREDICTIONS} set clv = 100 * clv,"
        " expected_margin_36m = 100 * expected_margin_36m",
        "the total of clv is 100.00 times that of the last good build",
    ),
    "ranks_as_before": (
        f"update {PREDICTIONS} set clv = 9 / clv",
        "the rank correlation of clv with the last good build is -1.00",
    ),
}


def _many(*statements: str, as_of: date = date(2017, 12, 30)) -> dict[str, RuleResult]:
    connection = _build("attach ':memory:' as warehouse_before", *MANY, *statements)
    name = "warehouse.enrich.customer_value_predictions"
    past = Past(as_of, {name: frozenset(column for column, *_ in tables.PREDICTIONS.columns)})
    found = check(connection, enrich.suites(DAY, past), "customer_value_predictions")
    connection.close()
    return found


def test_predictions_like_last_nights_pass() -> None:
    found = _many()
    assert [result.message for result in found.values() if not result.passed] == []
    assert set(AGAINST_BEFORE) < set(found)


@pytest.mark.parametrize("rule", AGAINST_BEFORE)
def test_predictions_far_from_last_nights_hold_the_night_back(rule: str) -> None:
    statement, words = AGAINST_BEFORE[rule]
    found = _many(statement)
    assert found[rule].blocks
    assert words in found[rule].message


def test_an_old_build_says_nothing_about_tonights_predictions() -> None:
    assert "totals_as_before" not in _many(as_of=date(2017, 10, 1))


def test_equal_probabilities_for_everybody_pass() -> None:
    assert _many(f"update {PREDICTIONS} set p_active_horizon = 0.5")["active_while_recent"].passed
