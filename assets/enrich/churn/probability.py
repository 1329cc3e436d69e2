"""The rule of the probability: lost is who will hardly buy again within the horizon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assets.enrich.arrays import read_arrays, shown
from assets.enrich.churn.candidates import FLAGGED_SHARE, MIN_DAYS

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Integers = npt.NDArray[np.int64]

MAX_DAYS = 3650
"""Silence after which everybody is lost, so that the search for a threshold has an end."""

DAYS_PER_WEEK = 7.0


@dataclass(frozen=True)
class ActivityModel:
    """An MBG/NBD fitted at a cut, with the groups of customers that it was fitted on.

    Args:
        parameters: r, alpha, a, b; alpha in weeks.
        horizon_days: days in which the purchase would have to come.
        x: repeat purchase days of each group.
        t_x_days: days from the first to the last purchase.
        silence_days: days from the last purchase to the cut.
        customers: customers of each group.
        lost: of these, without a purchase in the horizon.
    """

    parameters: Floats
    horizon_days: int
    x: Integers
    t_x_days: Integers
    silence_days: Integers
    customers: Integers
    lost: Integers

    def p_active(self, x: Integers, t_x_days: Integers, silence_days: Integers) -> Floats:
        """Probability of at least one purchase within the horizon, one per group."""
        from assets.enrich.lifetime_value.models.mbg_nbd import MbgNbd

        return MbgNbd().p_active(
            self.parameters,
            x.astype(float),
            t_x_days / DAYS_PER_WEEK,
            (t_x_days + silence_days) / DAYS_PER_WEEK,
            self.horizon_days / DAYS_PER_WEEK,
        )

    def threshold(self, basis: str | None) -> float:
        """Probability below which a customer is lost.

        One half, or for FLAGGED_SHARE the one that flags as many customers as the model expects to
        stay away.
        """
        import numpy as np

        if basis != FLAGGED_SHARE:
            return 0.5
        p_active = self.p_active(self.x, self.t_x_days, self.silence_days)
        order = np.argsort(p_active, kind="stable")
        levels, counts = p_active[order], self.customers[order]
        expected = float(np.sum(counts * (1 - levels)))
        flagged = np.concatenate([[0], np.cumsum(counts)])
        nearest = int(np.argmin(np.abs(flagged - expected)))
        bounds = np.concatenate([[0.0], levels, [1.0]])
        return round(float(bounds[nearest] + bounds[nearest + 1]) / 2, 6)

    def flagged(self, threshold: float) -> npt.NDArray[np.bool_]:
        """Which groups are called lost at the cut."""
        p_active = self.p_active(self.x, self.t_x_days, self.silence_days)
        flagged: npt.NDArray[np.bool_] = (p_active < threshold) & (self.silence_days > MIN_DAYS)
        return flagged

    def silence(self, x: Integers, t_x_days: Integers, threshold: float) -> Integers:
        """The longest silence in days that keeps each group at or above `threshold`.

        By bisection, which needs that the probability falls with the silence; MIN_DAYS to MAX_DAYS.
        """
        import numpy as np

        kept = np.full(len(x), MIN_DAYS, dtype=np.int64)
        gone = np.full(len(x), MAX_DAYS + 1, dtype=np.int64)
        while np.any(gone - kept > 1):
            middle = (kept + gone) // 2
            is_kept = self.p_active(x, t_x_days, middle) >= threshold
            kept = np.where(is_kept, middle, kept)
            gone = np.where(is_kept, gone, np.maximum(middle, kept + 1))
        return kept


def fit_at(con: duckdb.DuckDBPyConnection, states: str, horizon_days: int) -> ActivityModel | None:
    """The model of the customers in `states` (see backtest.states); None if it did not converge."""
    from assets.enrich.lifetime_value.fit import fit_purchases
    from assets.enrich.lifetime_value.models.base import Groups
    from assets.enrich.lifetime_value.models.mbg_nbd import MbgNbd

    groups = read_arrays(
        con,
        f"""
        select
            cast(purchase_day_number - 1 as bigint) as x,
            cast(t_x_days as bigint) as t_x_days,
            cast(silence_days as bigint) as silence_days,
            count(*) as customers,
            count(*) filter (is_lost) as lost
        from ({states}) as states
        group by 1, 2, 3
        order by 1, 2, 3
        """,
    )
    x, t_x_days = groups["x"], groups["t_x_days"]
    fit = fit_purchases(
        MbgNbd(),
        Groups(
            x.astype(float),
            t_x_days / DAYS_PER_WEEK,
            (t_x_days + groups["silence_days"]) / DAYS_PER_WEEK,
            groups["customers"].astype(float),
        ),
    )
    return ActivityModel(fit.values, horizon_days, **groups) if fit.converged else None


def write_silences(con: duckdb.DuckDBPyConnection, model: ActivityModel, threshold: float) -> None:
    """Write the temp table `churn_silences`: days by repeat purchases and days from the first."""
    groups = read_arrays(
        con,
        """
        select distinct
            cast(purchase_day_number - 1 as bigint) as x,
            cast(t_x_days as bigint) as t_x_days
        from churn_days
        order by 1, 2
        """,
    )
    silence = model.silence(groups["x"], groups["t_x_days"], threshold)
    with shown(con, "churn_silence_arrays", {**groups, "churn_after_days": silence}):
        con.execute(
            "create or replace temp table churn_silences as"
            " select x, t_x_days, cast(churn_after_days as integer) as churn_after_days"
            " from churn_silence_arrays"
        ).fetchall()
