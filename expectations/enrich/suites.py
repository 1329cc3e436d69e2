"""What must be true of the value models before the marts tell anybody what they predict."""

from __future__ import annotations

from collections.abc import Sequence

from expectations.engine.day import Day
from expectations.engine.rules import Relation, Rule, Severity, Suite, no_rows
from expectations.enrich.sense import sense_of_predictions
from expectations.learned.past import NO_PAST, Past
from expectations.publish.privacy import column_names

BOUNDARY = "enrich"


def _relation(table: str) -> Relation:
    return Relation("warehouse", BOUNDARY, table)


PREDICTIONS = _relation("customer_value_predictions")
PARAMETERS = _relation("value_model_parameters")
BACKTESTS = _relation("value_model_backtests")

ASSETS = tuple((BOUNDARY, relation.table) for relation in (PREDICTIONS, PARAMETERS, BACKTESTS))
"""The assets that the gate judges."""

ENOUGH_ORDERS = 100
"""Below this many orders after the cut, chance alone moves the totals out of any band."""

_PURCHASES = "warehouse.core.customer_purchase_days"

_PROBABILITIES = ("p_alive", "p_active_horizon", "margin_ratio")

_EXPECTED = (
    "expected_orders_horizon",
    "expected_orders_12m",
    "expected_orders_36m",
    "expected_net_amount_horizon",
    "expected_net_amount_12m",
    "expected_margin_12m",
    "expected_margin_36m",
    "expected_spend_per_order",
    "clv",
)

_INTERVALS = (
    "expected_orders_12m",
    "expected_orders_36m",
    "expected_margin_12m",
    "expected_margin_36m",
)

_UNFITTED = "'fallback' in (model_name, spend_model_name)"

_FIRST = f"(select * from {BACKTESTS.sql} where split_number = 1)"


def suites(day: Day, past: Past = NO_PAST) -> list[Suite]:
    """One suite for each table that the marts build on."""
    predictions = [
        _as_of(PREDICTIONS, day),
        *_prediction_rules(),
        *sense_of_predictions(PREDICTIONS, day, past),
    ]
    return [
        _suite(PREDICTIONS, predictions),
        _suite(PARAMETERS, [_as_of(PARAMETERS, day), *_parameter_rules(day)]),
        _suite(BACKTESTS, [_as_of(BACKTESTS, day), *_backtest_rules()]),
    ]


def _suite(relation: Relation, rules: Sequence[Rule]) -> Suite:
    named = (column_names(relation), *rules)
    return Suite(BOUNDARY, relation.table, (BOUNDARY, relation.table), relation, named)


def _as_of(relation: Relation, day: Day) -> Rule:
    return Rule(
        name="of_this_date",
        sentence="every row is of the run's business date",
        action="The table must be written anew by the stage enrich",
        check=no_rows(f"select 1 from {relation.sql} where as_of_date is distinct from {day.sql}"),
    )


def _prediction_rules() -> list[Rule]:
    wrong = (
        f"select 1 from (select distinct customer_key from {_PURCHASES}) as buyers full outer join"
        f" (select customer_key, count(*) as row_count from {PREDICTIONS.sql}"
        " group by customer_key) as predicted on buyers.customer_key = predicted.customer_key"
        " where buyers.customer_key is null or predicted.row_count is distinct from 1"
    )
    outside = " or ".join(
        f"not coalesce({column} between 0 and 1, false)" for column in _PROBABILITIES
    )
    negative = " or ".join(
        f"not coalesce({column} >= 0 and isfinite({column}::double), false)" for column in _EXPECTED
    )
    crossed = " or ".join(
        f"not coalesce({column}_low <= {column}_high and {column}_low >= 0, false)"
        for column in _INTERVALS
    )
    return [
        Rule(
            name="every_buyer_once",
            sentence="every customer with a purchase has exactly one prediction, nobody else has",
            action="Look which join of the scoring loses or doubles customers",
            check=no_rows(wrong),
            finding=(
                "select format('{:,} customers have no prediction, more than one, or one without a"
                f" purchase', count(*)) from ({wrong})"
            ),
        ),
        Rule(
            name="probabilities_in_range",
            sentence="probabilities and ratios lie between 0 and 1",
            action="Look at value_model_parameters: a fit may have left its range",
            check=no_rows(f"select 1 from {PREDICTIONS.sql} where {outside}"),
        ),
        Rule(
            name="nothing_negative_or_missing",
            sentence="expected orders, amounts and values are there, finite and not negative",
            action="Look at value_model_parameters: a fit may have left its range",
            check=no_rows(f"select 1 from {PREDICTIONS.sql} where {negative}"),
        ),
        Rule(
            name="model_fitted",
            sentence="predictions rest on a fitted model",
            action=(
                "Look at message in value_model_parameters; until enough customers have bought "
                "twice, take predictions for a cautious guess"
            ),
            check=no_rows(f"select 1 from {PREDICTIONS.sql} where {_UNFITTED}"),
            severity=Severity.WARN,
            reason="a young company has too few repeat buyers to fit a model on",
            finding=(
                "select format('{:,} customers have guessed parameters', count(*))"
                f" from {PREDICTIONS.sql} where {_UNFITTED}"
            ),
        ),
        Rule(
            name="intervals_in_order",
            sentence="the lower end of every interval is not above the upper one",
            action="Look at assets/enrich/lifetime_value/intervals.py",
            check=no_rows(f"select 1 from {PREDICTIONS.sql} where {crossed}"),
        ),
    ]


def _parameter_rules(day: Day) -> list[Rule]:
    old = (
        f"select distinct model_name, segment, fitted_on from {PARAMETERS.sql}"
        f" where is_used and (not is_converged or fitted_on <> {day.sql})"
    )
    return [
        Rule(
            name="fitted_tonight",
            sentence="the parameters in use were fitted tonight, and the fit converged",
            action="Look at message in value_model_parameters; the last good parameters are in use",
            check=no_rows(old),
            severity=Severity.WARN,
            reason="parameters change slowly, so those of a night before predict nearly as well",
            finding=(
                "select format('{} of {} is of {}', model_name, segment,"
                f" cast(fitted_on as varchar)) from ({old})"
            ),
        ),
    ]


def _backtest_rules() -> list[Rule]:
    missed = (
        f"select * from {_FIRST} where is_chosen and actual_order_count >= {ENOUGH_ORDERS}"
        " and not (order_calibration between 1 / calibration_limit and calibration_limit"
        " and net_calibration between 1 / calibration_limit and calibration_limit)"
    )
    lost = (
        "select naive.candidate, naive.rmse, chosen.rmse as chosen_rmse"
        f" from {_FIRST} as naive cross join (select rmse from {_FIRST} where is_chosen)"
        " as chosen where naive.kind = 'naive' and naive.rmse <= chosen.rmse"
    )
    return [
        Rule(
            name="one_candidate_chosen",
            sentence="the back-test has one chosen candidate, and the first split has its row",
            action="Look at assets/enrich/lifetime_value/backtest/choose.py",
            check=no_rows(
                "select 1 from (select count(*) as row_count,"
                " count(*) filter (where is_chosen and split_number = 1) as chosen,"
                " count(distinct candidate) filter (where is_chosen) as candidates"
                f" from {BACKTESTS.sql}) where row_count > 0 and (chosen <> 1 or candidates <> 1)"
            ),
        ),
        Rule(
            name="totals_calibrated",
            sentence=(
                "in the first split of the back-test the chosen model's totals are right within "
                "the factor C360_VALUE_CALIBRATION_LIMIT"
            ),
            action=(
                "Look at value_model_backtests for what the other candidates say: what customers "
                "do has changed (a festival, a closed shop), or orders are missing; if it is "
                "meant, raise the setting"
            ),
            check=no_rows(f"select 1 from ({missed})"),
            finding=(
                "select format('{} predicted {:.2f} of the orders and {:.2f} of the amount,"
                " allowed {:.2f} to {:.2f}', candidate, order_calibration, net_calibration,"
                f" 1 / calibration_limit, calibration_limit) from ({missed})"
            ),
        ),
        Rule(
            name="beats_naive_rules",
            sentence="the chosen model's error is below that of every naive rule",
            action="Rank by the naive rule that won, or look why: short history, few repeat buyers",
            check=no_rows(lost),
            severity=Severity.WARN,
            reason="a model that loses narrowly still ranks customers and tells its own error",
            finding=(
                "select format('{} errs by {:.2f}, the model by {:.2f}', candidate, rmse,"
                f" chosen_rmse) from ({lost})"
            ),
        ),
    ]
