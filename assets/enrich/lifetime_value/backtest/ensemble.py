"""Gradient boosting on purchase days beside a purchase model, trained on earlier splits.

Two boosted trees with a Poisson loss: spend as such, and orders, which Gamma-Gamma's amounts turn
into spend. Their geometric mean ranks customers; the total is the purchase model's, corrected by
what earlier splits agree on, since trees cannot know a level outside what they saw. "Buys again" is
the mean of a logistic regression and the purchase model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from assets.enrich.lifetime_value.backtest.features import Matrix, feature_matrix
from assets.enrich.lifetime_value.backtest.panel import Panel
from assets.enrich.lifetime_value.backtest.predicted import Predicted
from assets.enrich.lifetime_value.backtest.purchase_base import PurchaseBase
from assets.enrich.lifetime_value.backtest.recalibration import Lesson, ratio, shrunk_levels
from assets.enrich.lifetime_value.models.base import Array

MOST_ROWS = 50_000
"""Customers that are learnt from, over all splits; the first in an order drawn once."""
FEWEST_CUSTOMERS = 500
FEWEST_BUYERS = 100
"""Of the hold-outs learnt from: with fewer, trees learn noise."""
TREES: dict[str, Any] = {
    "learning_rate": 0.06,
    "max_iter": 100,
    "max_leaf_nodes": 6,
    "min_samples_leaf": 50,
    "l2_regularization": 5.0,
    "max_features": 0.5,
    "max_bins": 63,
    "early_stopping": False,
    "random_state": 0,
}
SEED = 1


@dataclass(frozen=True)
class Ensemble:
    """Trained learners, and the constants that set their totals.

    Attributes:
        base: fits of the cut to predict from.
        used: which features were defined for anybody learnt from.
        spend: boosted trees of spend, by the mean that the base expects.
        orders: boosted trees of orders, likewise.
        active: logistic regression of at least one order.
        orders_scale: turns the trees' orders into the base's total.
        blend_scale: turns the mean of trees' and base's orders into the corrected total.
        amount_scale: turns the mean of the trees' two views of spend into the corrected total.
    """

    base: PurchaseBase
    used: npt.NDArray[np.bool_]
    spend: Any
    orders: Any
    active: Any
    orders_scale: float = 1.0
    blend_scale: float = 1.0
    amount_scale: float = 1.0

    def predict(self, panel: Panel) -> Predicted:
        """What is expected of customers within the panel's horizon."""
        base, per_order, orders, spend, active = self.views(panel)
        blended = np.sqrt(orders * base.orders) * self.blend_scale
        amount = np.sqrt(spend * orders * per_order) * self.amount_scale
        # The chance of an order cannot exceed the orders expected.
        return Predicted(np.maximum(blended, active), amount, active)

    def views(self, panel: Panel) -> tuple[Predicted, Array, Array, Array, Array]:
        """The base's prediction and amount per order; the trees' orders and spend; p_active."""
        from threadpoolctl import threadpool_limits

        base, per_order = self.base.predict(panel), self.base.per_order(panel)
        matrix = feature_matrix(panel, base, per_order)[:, self.used]
        # One thread: sums in several end in other digits.
        with threadpool_limits(1):
            orders = self.orders.predict(matrix)
            spend = self.spend.predict(matrix)
            chance = self.active.predict_proba(_filled(matrix))[:, 1]
        return base, per_order, orders, spend, (chance + base.p_active) / 2.0


def too_little(lessons: Sequence[Lesson]) -> str:
    """Why the lessons are too few to learn from; empty if they are enough."""
    customers = sum(len(lesson.panel) for lesson in lessons)
    buyers = sum(int(np.count_nonzero(lesson.panel["held_days"])) for lesson in lessons)
    spent = sum(float(np.maximum(lesson.panel["held_amount"], 0).sum()) for lesson in lessons)
    if customers < FEWEST_CUSTOMERS or not FEWEST_BUYERS <= buyers < customers or spent <= 0:
        return (
            f"The earlier splits hold {customers} customers, {buyers} of whom bought again: an"
            f" ensemble needs {FEWEST_CUSTOMERS} and {FEWEST_BUYERS}, and some who did not."
        )
    return ""


def train_ensemble(lessons: Sequence[Lesson], base: PurchaseBase, panel: Panel) -> Ensemble:
    """Learn from earlier splits, and set the totals for the customers of a panel.

    Args:
        lessons: earlier splits; their hold-outs must end before the panel's cut.
        base: fits of the panel's cut.
        panel: customers to predict, or a sample of them; what they did next is not read.
    """
    from sklearn.ensemble import HistGradientBoostingRegressor
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from threadpoolctl import threadpool_limits

    parts = [_rows(lesson, MOST_ROWS // len(lessons)) for lesson in lessons]
    matrix, orders, spend, bought = (np.concatenate(part) for part in zip(*parts, strict=True))
    used = np.isfinite(matrix).any(axis=0)
    matrix = matrix[:, used]
    with threadpool_limits(1):
        spend_trees, order_trees = (
            HistGradientBoostingRegressor(loss="poisson", **TREES).fit(matrix, target)
            for target in (spend, orders)
        )
        logistic = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000))
        logistic.fit(_filled(matrix), bought)
    raw = Ensemble(base, used, spend_trees, order_trees, logistic)
    expected, per_order, tree_orders, tree_spend, _ = raw.views(panel)
    of_orders, of_amount = shrunk_levels(lessons)
    orders_scale = ratio(expected.orders, tree_orders)
    blended = np.sqrt(tree_orders * expected.orders)
    amount = float(np.sum(tree_orders * per_order)) * orders_scale * of_amount
    mixed = float(np.sum(np.sqrt(tree_spend * tree_orders * per_order)))
    return Ensemble(
        base,
        used,
        spend_trees,
        order_trees,
        logistic,
        orders_scale,
        ratio(expected.orders, blended) * of_orders,
        amount / mixed if mixed > 0 else 0.0,
    )


def _rows(lesson: Lesson, most: int) -> tuple[Matrix, Array, Array, Array]:
    """Features of a split's customers, their orders and spend by the mean expected, and if any."""
    panel = lesson.panel
    if len(panel) > most:
        drawn = np.random.default_rng(SEED).permutation(len(panel))[:most]
        panel = panel.take(np.sort(drawn))
    base, per_order = lesson.base.predict(panel), lesson.base.per_order(panel)
    orders = panel["held_days"] / max(float(np.mean(base.orders)), 1e-9)
    spend = np.maximum(panel["held_amount"], 0.0) / max(float(np.mean(base.net_amount)), 1e-9)
    bought = (panel["held_days"] > 0).astype(np.float64)
    return feature_matrix(panel, base, per_order), orders, spend, bought


def _filled(matrix: Matrix) -> Matrix:
    """Minus one where a feature is not defined, for a regression that needs numbers."""
    return np.nan_to_num(matrix, nan=-1.0)
