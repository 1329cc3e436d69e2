"""The measures of one candidate at one split, as rows of the back-test's tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from assets.enrich.lifetime_value.backtest import metrics
from assets.enrich.lifetime_value.backtest.panel import Panel
from assets.enrich.lifetime_value.backtest.predicted import Predicted

DIGITS = 6
"""Of ratios and amounts that are stored; machines agree to more."""


def measures(panel: Panel, said: Predicted, coverage: float | None) -> dict[str, Any]:
    """The measures by column name; None where one is not defined.

    "Order" is a purchase day, the unit that all models speak of.

    Args:
        panel: customers with what they did.
        said: what was predicted of them.
        coverage: share of customers whose orders lay in their interval, if there is one.
    """
    orders, amount = panel["held_days"], panel["held_amount"]
    bought = orders > 0
    found: dict[str, Any] = {
        "customers_count": len(panel),
        "actual_order_count": round(float(np.sum(orders))),
        "predicted_order_count": float(np.sum(said.orders)),
        "order_calibration": metrics.calibration(said.orders, orders),
        "actual_net_amount": float(np.sum(amount)),
        "predicted_net_amount": float(np.sum(said.net_amount)),
        "net_calibration": metrics.calibration(said.net_amount, amount),
        "decile_error": metrics.decile_error(said.net_amount, amount),
        "mae": metrics.mean_absolute_error(said.net_amount, amount),
        "rmse": metrics.root_mean_squared_error(said.net_amount, amount),
        "normalised_gini": metrics.normalised_gini(said.net_amount, amount),
        "top_decile_capture": metrics.top_decile_capture(said.net_amount, amount),
        "auc": metrics.auc(said.p_active, bought),
        "brier": metrics.brier(said.p_active, bought),
        "interval_coverage": coverage,
    }
    return {name: _rounded(value) for name, value in found.items()}


def decile_rows(panel: Panel, said: Predicted) -> list[dict[str, Any]]:
    """Ten rows: what was predicted and what happened, by predicted amount, 1 for the highest."""
    parts = metrics.deciles(said.net_amount)
    sums: Mapping[str, Any] = {
        "customers_count": metrics.by_decile(parts, np.ones(len(panel))),
        "predicted_net_amount": metrics.by_decile(parts, said.net_amount),
        "actual_net_amount": metrics.by_decile(parts, panel["held_amount"]),
        "predicted_order_count": metrics.by_decile(parts, said.orders),
        "actual_order_count": metrics.by_decile(parts, panel["held_days"]),
    }
    whole = ("customers_count", "actual_order_count")
    return [
        {"decile": place + 1}
        | {
            name: round(float(values[place])) if name in whole else _rounded(float(values[place]))
            for name, values in sums.items()
        }
        for place in range(metrics.DECILES)
    ]


def _rounded(value: Any) -> Any:
    return round(value, DIGITS) if isinstance(value, float) else value
