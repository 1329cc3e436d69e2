"""What every model of purchases offers, and the groups of customers that it is fitted on."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def total(weights: Array, values: Array) -> float:
    """The weighted sum, in one thread and one order: the same on every machine of a kind."""
    return float(np.einsum("i,i->", weights, values))


@dataclass(frozen=True)
class Groups:
    """Customers that a purchase model cannot tell apart, counted. All arrays of one length.

    Attributes:
        x: repeat purchases, that is distinct days with a purchase less one.
        t_x: weeks from the first purchase to the last.
        t: weeks from the first purchase to the end of what was observed.
        count: customers in the group.
    """

    x: Array
    t_x: Array
    t: Array
    count: Array

    @property
    def customers(self) -> int:
        """How many customers the groups hold."""
        return round(float(self.count.sum()))

    @property
    def repeat_buyers(self) -> int:
        """How many of them bought on a second day."""
        return round(float(self.count[self.x > 0].sum()))

    @cached_property
    def levels(self) -> tuple[Array, Array, npt.NDArray[np.intp]]:
        """The distinct x, the customers at each, and where each group's x stands among them.

        Gamma functions depend on x alone: computed once a level, a fit costs a tenth.
        """
        values, places = np.unique(self.x, return_inverse=True)
        customers: Array = np.bincount(places, self.count, len(values)).astype(np.float64)
        return values, customers, places

    def in_units_of(self, weeks: float) -> Groups:
        """The same customers with time counted in units of so many weeks."""
        return Groups(self.x, self.t_x / weeks, self.t / weeks, self.count)

    def take(self, chosen: npt.NDArray[np.bool_]) -> Groups:
        """The groups for which `chosen` is true."""
        return Groups(self.x[chosen], self.t_x[chosen], self.t[chosen], self.count[chosen])


class PurchaseModel(ABC):
    """A model of when customers buy and when they stop for good; stateless.

    What lies ahead factors into the probability of being alive, which knows `t_x`, and what an
    alive customer does, which knows only `x` and `t`. `parameters` are the natural ones, in the
    order of `parameter_names`, time in weeks; `horizon` is in weeks after the end of observation.
    """

    name: ClassVar[str]
    parameter_names: ClassVar[tuple[str, ...]]
    time_parameters: ClassVar[tuple[int, ...]]
    """Places of the parameters that are durations."""
    starts: ClassVar[tuple[tuple[float, ...], ...]]
    """Where a fit begins, and begins again; durations in units of the longest observation."""

    @abstractmethod
    def log_likelihood(self, parameters: Array, groups: Groups) -> tuple[float, Array]:
        """The log-likelihood of all customers, and its gradient by the natural parameters."""

    @abstractmethod
    def p_alive(self, parameters: Array, x: Array, t_x: Array, t: Array) -> Array:
        """The probability that a customer has not stopped for good by `t`."""

    @abstractmethod
    def alive_active(self, parameters: Array, x: Array, t: Array, horizon: float) -> Array:
        """The probability that a customer alive at `t` buys at least once within the horizon."""

    @abstractmethod
    def alive_orders(self, parameters: Array, x: Array, t: Array, horizon: float) -> Array:
        """The orders expected within the horizon from a customer alive at `t`."""

    @abstractmethod
    def alive_exceeds(
        self, parameters: Array, x: Array, t: Array, horizon: float
    ) -> Iterator[Array]:
        """P(more than j orders within the horizon | alive at `t`) for j = 0, 1, 2, ..., endless.

        For customers of up to some hundred orders; beyond, the first terms underflow to zero.
        """

    def p_active(self, parameters: Array, x: Array, t_x: Array, t: Array, horizon: float) -> Array:
        """The probability of at least one order within the horizon."""
        alive = self.p_alive(parameters, x, t_x, t)
        return alive * self.alive_active(parameters, x, t, horizon)

    def expected_orders(
        self, parameters: Array, x: Array, t_x: Array, t: Array, horizon: float
    ) -> Array:
        """The orders expected within the horizon."""
        alive = self.p_alive(parameters, x, t_x, t)
        return alive * self.alive_orders(parameters, x, t, horizon)
