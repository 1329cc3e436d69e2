"""The chosen candidate's predictions of all buyers, as corrections of the plain model's.

The scorer (`scoring.py`) computes probabilities, orders and amounts from the fits of a purchase
model; what an ensemble or a recalibration says else takes their place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assets.enrich.arrays import read_arrays, shown
from assets.enrich.lifetime_value.backtest.candidates import (
    BY_NAME,
    LEARNS,
    NotPossibleError,
    Predictor,
)
from assets.enrich.lifetime_value.backtest.panel import Panel, panel_query
from assets.enrich.lifetime_value.backtest.run import open_workshop

if TYPE_CHECKING:
    from datetime import date

    import duckdb

    from assets.enrich.lifetime_value.models.base import Array
    from assets.enrich.lifetime_value.settings import ValueSettings

CORRECTIONS = "value_corrections"
CUSTOMERS_AT_A_TIME = 125_000
"""So that memory stays the same for any number of customers."""
LATER = 0.5
"""How much of a correction's logarithm is believed beyond the horizon it was learnt on."""
MOST_LATER = 3.0
"""Bound of the factors beyond the horizon, upwards and downwards."""
TINY = 1e-9


@dataclass(frozen=True)
class Applied:
    """How to score with the chosen candidate.

    Attributes:
        candidate: its name.
        model: the purchase model to fit and score with.
        repeat_only: whether Gamma-Gamma is fitted to repeat days only.
        corrections: the table for `Inputs.corrections`; None for a model by itself.
    """

    candidate: str
    model: str
    repeat_only: bool
    corrections: str | None


def score_with(
    con: duckdb.DuckDBPyConnection,
    purchase_days: str,
    as_of: date,
    settings: ValueSettings,
    chosen: str,
    corrections: str = CORRECTIONS,
) -> Applied:
    """Let the chosen candidate learn at as_of, and write its corrections for all buyers.

    The table has one row per customer with a purchase until as_of: customer_key; expected_orders,
    expected_net_amount and p_active_horizon, all within the horizon; later_orders_factor and
    later_amount_factor, on what the model expects after it and on an order's amount then: with half
    the logarithm and between a third and three, since they were learnt within the horizon.

    Args:
        con: connection that holds the purchases.
        purchase_days: relation of the shape of core.customer_purchase_days.
        as_of: last day of what is known; later days change nothing.
        settings: the horizon.
        chosen: name of a candidate.
        corrections: name of the temp table to write.
    """
    candidate = BY_NAME[chosen]
    plain = Applied(chosen, candidate.model, candidate.repeat_only, None)
    workshop, _ = open_workshop(con, purchase_days, as_of)
    if candidate.effort < LEARNS or workshop is None:
        return plain
    horizon = settings.horizon_days
    try:
        ready = workshop.prepare(candidate, as_of, horizon)
    except NotPossibleError:
        return plain
    model = workshop.model_at(candidate, as_of, horizon)
    base = workshop.base(as_of, horizon, model, candidate.repeat_only)
    past = (as_of - workshop.first_on).days
    known = f"select * from {purchase_days} where purchased_on <= date '{as_of}'"
    [(customers,)] = con.execute(f"select count(distinct customer_key) from ({known})").fetchall()
    parts = -(-customers // CUSTOMERS_AT_A_TIME)
    con.execute(
        f"""
        create or replace temp table {corrections} (
            customer_key varchar,
            expected_orders double,
            expected_net_amount double,
            p_active_horizon double,
            later_orders_factor double,
            later_amount_factor double
        )
        """
    ).fetchall()
    for part in range(parts):
        # Which customers share a part changes nothing: each is predicted alone.
        of_part = f"({known} and hash(customer_key) % {parts} = {part})"
        con.execute(
            f"""
            create or replace temp table panel_part as
            select row_number() over (order by customer_key) as place, *
            from ({panel_query(of_part, as_of, horizon)})
            """
        ).fetchall()
        columns = read_arrays(con, "select * exclude (customer_key) from panel_part order by place")
        place = columns.pop("place")
        factors = _factors(ready, base, Panel(horizon, past, columns))
        with shown(con, "corrected", {"place": place, **factors}):
            con.execute(
                f"""
                insert into {corrections}
                select panel_part.customer_key, corrected.* exclude (place)
                from panel_part
                inner join corrected on panel_part.place = corrected.place
                """
            ).fetchall()
    con.execute("drop table if exists panel_part")
    return Applied(chosen, model, candidate.repeat_only, corrections)


def _factors(ready: Predictor, base: Predictor, panel: Panel) -> dict[str, Array]:
    said, plain = ready.predict(panel), base.predict(panel)
    orders = (said.orders + TINY) / (plain.orders + TINY)
    amount = (said.net_amount + TINY) / (plain.net_amount + TINY)
    return {
        "expected_orders": np.round(said.orders, 9),
        "expected_net_amount": np.round(said.net_amount, 6),
        "p_active_horizon": np.round(said.p_active, 9),
        "later_orders_factor": _later(orders),
        "later_amount_factor": _later(amount / orders),
    }


def _later(factor: Array) -> Array:
    bounded = np.clip(factor**LATER, 1.0 / MOST_LATER, MOST_LATER)
    return np.asarray(np.round(bounded, 9), dtype=np.float64)
