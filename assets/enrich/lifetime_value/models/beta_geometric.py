"""What the two models share in which a customer may stop for good after a purchase.

Orders come as a Poisson process with a rate from Gamma(r, alpha); after a purchase the customer
stops with a probability from Beta(a, b). The models differ in whether the first purchase counts.
With k chances to stop survived, R = r + x, A = alpha + t: an alive customer's rate is
Gamma(R, A), and the probability to stop Beta(a, b + k).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import numpy as np
from scipy.special import digamma, expit, gammaln, hyp2f1

from assets.enrich.lifetime_value.models.base import Array, Groups, PurchaseModel, total

NEAR_ONE = 0.01
"""The closed form divides by a - 1; nearer to one than this it is interpolated across."""
STEPS = 20_000
"""Terms of the series that steps in where the hypergeometric function overflows."""


class BetaGeometricModel(PurchaseModel):
    """BG/NBD and MBG/NBD; parameters r, alpha (weeks), a, b."""

    parameter_names = ("r", "alpha", "a", "b")
    time_parameters = (1,)
    starts = ((0.4, 0.15, 0.8, 1.8), (1.0, 1.0, 1.0, 10.0), (0.2, 0.05, 0.2, 0.5))
    chances_at_start: ClassVar[int]
    """Chances to stop before the first repeat purchase: none, or one after the first purchase."""

    def log_likelihood(self, parameters: Array, groups: Groups) -> tuple[float, Array]:
        """See the base class; P(x, t_x, t) = alive until t + stopped right after t_x."""
        r, alpha, a, b = parameters
        x, customers, at = groups.levels
        k = x + self.chances_at_start
        count, shape = groups.count, r + x[at]
        log_t, log_t_x = np.log(alpha + groups.t), np.log(alpha + groups.t_x)
        log_odds = self._log_stop_odds(a, b, x)[at] + shape * (log_t - log_t_x)
        stopped = expit(log_odds)
        n = float(customers.sum())
        level = (
            gammaln(r + x) - gammaln(r)
            + gammaln(a + b) - gammaln(b) + gammaln(b + k) - gammaln(a + b + k)
        )  # fmt: skip
        value = (
            total(customers, level)
            + n * r * np.log(alpha)
            + total(count, np.logaddexp(0.0, log_odds) - shape * log_t)
        )
        stops: Array = np.bincount(at, count * stopped, len(x)).astype(np.float64)
        survived = digamma(a + b) - digamma(a + b + k)
        inverse = 1.0 / (alpha + groups.t)
        gradient = np.array(
            [
                total(customers, digamma(r + x) - digamma(r))
                + n * np.log(alpha)
                + total(count, stopped * (log_t - log_t_x) - log_t),
                n * r / alpha
                + total(
                    count, shape * (stopped * (inverse - 1.0 / (alpha + groups.t_x)) - inverse)
                ),
                total(customers, survived) + float(stops.sum()) / a,
                total(customers, survived - digamma(b) + digamma(b + k))
                - total(stops, 1.0 / np.where(k > 0, b + k - 1, 1.0)),
            ]
        )
        return float(value), gradient

    def _log_stop_odds(self, a: float, b: float, x: Array) -> Array:
        k = x + self.chances_at_start
        return np.where(k > 0, np.log(a) - np.log(np.where(k > 0, b + k - 1, 1.0)), -np.inf)

    def p_alive(self, parameters: Array, x: Array, t_x: Array, t: Array) -> Array:
        """See the base class."""
        r, alpha, a, b = parameters
        silence = (r + x) * np.log((alpha + t) / (alpha + t_x))
        alive: Array = expit(-(self._log_stop_odds(a, b, x) + silence))
        return alive

    def alive_active(self, parameters: Array, x: Array, t: Array, horizon: float) -> Array:
        """See the base class; an alive customer's next order comes whatever follows it."""
        r, alpha, _, _ = parameters
        waiting: Array = -np.expm1(-(r + x) * np.log1p(horizon / (alpha + t)))
        return waiting

    def alive_orders(self, parameters: Array, x: Array, t: Array, horizon: float) -> Array:
        """See the base class; Fader, Hardie & Lee (2005), through Euler's transform of 2F1.

        (C / (a - 1)) (1 - (1 - z)^(a - 1) 2F1(C - R, a - 1; C; z)) with C = a + b + k - 1 and
        z = horizon / (A + horizon). The function is smooth in a: near a = 1 it is interpolated.
        """
        r, alpha, a, b = (float(value) for value in parameters)
        with np.errstate(all="ignore"):
            if abs(a - 1.0) >= NEAR_ONE:
                orders = self._closed_form(r, alpha, a, b, x, t, horizon)
            else:
                orders = np.zeros(np.broadcast(x, t).shape)
                nodes = 1.0 + NEAR_ONE * np.array([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0])
                for node in nodes:
                    others = nodes[nodes != node]
                    weight = float(np.prod((a - others) / (node - others)))
                    orders += weight * self._closed_form(r, alpha, float(node), b, x, t, horizon)
        never_stopping = (r + x) * horizon / (alpha + t)
        wrong = ~(np.isfinite(orders) & (orders >= 0) & (orders <= never_stopping * (1 + 1e-9)))
        if np.any(wrong):
            orders = np.array(orders, dtype=np.float64)
            where = np.broadcast_to(x, orders.shape)[wrong], np.broadcast_to(t, orders.shape)[wrong]
            orders[wrong] = self._series(parameters, *where, horizon)
        bounded: Array = np.minimum(orders, never_stopping)
        return bounded

    def _closed_form(
        self, r: float, alpha: float, a: float, b: float, x: Array, t: Array, horizon: float
    ) -> Array:
        c = a + b + x + self.chances_at_start - 1.0
        z = horizon / (alpha + t + horizon)
        kept = (1.0 - z) ** (a - 1.0) * hyp2f1(c - r - x, a - 1.0, c, z)
        orders: Array = c / (a - 1.0) * (1.0 - kept)
        return orders

    def _series(self, parameters: Array, x: Array, t: Array, horizon: float) -> Array:
        """The sum of P(more than j orders): exact, slow, and all terms positive."""
        orders = np.zeros(x.shape)
        for step, exceeds in enumerate(self.alive_exceeds(parameters, x, t, horizon)):
            orders += exceeds
            if step >= STEPS or not np.any(exceeds > 1e-12 * orders):
                return orders
        return orders

    def alive_exceeds(
        self, parameters: Array, x: Array, t: Array, horizon: float
    ) -> Iterator[Array]:
        """See the base class; exact: j + 1 chances to order were taken, and j stops survived."""
        r, alpha, a, b = parameters
        z, shape = horizon / (alpha + t + horizon), r + x
        k = x + self.chances_at_start
        chance = np.exp(shape * np.log1p(-z))
        beyond = -np.expm1(shape * np.log1p(-z))
        survived = np.ones(np.shape(x))
        step = 0
        while True:
            yield np.maximum(beyond, 0.0) * survived
            chance = chance * (shape + step) / (step + 1) * z
            beyond = beyond - chance
            survived = survived * (b + k + step) / (a + b + k + step)
            step += 1
