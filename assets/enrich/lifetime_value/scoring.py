"""From fits and summaries to one row of predictions per customer.

Customers alike in x, t_x and t are scored once, in arrays, and joined back; what depends on a
customer's own amounts is arithmetic in SQL.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assets.enrich.arrays import read_arrays, shown
from assets.enrich.lifetime_value.fit import ALL, Fit
from assets.enrich.lifetime_value.group_scores import score_groups
from assets.enrich.lifetime_value.intervals import amount_interval
from assets.enrich.lifetime_value.settings import DAYS_PER_MONTH, ValueSettings
from assets.enrich.lifetime_value.spend import MOST_MONEY, read_company, spend_columns
from assets.enrich.lifetime_value.summaries import GROUPS, SUMMARIES

if TYPE_CHECKING:
    from datetime import date

    import duckdb

NO_CORRECTIONS = """(
                select
                    null::varchar as customer_key,
                    null::double as expected_orders,
                    null::double as expected_net_amount,
                    null::double as p_active_horizon,
                    null::double as later_orders_factor,
                    null::double as later_amount_factor
                where false
            )"""
PREDICTIONS = "customer_value_predictions"
FEWEST_FOR_DATE = 3
"""Repeat purchases from which the next order's date is worth saying."""


@dataclass(frozen=True)
class Inputs:
    """What customers are scored with.

    Attributes:
        purchases: the fits to use, of `all` and of each segment with one of its own.
        spend: the fit of spend to use.
        until: the last day of the summaries.
        corrections: relation with customer_key and what an ensemble has learnt: expected_orders,
            expected_net_amount and p_active_horizon take the model's place within the horizon;
            what the model expects after it is multiplied by later_orders_factor, its amount by
            later_amount_factor. Customers it lacks keep the model's.
        summaries: name of the table.
        groups: name of the table.
    """

    purchases: Mapping[str, Fit]
    spend: Fit
    until: date
    corrections: str | None = None
    summaries: str = SUMMARIES
    groups: str = GROUPS


def score(
    con: duckdb.DuckDBPyConnection, inputs: Inputs, settings: ValueSettings, table: str
) -> None:
    """Write `table`, one row per customer of the summaries; none if there are no customers.

    Probabilities and orders are rounded to six digits, ratios to four, amounts to cents. Amounts
    are in the currency of the purchases, undiscounted but for `clv`.

    Args:
        con: connection that holds the summaries.
        inputs: what to score with.
        settings: horizons, rates and the interval.
        table: where to, created anew; qualified if it is to be kept.
    """
    fits = [inputs.purchases[ALL]]
    fits += [fit for name, fit in sorted(inputs.purchases.items()) if name != ALL]
    numbers = {fit.segment: number for number, fit in enumerate(fits) if number}
    con.execute(
        f"""
        create or replace temp table groups_to_score as
        select distinct {_case("segment", numbers, 0)} as fit, x, t_x_days, t_days
        from {inputs.groups}
        """
    ).fetchall()
    keys = read_arrays(con, "from groups_to_score order by fit, x, t_days, t_x_days")
    scores = score_groups(fits, keys["fit"], keys["x"], keys["t_x_days"], keys["t_days"], settings)
    with shown(con, "group_scores", {**keys, **scores}):
        con.execute(
            f"create or replace table {table} as {_query(con, inputs, fits, settings)}"
        ).fetchall()


def _case(column: str, values: Mapping[str, int], otherwise: int) -> str:
    """SQL that turns texts into numbers; no join for what are a handful."""
    quoted = ((text.replace("'", "''"), number) for text, number in values.items())
    cases = " ".join(f"when '{text}' then {number}" for text, number in quoted)
    return f"case {column} {cases} else {otherwise} end" if cases else str(otherwise)


def _query(
    con: duckdb.DuckDBPyConnection, inputs: Inputs, fits: Sequence[Fit], settings: ValueSettings
) -> str:
    company = read_company(con, settings, inputs.summaries)
    spend = spend_columns(inputs.spend, company, settings)
    horizons = "".join(_horizon(months, settings) for months in (12, 36))
    numbers = {fit.segment: number for number, fit in enumerate(fits) if number}
    same_fit = "and customers.fit = group_scores.fit" if numbers else ""
    models = [fit.model for fit in fits]
    # The fallback of one segment may stand beside the models of others.
    names = f"({models})[customers.fit + 1]" if numbers else f"'{models[0]}'"
    discounted = "discounted * per_order"
    corrections = NO_CORRECTIONS
    if inputs.corrections is not None:
        corrections = f"(from {inputs.corrections})"
        longest = 36 if settings.clv_months > 24 else 12
        discounted = (
            f"case when plain_{longest} > 0 then discounted * net_{longest} / plain_{longest}"
            " else 0 end"
        )
    return f"""
        with customers as (
            select
                summaries.*,
                {_case("segment", numbers, 0)} as fit,
                {spend.per_order} as per_order,
                {spend.margin_ratio} as margin_ratio
            from {inputs.summaries} as summaries
        ),
        scored as (
            select
                customers.customer_key,
                customers.segment,
                {names} as model_name,
                customers.x,
                customers.t_x_days,
                customers.t_days,
                customers.spend_days,
                customers.per_order,
                customers.margin_ratio,
                group_scores.p_alive,
                greatest(0, least(1, coalesce(corrections.p_active_horizon, group_scores.p_active)))
                    as p_active,
                greatest(0, coalesce(corrections.expected_orders, group_scores.orders))
                    as near_orders,
                greatest(
                    0,
                    coalesce(
                        corrections.expected_net_amount, group_scores.orders * customers.per_order
                    )
                ) as near_amount,
                group_scores.discounted,
                group_scores.wait_days{horizons}
            from customers
            inner join group_scores
                on customers.x = group_scores.x
                and customers.t_x_days = group_scores.t_x_days
                and customers.t_days = group_scores.t_days
                {same_fit}
            left join {corrections} as corrections
                on customers.customer_key = corrections.customer_key
        )
        select
            customer_key,
            segment,
            model_name,
            '{inputs.spend.model}' as spend_model_name,
            x as repeat_purchase_days,
            t_x_days as purchase_span_days,
            t_days as observed_days,
            round(greatest(p_alive, p_active), 6) as p_alive,
            round(p_active, 6) as p_active_horizon,
            round(near_orders, 6) as expected_orders_horizon,
            {_money("near_amount")} as expected_net_amount_horizon,
            round(orders_12, 6) as expected_orders_12m,
            low_12 as expected_orders_12m_low,
            high_12 as expected_orders_12m_high,
            round(orders_36, 6) as expected_orders_36m,
            low_36 as expected_orders_36m_low,
            high_36 as expected_orders_36m_high,
            {_money("per_order")} as expected_spend_per_order,
            round(margin_ratio, 4) as margin_ratio,
            {_money("net_12")} as expected_net_amount_12m,
            {_margins(12, spend.variation, settings.interval)},
            {_margins(36, spend.variation, settings.interval)},
            {_money(f"{discounted} * margin_ratio")} as clv,
            case
                when x >= {FEWEST_FOR_DATE} then (date '{inputs.until}' + wait_days)::date
            end as next_order_date
        from scored
    """


def _horizon(months: int, settings: ValueSettings) -> str:
    """Orders, their interval and amount for so many months, as columns.

    To what is expected within the horizon comes what the model expects after it, corrected less;
    of a horizon that is longer than the months, the model's share.
    """
    model, near = f"group_scores.orders_{months}", "group_scores.orders"
    orders, amount = "near_orders", "near_amount"
    if months * DAYS_PER_MONTH >= settings.horizon_days:
        after = (
            f"greatest({model} - {near}, 0)"
            " * greatest(0, coalesce(corrections.later_orders_factor, 1))"
        )
        orders = f"{orders} + {after}"
        amount = (
            f"{amount} + {after} * customers.per_order"
            " * greatest(0, coalesce(corrections.later_amount_factor, 1))"
        )
    else:
        share = f"case when {near} > 0 then {model} / {near} else 0 end"
        orders, amount = f"{orders} * {share}", f"{amount} * {share}"
    factor = f"case when {model} > 0 then ({orders}) / {model} else 1 end"
    low, high = (
        f"round(least(group_scores.{end}_{months} * {factor}, 2e9))" for end in ("low", "high")
    )
    # The model may be sure of silence where the correction is not: nothing scales up from nought.
    tail = (1 - settings.interval) / 2
    high = (
        f"case when corrections.p_active_horizon > {tail!r}"
        f" then greatest({high}, ceil(least({orders}, 2e9))) else {high} end"
    )
    return f""",
                {orders} as orders_{months},
                {amount} as net_{months},
                {model} as plain_{months},
                {low}::integer as low_{months},
                ({high})::integer as high_{months}"""


def _margins(months: int, variation: str, interval: float) -> str:
    """The margin of a horizon with its interval."""
    expected = f"net_{months} * margin_ratio"
    low, high = amount_interval(
        expected, f"orders_{months}", f"low_{months}", f"high_{months}", variation, interval
    )
    return f"""{_money(expected)} as expected_margin_{months}m,
            {_money(low)} as expected_margin_{months}m_low,
            {_money(high)} as expected_margin_{months}m_high"""


def _money(amount: str) -> str:
    return f"least({amount}, {MOST_MONEY!r})::decimal(18, 2)"
