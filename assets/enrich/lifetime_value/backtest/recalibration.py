"""Levels: by how much totals were over- or underestimated before, and how far to believe it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assets.enrich.lifetime_value.backtest.panel import Panel
from assets.enrich.lifetime_value.backtest.predicted import Predicted
from assets.enrich.lifetime_value.backtest.purchase_base import PurchaseBase
from assets.enrich.lifetime_value.models.base import Array

NOISE = 0.05
"""Standard deviation of the log of a total that a season alone explains."""


@dataclass(frozen=True)
class Lesson:
    """An earlier split to learn from: customers at its cut, and the fits of that cut."""

    panel: Panel
    base: PurchaseBase


@dataclass(frozen=True)
class Recalibrated:
    """A purchase model whose totals are corrected; probabilities stay.

    Attributes:
        base: fits of the cut to predict from.
        of_orders: factor of orders.
        of_amount: factor of amounts.
    """

    base: PurchaseBase
    of_orders: float
    of_amount: float

    def predict(self, panel: Panel) -> Predicted:
        """What is expected of customers within the panel's horizon."""
        expected = self.base.predict(panel)
        orders = np.maximum(expected.orders * self.of_orders, expected.p_active)
        return Predicted(orders, expected.net_amount * self.of_amount, expected.p_active)


def shrunk_levels(lessons: Sequence[Lesson]) -> tuple[float, float]:
    """The factors for totals of orders and of amounts that earlier splits agree on."""
    seen = [(lesson.panel, lesson.base.predict(lesson.panel)) for lesson in lessons]
    return (
        shrunk_factor([ratio(panel["held_days"], said.orders) for panel, said in seen]),
        shrunk_factor([ratio(panel["held_amount"], said.net_amount) for panel, said in seen]),
    )


def shrunk_factor(ratios: Sequence[float]) -> float:
    """The factor for a total, from the actual by predicted totals of earlier splits.

    Their mean logarithm m is believed by m^2 / (m^2 + v + 0.05^2), where v is the variance of the
    mean between splits: an error that all splits share and that is larger than a season's noise
    is corrected, anything else left alone. 1 without ratios.
    """
    logs = np.log([value for value in ratios if value > 0])
    if len(logs) == 0:
        return 1.0
    mean = float(np.mean(logs))
    variance = float(np.var(logs, ddof=1)) / len(logs) if len(logs) > 1 else 0.0
    return float(np.exp(mean**3 / (mean**2 + variance + NOISE**2)))


def ratio(above: Array, below: Array) -> float:
    """One total by another, not below zero; 1 where there is nothing to divide by."""
    total = float(np.sum(below))
    return max(float(np.sum(above)), 0.0) / total if total > 0 else 1.0
