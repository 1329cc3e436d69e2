"""Sense of predictions: they follow from the facts of tonight, and are near those of last night."""

from __future__ import annotations

from expectations.engine.day import Day
from expectations.engine.rules import Relation, Rule, no_rows
from expectations.learned.past import Past

PURCHASES = "warehouse.core.customer_purchase_days"

ENOUGH_BUYERS = 100

FACTOR = 2.0
"""Totals of predictions may double or halve from one good night to the next, not more."""

TOGETHER = 0.5
"""Least rank correlation (秩相关) with last night's predictions of the same customers."""

NEAR_DAYS = 31
"""A last good build that is older says little about tonight's predictions."""

TOTALS = ("expected_orders_12m", "expected_net_amount_12m", "expected_margin_12m", "clv")

RANKED = ("p_active_horizon", "expected_orders_12m", "clv")

COMPARED = frozenset({"customer_key", *TOTALS, *RANKED})
"""What the last good build must have of its predictions to be compared with."""


def sense_of_predictions(relation: Relation, day: Day, past: Past) -> list[Rule]:
    """The rules of customer_value_predictions."""
    found = [
        _of_tonights_purchases(relation, day),
        _active_while_recent(relation),
        _value(relation),
    ]
    near = past.as_of is not None and (day.as_of - past.as_of).days <= NEAR_DAYS
    if near and past.columns(relation) >= COMPARED:
        found += [_totals_as_before(relation, past), _ranks_as_before(relation, past)]
    return found


def _of_tonights_purchases(relation: Relation, day: Day) -> Rule:
    bought = (
        "(select customer_key, min(purchased_on) as first_on, max(purchased_on) as last_on,"
        f" count(distinct purchased_on) - 1 as repeats from {PURCHASES} group by customer_key)"
    )
    wrong = (
        f"select 1 from {relation.sql} as predicted inner join {bought} as bought"
        " using (customer_key) where (predicted.observed_days, predicted.purchase_span_days,"
        " predicted.repeat_purchase_days) is distinct from"
        f" ({day.sql} - first_on, last_on - first_on, repeats)"
    )
    return Rule(
        name="of_tonights_purchases",
        sentence="predictions rest on the purchases that core knows tonight",
        action="Have the stage enrich write its tables anew: these are of another night",
        check=no_rows(wrong),
        finding=(
            "select format('{:,} predictions rest on other purchases than those of tonight',"
            f" count(*)) from ({wrong})"
        ),
    )


def _active_while_recent(relation: Relation) -> Rule:
    """Among customers the probability falls with the days of silence."""
    ranks = (
        "select rank() over (order by p_active_horizon) as active, rank() over"
        " (order by observed_days - purchase_span_days) as silent from"
        f" {relation.sql}"
    )
    measured = f"select corr(active, silent) as correlation, count(*) as buyers from ({ranks})"
    return Rule(
        name="active_while_recent",
        sentence="who was silent for longer is not more likely to be active",
        action="Look at the fit: probabilities may be turned round (1 - p)",
        check=no_rows(
            f"select 1 from ({measured}) where buyers >= {ENOUGH_BUYERS} and correlation > 0.2"
            # Equal probabilities for all have no correlation, which counts as above everything.
            " and not isnan(correlation)"
        ),
        finding=(
            "select format('the rank correlation of p_active_horizon with the days of silence is"
            f" {{:.2f}}', correlation) from ({measured})"
        ),
    )


def _value(relation: Relation) -> Rule:
    totals = f"select sum(clv) as value, sum(expected_margin_36m) as margin from {relation.sql}"
    return Rule(
        name="value_within_margin",
        sentence="lifetime values are not above the margins that they are made of",
        action="Look at clv: it is the expected margin of 36 months, discounted",
        check=no_rows(f"select 1 from ({totals}) where value > 1.01 * margin + 1"),
        finding=(
            "select format('the total clv is {}, the total expected margin of 36 months {}',"
            f" cast(value as varchar), cast(margin as varchar)) from ({totals})"
        ),
    )


def _totals_as_before(relation: Relation, past: Past) -> Rule:
    def totals(table: Relation) -> str:
        return " union all ".join(
            f"select '{column}' as measure, sum({column}) as total, count(*) as buyers"
            f" from {table.sql}"
            for column in TOTALS
        )

    both = (
        "select measure, now.total / before.total as factor from"
        f" ({totals(relation)}) as now inner join ({totals(past.of(relation))}) as before"
        f" using (measure) where before.total > 0 and least(now.buyers, before.buyers)"
        f" >= {ENOUGH_BUYERS}"
    )
    strange = f"not factor between {1 / FACTOR!r} and {FACTOR!r}"
    return Rule(
        name="totals_as_before",
        sentence="the totals of the predictions are within half and double of the last good ones",
        action="Look at value_model_parameters and value_model_backtests for what changed",
        check=no_rows(f"select 1 from ({both}) where {strange}"),
        finding=(
            "select format('the total of {} is {:.2f} times that of the last good build',"
            f" measure, factor) from ({both}) where {strange}"
        ),
        can_be_accepted=True,
    )


def _ranks_as_before(relation: Relation, past: Past) -> Rule:
    ranks = ", ".join(
        f"rank() over (order by now.{column}) as now_{column},"
        f" rank() over (order by before.{column}) as before_{column}"
        for column in RANKED
    )
    joined = (
        f"select {ranks} from {relation.sql} as now inner join {past.of(relation).sql} as before"
        " using (customer_key)"
    )
    measured = " union all ".join(
        f"select '{column}' as measure, corr(now_{column}, before_{column}) as correlation,"
        f" count(*) as buyers from ranked"
        for column in RANKED
    )
    correlations = f"with ranked as materialized ({joined}) {measured}"
    strange = f"buyers >= {ENOUGH_BUYERS} and correlation < {TOGETHER!r}"
    return Rule(
        name="ranks_as_before",
        sentence="customers are ranked much as in the last good build",
        action="Look whether predictions were joined to other customers, or turned round",
        check=no_rows(f"select 1 from ({correlations}) where {strange}"),
        finding=(
            "select format('the rank correlation of {} with the last good build is {:.2f}',"
            f" measure, correlation) from ({correlations}) where {strange}"
        ),
        can_be_accepted=True,
    )
