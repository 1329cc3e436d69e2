"""Customers at a cut, in arrays: what their purchase days say of them, and what they did next.

Sums are of integers and decimals, so that they are the same in any order of rows; the arrays are in
the order of customer_key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from assets.enrich.arrays import read_arrays
from assets.enrich.lifetime_value.models.base import Array, Groups
from assets.enrich.lifetime_value.models.gamma_gamma import Spends

if TYPE_CHECKING:
    from datetime import date

    import duckdb

WINDOWS = (7, 14, 30, 60, 90, 180)
"""Days before the cut within which purchase days and amounts are counted."""
MOST_GROUPS = 20_000
"""With more groups than this, a fit reads weeks instead of days."""


@dataclass(frozen=True)
class Panel:
    """Customers with a purchase until the cut; all columns of one length.

    Attributes:
        horizon_days: days after the cut.
        past_days: days from the beginning of the past to the cut.
        columns: by name, see `panel_query`.
    """

    horizon_days: int
    past_days: int
    columns: Mapping[str, Array]

    def __getitem__(self, name: str) -> Array:
        """A column."""
        return self.columns[name]

    def __len__(self) -> int:
        """How many customers there are."""
        return len(self.columns["x"])

    def take(self, chosen: npt.NDArray[np.integer]) -> Panel:
        """The customers at these places."""
        columns = {name: column[chosen] for name, column in self.columns.items()}
        return Panel(self.horizon_days, self.past_days, columns)

    @cached_property
    def spend_share(self) -> float:
        """Share of all purchase days with an amount above zero."""
        days = float(self["x"].sum()) + len(self)
        return float(self["spend_days"].sum()) / days if days else 1.0

    @cached_property
    def alike(self) -> tuple[Array, Array, Array, npt.NDArray[np.intp]]:
        """The distinct x, t_x and t (days), and where each customer stands among them."""
        return _distinct(self["x"], self["t_x_days"], self["t_days"])

    @cached_property
    def groups(self) -> Groups:
        """The customers as the purchase models see them."""
        x, t_x, t, places = self.alike
        if len(x) > MOST_GROUPS:
            first = np.where(self["x"] > 0, np.floor(self["t_x_days"] / 7.0) * 7.0 + 3.0, 0.0)
            since = np.floor(self["t_days"] / 7.0) * 7.0 + 3.0
            x, t_x, t, places = _distinct(self["x"], first, since)
        count = np.bincount(places, minlength=len(x)).astype(np.float64)
        return Groups(x, t_x / 7.0, t / 7.0, count)

    def spends(self, repeat_only: bool) -> Spends:
        """The customers as Gamma-Gamma sees them, with or without their first day."""
        kind = "repeat_spend" if repeat_only else "spend"
        days, amount = self[f"{kind}_days"], self[f"{kind}_amount"]
        bought = days > 0
        days, mean = days[bought], amount[bought] / days[bought]
        order = np.lexsort((mean, days))
        return Spends(days[order], mean[order], np.ones(len(order)))


def _distinct(
    x: Array, t_x_days: Array, t_days: Array
) -> tuple[Array, Array, Array, npt.NDArray[np.intp]]:
    # One whole number for three: sorting those is ten times as fast as sorting rows.
    keys = (x.astype(np.int64) << 40) + (t_x_days.astype(np.int64) << 20) + t_days.astype(np.int64)
    _, firsts, places = np.unique(keys, return_index=True, return_inverse=True)
    return x[firsts], t_x_days[firsts], t_days[firsts], places.reshape(-1)


def read_panel(
    con: duckdb.DuckDBPyConnection,
    purchase_days: str,
    cut: date,
    horizon_days: int,
    past_days: int,
) -> Panel:
    """Read the panel of all customers of a relation with a purchase until the cut."""
    query = panel_query(purchase_days, cut, horizon_days)
    columns = f"select * exclude (customer_key) from ({query}) order by customer_key"
    return Panel(horizon_days, past_days, read_arrays(con, columns))


def panel_query(purchase_days: str, cut: date, horizon_days: int) -> str:
    """SQL of the panel: customer_key, and columns that are all double.

    x, t_x_days, t_days, spend_days, spend_amount, repeat_spend_days, repeat_spend_amount as in
    `summaries`; net_amount and order_count of all days; gap_squares (sum), longest_gap and last_gap
    in days; first_amount and last_amount, amount_squares (sum), log_amounts (sum); weekend_days;
    days_<w> and amount_<w> of the last w days, `period` being as many as the horizon; held_days and
    held_amount, the purchase days and the amount of the hold-out. An "order" of the models is a
    purchase day.
    """
    windows = [*((days, str(days)) for days in WINDOWS), (horizon_days, "period")]
    recent = ", ".join(
        f"""
            count(*) filter (where age < {days})::double as days_{suffix},
            coalesce(sum(net_amount) filter (where age < {days}), 0)::double as amount_{suffix}"""
        for days, suffix in windows
    )
    return f"""
        with purchases as (
            select
                customer_key,
                purchased_on,
                order_count,
                net_amount,
                greatest(net_amount, 0)::decimal(18, 2) as spent,
                date '{cut}' - purchased_on as age,
                purchased_on - lag(purchased_on)
                    over (partition by customer_key order by purchased_on) as gap
            from {purchase_days}
            where purchased_on <= date '{cut}'
        ),
        held_out as (
            select
                customer_key,
                count(*)::double as held_days,
                sum(net_amount)::double as held_amount
            from {purchase_days}
            where purchased_on > date '{cut}' and purchased_on <= date '{cut}' + {horizon_days}
            group by customer_key
        ),
        known as (
            select
                customer_key,
                (count(*) - 1)::double as x,
                (max(age) - min(age))::double as t_x_days,
                max(age)::double as t_days,
                sum(order_count)::double as order_count,
                sum(net_amount)::double as net_amount,
                count(*) filter (where net_amount > 0)::double as spend_days,
                coalesce(sum(net_amount) filter (where net_amount > 0), 0)::double as spend_amount,
                coalesce(sum(gap * gap), 0)::double as gap_squares,
                coalesce(max(gap), 0)::double as longest_gap,
                coalesce(max_by(gap, purchased_on), 0)::double as last_gap,
                min_by(net_amount, purchased_on)::double as first_amount,
                max_by(net_amount, purchased_on)::double as last_amount,
                sum(spent * spent)::double as amount_squares,
                (sum(round(1e6 * ln(1 + spent::double))::bigint) / 1e6)::double
                    as log_amounts,
                count(*) filter (where isodow(purchased_on) >= 6)::double as weekend_days,
                {recent}
            from purchases
            group by customer_key
        )
        select
            known.*,
            known.spend_days - (known.first_amount > 0)::integer as repeat_spend_days,
            round(known.spend_amount - greatest(known.first_amount, 0), 2) as repeat_spend_amount,
            coalesce(held_out.held_days, 0) as held_days,
            coalesce(held_out.held_amount, 0) as held_amount
        from known
        left join held_out on known.customer_key = held_out.customer_key
    """
