"""What a fit says of each group of customers, in arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from assets.enrich.lifetime_value.discounting import discounted_alive_orders
from assets.enrich.lifetime_value.fallback import model_of
from assets.enrich.lifetime_value.fit import Fit
from assets.enrich.lifetime_value.intervals import order_interval
from assets.enrich.lifetime_value.models.base import Array
from assets.enrich.lifetime_value.settings import WEEKS_PER_MONTH, ValueSettings

Scores = dict[str, npt.NDArray[np.number]]

LONGEST_WAIT = 36_525.0
"""Days; a next order is not put further into the future than a century."""


def score_groups(
    fits: Sequence[Fit],
    fit_number: npt.NDArray[np.integer],
    x: npt.NDArray[np.integer],
    t_x_days: npt.NDArray[np.integer],
    t_days: npt.NDArray[np.integer],
    settings: ValueSettings,
) -> Scores:
    """Score groups in the order of fit_number, x, t_days; columns as `score_fit` names them."""
    parts = []
    for number, fit in enumerate(fits):
        first, end = np.searchsorted(fit_number, [number, number + 1])
        part = slice(int(first), int(end))
        days = (column[part].astype(np.float64) for column in (x, t_x_days, t_days))
        parts.append(score_fit(fit, *days, settings=settings))
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def score_fit(
    fit: Fit, x: Array, t_x_days: Array, t_days: Array, *, settings: ValueSettings
) -> Scores:
    """Score groups of one fit, given in the order of x, t_days.

    What an alive customer does depends on x and t alone, and is computed once for each such pair;
    a few thousand pairs stand for a million customers.

    Returns:
        p_alive, p_active, orders (within the horizon of the settings), discounted (orders within
        clv_months), wait_days (median wait for the next order of an alive customer), and for 12
        and 36 months orders_, low_ and high_.
    """
    model, parameters = model_of(fit), fit.values
    t_x, t = t_x_days / 7.0, t_days / 7.0
    is_new = np.ones(len(x), dtype=np.bool_)
    is_new[1:] = (x[1:] != x[:-1]) | (t[1:] != t[:-1])
    pair = np.cumsum(is_new) - 1
    pair_x, pair_t = x[is_new], t[is_new]
    p_alive = np.clip(model.p_alive(parameters, x, t_x, t), 0.0, 1.0)

    def active(weeks: float) -> Array:
        return np.clip(model.alive_active(parameters, pair_x, pair_t, weeks), 0.0, 1.0)

    def orders(weeks: float) -> Array:
        return np.maximum(model.alive_orders(parameters, pair_x, pair_t, weeks), 0.0)

    horizon = settings.horizon_days / 7.0
    discounted = discounted_alive_orders(
        model, parameters, pair_x, pair_t, settings.clv_months, settings.annual_discount_rate
    )
    r, alpha = parameters[0], parameters[1]
    wait = 7.0 * (alpha + pair_t) * np.expm1(np.log(2.0) / (r + pair_x))
    scores: Scores = {
        "p_alive": p_alive,
        "p_active": p_alive * active(horizon)[pair],
        "orders": p_alive * orders(horizon)[pair],
        "discounted": p_alive * discounted[pair],
        "wait_days": np.ceil(np.minimum(wait, LONGEST_WAIT)).astype(np.int32)[pair],
    }
    for months in (12, 36):
        weeks = months * WEEKS_PER_MONTH
        low, high = order_interval(
            model, parameters, pair_x, pair_t, pair, p_alive, weeks, settings.interval
        )
        scores |= {
            f"orders_{months}": p_alive * orders(weeks)[pair],
            f"low_{months}": low,
            f"high_{months}": high,
        }
    return scores
