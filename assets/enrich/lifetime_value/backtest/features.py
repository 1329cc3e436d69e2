"""What an ensemble reads: a purchase model's view of a customer, and the purchase days themselves.

Durations are told by the customer's own rhythm, by the time observed or by the horizon, so that
what is learnt at one cut holds at another.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from assets.enrich.lifetime_value.backtest.panel import WINDOWS, Panel
from assets.enrich.lifetime_value.backtest.predicted import Predicted
from assets.enrich.lifetime_value.models.base import Array

Matrix = npt.NDArray[np.float64]
TINY = 1e-9


def feature_columns(panel: Panel, predicted: Predicted, per_order: Array) -> dict[str, Array]:
    """The features by name; NaN where a customer has bought too seldom for one to be defined.

    Args:
        panel: customers, with their horizon.
        predicted: what the purchase model expects of them.
        per_order: amount expected of an order.
    """
    days = panel["x"] + 1.0
    observed = panel["t_days"] + 1.0
    recency = panel["t_days"] - panel["t_x_days"]
    twice, thrice = days > 1, days > 2
    gaps = np.maximum(panel["x"], 1.0)
    mean_gap = panel["t_x_days"] / gaps
    gap_spread = np.sqrt(np.maximum(panel["gap_squares"] / gaps - mean_gap**2, 0.0))
    amount = panel["spend_amount"] / days
    amount_spread = np.sqrt(np.maximum(panel["amount_squares"] / days - amount**2, 0.0))
    unit = np.maximum(per_order, 0.01)
    active = np.clip(predicted.p_active, TINY, 1.0 - TINY)
    columns = {
        "log_orders": np.log(predicted.orders + TINY),
        "logit_active": np.log(active / (1.0 - active)),
        "log_per_order": np.log(unit),
        "mean_log_amount": panel["log_amounts"] / days,
        "recency_of_observed": recency / observed,
        "log_recency": np.log1p(recency),
        "log_recency_of_horizon": np.log((recency + 1.0) / panel.horizon_days),
        "days": days,
        "days_per_day": days / observed,
        "mean_gap": np.where(twice, mean_gap, np.nan),
        "recency_in_gaps": np.where(twice, recency / np.maximum(mean_gap, 1.0), np.nan),
        "recency_in_spreads": np.where(thrice, (recency - mean_gap) / (gap_spread + 1.0), np.nan),
        "gap_variation": np.where(thrice, gap_spread / np.maximum(mean_gap, 1.0), np.nan),
        "last_gap_in_gaps": np.where(thrice, panel["last_gap"] / np.maximum(mean_gap, 1.0), np.nan),
        "recency_in_longest": np.where(
            thrice, recency / np.maximum(panel["longest_gap"], 1.0), np.nan
        ),
        "log_last_amount": np.log(np.maximum(panel["last_amount"], 0.1) / unit),
        "amount_variation": amount_spread / unit,
        "orders_per_day": panel["order_count"] / days,
        "weekend_share": panel["weekend_days"] / days,
    }
    for window in WINDOWS:
        seen, spent = panel[f"days_{window}"], panel[f"amount_{window}"]
        # A window longer than the past says nothing that all days do not.
        unknown = np.nan if window > panel.past_days + 1 else 0.0
        columns[f"days_{window}"] = seen + unknown
        columns[f"log_amount_{window}"] = np.log1p(np.maximum(spent, 0.0)) + unknown
        columns[f"pace_{window}"] = seen / window / (days / observed)
    return columns


def feature_matrix(panel: Panel, predicted: Predicted, per_order: Array) -> Matrix:
    """The features as a matrix, one row per customer, columns in the order of `feature_columns`."""
    return np.stack(list(feature_columns(panel, predicted, per_order).values()), axis=1)
