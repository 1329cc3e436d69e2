"""What a candidate says of customers within a horizon."""

from __future__ import annotations

from dataclasses import dataclass

from assets.enrich.lifetime_value.models.base import Array


@dataclass(frozen=True)
class Predicted:
    """Arrays of one length, in the order of the customers they are of.

    Attributes:
        orders: purchase days expected.
        net_amount: amount expected, in the purchases' currency.
        p_active: probability of at least one order.
    """

    orders: Array
    net_amount: Array
    p_active: Array
