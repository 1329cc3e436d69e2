"""A purchase model and Gamma-Gamma, fitted on a panel: candidates by themselves, or a base."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assets.enrich.lifetime_value.backtest.panel import Panel
from assets.enrich.lifetime_value.backtest.predicted import Predicted
from assets.enrich.lifetime_value.fallback import model_of, purchases_to_use, spend_to_use
from assets.enrich.lifetime_value.fit import MODELS, Fit, fit_purchases, fit_spend
from assets.enrich.lifetime_value.intervals import order_interval
from assets.enrich.lifetime_value.models.base import Array


@dataclass(frozen=True)
class PurchaseBase:
    """Fits of one cut.

    Attributes:
        purchases: fit of the purchase model; the fallback where nothing could be fitted.
        spend: fit of Gamma-Gamma.
        spend_share: share of purchase days with an amount above zero, of all customers.
    """

    purchases: Fit
    spend: Fit
    spend_share: float

    def per_order(self, panel: Panel) -> Array:
        """The amount expected of an order, orders without an amount included; as in `spend.py`."""
        p, q, v = self.spend.parameters
        days = panel["spend_days"]
        share = (days + self.spend_share) / (panel["x"] + 2.0)
        amount: Array = p * (v + panel["spend_amount"]) / (p * days + q - 1.0) * share
        return amount

    def predict(self, panel: Panel) -> Predicted:
        """What the fits expect of customers within the panel's horizon.

        Customers alike in x, t_x and t are computed once.
        """
        model, parameters = model_of(self.purchases), self.purchases.values
        x, t_x, t, places = panel.alike
        t_x, t = t_x / 7.0, t / 7.0
        horizon = panel.horizon_days / 7.0
        orders = np.maximum(model.expected_orders(parameters, x, t_x, t, horizon), 0.0)[places]
        active = np.clip(model.p_active(parameters, x, t_x, t, horizon), 0.0, 1.0)[places]
        return Predicted(orders, orders * self.per_order(panel), active)

    def order_interval(self, panel: Panel, share: float) -> tuple[Array, Array]:
        """Between which numbers of orders that share of customers should end up."""
        model, parameters = model_of(self.purchases), self.purchases.values
        order = np.lexsort((panel["t_x_days"], panel["t_days"], panel["x"]))
        x, t = panel["x"][order], panel["t_days"][order] / 7.0
        t_x = panel["t_x_days"][order] / 7.0
        pairs, pair = np.unique(np.stack([x, t], axis=1), axis=0, return_inverse=True)
        alive = np.clip(model.p_alive(parameters, x, t_x, t), 0.0, 1.0)
        found = order_interval(
            model,
            parameters,
            pairs[:, 0],
            pairs[:, 1],
            pair.reshape(-1),
            alive,
            panel.horizon_days / 7.0,
            share,
        )
        low, high = np.empty(len(x)), np.empty(len(x))
        low[order], high[order] = found
        return low, high


def fit_base(panel: Panel, model: str, repeat_only: bool) -> PurchaseBase:
    """Fit a purchase model by name, and spend of repeat days or of all."""
    purchases = purchases_to_use(fit_purchases(MODELS[model], panel.groups), panel.groups)
    spends = panel.spends(repeat_only)
    mean = float(np.mean(spends.mean)) if len(spends.mean) else 0.0
    spend = spend_to_use(fit_spend(spends, repeat_only), mean)
    return PurchaseBase(purchases, spend, panel.spend_share)
