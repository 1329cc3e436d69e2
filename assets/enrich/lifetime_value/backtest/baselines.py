"""Rules that anybody would use without a model; a model has to be better than each of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from assets.enrich.lifetime_value.backtest.panel import Panel
from assets.enrich.lifetime_value.backtest.predicted import Predicted
from assets.enrich.lifetime_value.models.base import Array

LAST_QUARTER_DAYS = 90
INTERVALS = 2.0
"""Times a customer's own interval after which the recency rule gives a customer up."""

MEAN, LAST_PERIOD, LAST_QUARTER, RECENCY_RULE = (
    "mean",
    "same_as_last_period",
    "last_quarter_scaled",
    "recency_rule",
)


def naive_predictions(panel: Panel) -> Mapping[str, Predicted]:
    """What four rules say of the customers of a panel.

    * `mean`: everybody the same: what all of them did per day since their first purchase.
    * `same_as_last_period`: what the customer did in as many days before the cut; of all that is
      known, where that is less.
    * `last_quarter_scaled`: the last 90 days, scaled to the horizon.
    * `recency_rule`: the customer's own rate, if the last purchase is not longer ago than twice the
      own mean interval (of all customers, for a first buyer), else nothing.

    None of them has a probability: an expectation of one order or more counts as certain.
    """
    horizon = float(panel.horizon_days)
    days = panel["x"] + 1.0
    observed = np.maximum(panel["t_days"], 1.0)
    total_days = float(np.sum(observed))
    everybody = np.ones(len(panel))
    own_interval = np.where(
        panel["x"] > 0,
        panel["t_x_days"] / np.maximum(panel["x"], 1.0),
        float(np.sum(panel["t_x_days"])) / max(float(np.sum(panel["x"])), 1.0),
    )
    recency = panel["t_days"] - panel["t_x_days"]
    stays = recency <= INTERVALS * own_interval
    scale = horizon / LAST_QUARTER_DAYS
    return {
        MEAN: _certain(
            everybody * (float(np.sum(days)) / total_days * horizon),
            everybody * (float(np.sum(panel["net_amount"])) / total_days * horizon),
        ),
        LAST_PERIOD: _certain(panel["days_period"], panel["amount_period"]),
        LAST_QUARTER: _certain(panel["days_90"] * scale, panel["amount_90"] * scale),
        RECENCY_RULE: _certain(
            np.where(stays, days / observed * horizon, 0.0),
            np.where(stays, panel["net_amount"] / observed * horizon, 0.0),
        ),
    }


def _certain(orders: Array, net_amount: Array) -> Predicted:
    return Predicted(orders, net_amount, np.minimum(orders, 1.0))
