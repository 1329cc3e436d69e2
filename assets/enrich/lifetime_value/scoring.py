"""From fits and summaries to one row of predictions per customer.

Customers alike in x, t_x and t are scored once, in arrays, and joined back; what depends on a
customer's own amounts is arithmetic in SQL.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assets.enrich.identity.arrays import read_arrays, shown
from assets.enrich.lifetime_value.fit import ALL, Fit
from assets.enrich.lifetime_value.group_scores import score_groups
from assets.enrich.lifetime_value.intervals import amount_interval
from assets.enrich.lifetime_value.settings import ValueSettings
from assets.enrich.lifetime_value.spend import MOST_MONEY, read_company, spend_columns
from assets.enrich.lifetime_value.summaries import GROUPS, SUMMARIES

if TYPE_CHECKING:
    from datetime import date

    import duckdb

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
        corrections: relation with customer_key, orders_factor and p_active_horizon, which an
            ensemble has learnt; expected orders and all that follows are multiplied by the factor,
            the probability takes the place of the model's. Customers it lacks keep the model's.
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
    con.execute(
        "create or replace temp table value_fits (fit integer, segment varchar, name varchar)"
    )
    con.executemany(
        "insert into value_fits values (?, ?, ?)",
        [(number, fit.segment, fit.model) for number, fit in enumerate(fits)],
    )
    con.execute(
        f"""
        create or replace temp table groups_to_score as
        select distinct
            coalesce(value_fits.fit, 0) as fit, groups.x, groups.t_x_days, groups.t_days
        from {inputs.groups} as groups
        left join value_fits on groups.segment = value_fits.segment
        """
    ).fetchall()
    keys = read_arrays(con, "from groups_to_score order by fit, x, t_days, t_x_days")
    scores = score_groups(fits, keys["fit"], keys["x"], keys["t_x_days"], keys["t_days"], settings)
    with shown(con, "group_scores", {**keys, **scores}):
        con.execute(
            f"create or replace table {table} as {_query(con, inputs, settings)}"
        ).fetchall()


def _query(con: duckdb.DuckDBPyConnection, inputs: Inputs, settings: ValueSettings) -> str:
    company = read_company(con, settings, inputs.summaries)
    spend = spend_columns(inputs.spend, company, settings)
    factor, p_active, join = "1::double", "group_scores.p_active", ""
    if inputs.corrections is not None:
        factor = "greatest(coalesce(corrections.orders_factor, 1), 0)::double"
        p_active = (
            "greatest(0, least(1, coalesce(corrections.p_active_horizon, group_scores.p_active)))"
        )
        join = (
            f"left join {inputs.corrections} as corrections"
            " on customers.customer_key = corrections.customer_key"
        )
    horizons = ", ".join(
        f"""
            group_scores.orders_{months} * {factor} as orders_{months},
            round(group_scores.low_{months} * {factor})::integer as low_{months},
            round(group_scores.high_{months} * {factor})::integer as high_{months}"""
        for months in (12, 36)
    )
    return f"""
        with customers as (
            select
                summaries.*,
                coalesce(value_fits.fit, 0) as fit,
                {spend.per_order} as per_order,
                {spend.margin_ratio} as margin_ratio
            from {inputs.summaries} as summaries
            left join value_fits on summaries.segment = value_fits.segment
        ),
        scored as (
            select
                customers.customer_key,
                customers.segment,
                value_fits.name as model_name,
                customers.x,
                customers.t_x_days,
                customers.t_days,
                customers.spend_days,
                customers.per_order,
                customers.margin_ratio,
                group_scores.p_alive,
                {p_active} as p_active,
                group_scores.orders * {factor} as orders,
                group_scores.discounted * {factor} as discounted,
                group_scores.wait_days,
                {horizons}
            from customers
            inner join group_scores
                on customers.x = group_scores.x
                and customers.t_x_days = group_scores.t_x_days
                and customers.t_days = group_scores.t_days
                and customers.fit = group_scores.fit
            inner join value_fits on customers.fit = value_fits.fit
            {join}
        )
        select
            customer_key,
            segment,
            model_name,
            '{inputs.spend.model}' as spend_model_name,
            x as repeat_purchase_days,
            t_x_days as last_purchase_age_days,
            t_days as observed_days,
            round(p_alive, 6) as p_alive,
            round(p_active, 6) as p_active_horizon,
            round(orders, 6) as expected_orders_horizon,
            {_money("orders * per_order")} as expected_net_amount_horizon,
            round(orders_12, 6) as expected_orders_12m,
            low_12 as expected_orders_12m_low,
            high_12 as expected_orders_12m_high,
            round(orders_36, 6) as expected_orders_36m,
            low_36 as expected_orders_36m_low,
            high_36 as expected_orders_36m_high,
            {_money("per_order")} as expected_spend_per_order,
            round(margin_ratio, 4) as margin_ratio,
            {_money("orders_12 * per_order")} as expected_net_amount_12m,
            {_margins(12, spend.variation, settings.interval)},
            {_margins(36, spend.variation, settings.interval)},
            {_money("discounted * per_order * margin_ratio")} as clv,
            case
                when x >= {FEWEST_FOR_DATE} then (date '{inputs.until}' + wait_days)::date
            end as next_order_date
        from scored
    """


def _margins(months: int, variation: str, interval: float) -> str:
    """The margin of a horizon with its interval."""
    expected = f"orders_{months} * per_order * margin_ratio"
    low, high = amount_interval(
        expected, f"orders_{months}", f"low_{months}", f"high_{months}", variation, interval
    )
    return f"""{_money(expected)} as expected_margin_{months}m,
            {_money(low)} as expected_margin_{months}m_low,
            {_money(high)} as expected_margin_{months}m_high"""


def _money(amount: str) -> str:
    return f"least({amount}, {MOST_MONEY!r})::decimal(18, 2)"
