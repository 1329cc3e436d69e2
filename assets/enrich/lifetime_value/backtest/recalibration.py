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
UNSEEN = 0.2
"""The same of one split to the next, where there is only one and nothing tells it."""
FEWEST_ORDERS = 100
"""Purchase days in a hold-out, below which its total is chance and teaches no level."""


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


def with_level(lessons: Sequence[Lesson]) -> list[Lesson]:
    """The lessons whose hold-outs have orders enough to teach a level."""
    return [each for each in lessons if float(np.sum(each.panel["held_days"])) >= FEWEST_ORDERS]


def no_level(lessons: Sequence[Lesson]) -> str:
    """Why the lessons teach no level; empty if one does."""
    if with_level(lessons):
        return ""
    return f"No earlier split has {FEWEST_ORDERS} orders after its cut to correct totals by."


def shrunk_levels(lessons: Sequence[Lesson]) -> tuple[float, float]:
    """The factors for totals of orders and of amounts that earlier splits agree on."""
    seen = [(lesson.panel, lesson.base.predict(lesson.panel)) for lesson in with_level(lessons)]
    orders = [(panel["held_days"], said.orders) for panel, said in seen]
    amounts = [(panel["held_amount"], said.net_amount) for panel, said in seen]
    return (
        shrunk_factor([ratio(*each) for each in orders], [chance(*each) for each in orders]),
        shrunk_factor([ratio(*each) for each in amounts], [chance(*each) for each in amounts]),
    )


def shrunk_factor(ratios: Sequence[float], chances: Sequence[float]) -> float:
    """The factor for a total, from the actual by predicted totals of earlier splits.

    Their mean logarithm m is believed by m^2 / (m^2 + v + 0.05^2), where v is the variance of the
    mean: that between splits (0.2^2 where there is only one) and that of chance within each. An
    error that all splits share and that is larger than chance and a season's noise is corrected,
    anything else left alone. 1 without ratios.

    Args:
        ratios: actual by predicted total of each split; others than above zero teach nothing.
        chances: variance of the logarithm of each actual total by chance alone, see `chance`.
    """
    taught = [
        (np.log(value), within) for value, within in zip(ratios, chances, strict=True) if value > 0
    ]
    if not taught:
        return 1.0
    logs, within = np.array(taught).T
    mean = float(np.mean(logs))
    between = float(np.var(logs, ddof=1)) if len(logs) > 1 else UNSEEN**2
    variance = (between + float(np.mean(within))) / len(logs)
    return float(np.exp(mean**3 / (mean**2 + variance + NOISE**2)))


def chance(actual: Array, said: Array) -> float:
    """The variance of the log of a total: squared errors of its customers by its square.

    With orders as independent as Poisson's it is one by their number; customers whose orders come
    in bursts, and amounts that differ, make it larger. 0 without a total above zero.
    """
    total = float(np.sum(actual))
    return float(np.sum((actual - said) ** 2)) / total**2 if total > 0 else 0.0


def ratio(above: Array, below: Array) -> float:
    """One total by another, not below zero; 1 where there is nothing to divide by."""
    total = float(np.sum(below))
    return max(float(np.sum(above)), 0.0) / total if total > 0 else 1.0
