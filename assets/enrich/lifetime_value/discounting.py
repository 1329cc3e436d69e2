"""What orders to come are worth today."""

from __future__ import annotations

import numpy as np

from assets.enrich.lifetime_value.models.base import Array, PurchaseModel
from assets.enrich.lifetime_value.settings import WEEKS_PER_MONTH


def discounted_alive_orders(
    model: PurchaseModel, parameters: Array, x: Array, t: Array, months: int, annual_rate: float
) -> Array:
    """Orders expected from customers alive, each counted (1 + annual_rate)^(-m / 12).

    m is the number of the month in which the order falls, so an order is discounted as if at the
    end of its month (Gupta et al. 2006 give the present value of a customer's margins). Exact:
    expectations are differenced month by month, nothing is interpolated.
    """
    worth = np.zeros(np.broadcast(x, t).shape)
    before = np.zeros_like(worth)
    for month in range(1, months + 1):
        until = model.alive_orders(parameters, x, t, month * WEEKS_PER_MONTH)
        worth += np.maximum(until - before, 0.0) * (1.0 + annual_rate) ** (-month / 12)
        before = until
    return worth
