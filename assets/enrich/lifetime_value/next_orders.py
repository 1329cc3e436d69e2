"""How far off the dates of next orders were, measured on the past; it stands beside each date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.enrich.arrays import read_arrays, shown
from assets.enrich.lifetime_value.group_scores import score_groups
from assets.enrich.lifetime_value.scoring import FEWEST_FOR_DATE
from assets.enrich.lifetime_value.summaries import read_groups, summarise

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    import duckdb

    from assets.enrich.lifetime_value.fit import Fit
    from assets.enrich.lifetime_value.models.base import Groups
    from assets.enrich.lifetime_value.settings import ValueSettings

FEWEST_RETURNS = 30
"""Customers who came back, below which their mean error says nothing."""


def next_order_error(
    con: duckdb.DuckDBPyConnection,
    purchase_days: str,
    cut: date,
    as_of: date,
    fit: Callable[[Groups], Fit],
    settings: ValueSettings,
) -> float | None:
    """Mean absolute error in days of the dates that the cut would have told.

    Of customers with enough repeat purchases for a date who came back after the cut; who did not
    cannot tell an error, so the figure is of those who buy on. None with too few of them.

    Args:
        con: connection that holds the purchases.
        purchase_days: relation of the shape of core.customer_purchase_days.
        cut: last day that is known.
        as_of: last day that is looked at.
        fit: fits the model in use on the groups of the cut.
        settings: horizons and rates.
    """
    summarise(con, purchase_days, cut, summaries="cut_summaries", groups="cut_groups")
    found = fit(read_groups(con, groups="cut_groups"))
    keys = read_arrays(
        con,
        "select distinct x, t_x_days, t_days, 0 as fit from cut_groups"
        f" where x >= {FEWEST_FOR_DATE} order by x, t_days, t_x_days",
    )
    if not len(keys["x"]):
        return None
    scores = score_groups(
        [found], keys["fit"], keys["x"], keys["t_x_days"], keys["t_days"], settings
    )
    with shown(con, "cut_waits", {**keys, "wait_days": scores["wait_days"]}):
        [(returned, error)] = con.execute(
            f"""
            with returns as (
                select customer_key, min(purchased_on) as returned_on
                from {purchase_days}
                where purchased_on > $cut and purchased_on <= $as_of
                group by customer_key
            )
            select
                count(*),
                sum(abs((returned_on - $cut::date) - round(wait_days)::integer)) / count(*)
            from cut_summaries
            inner join cut_waits using (x, t_x_days, t_days)
            inner join returns using (customer_key)
            """,
            {"cut": cut, "as_of": as_of},
        ).fetchall()
    return None if returned < FEWEST_RETURNS else round(float(error), 2)
