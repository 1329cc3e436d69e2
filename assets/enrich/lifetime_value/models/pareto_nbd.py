"""Pareto/NBD: Schmittlein, Morrison & Colombo (1987), likelihood and expectations by quadrature.

Orders come with a rate from Gamma(r, alpha) until the customer stops at a time whose rate is from
Gamma(s, beta). With R = r + x:

    L = Gamma(R) / Gamma(r) alpha^r beta^s (alpha + t)^-R (beta + t)^-s (1 + Q),
    Q = s int_{t_x}^{t} ((alpha + t) / (alpha + u))^R ((beta + t) / (beta + u))^s / (beta + u) du.

The usual form in 2F1 overflows for many orders; Q is smooth in w = log(min(alpha, beta) + u), and
20 nodes of Gauss-Legendre give it to ten digits and more.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
from scipy.special import digamma, expit, exprel, gammaln

from assets.enrich.lifetime_value.models.base import Array, Groups, PurchaseModel, total

NODES = 20
FADED = 45.0
"""Where an integrand has fallen by e to the minus this, it is left off."""
BLOCK = 768
"""Groups that are integrated at a time: arrays of nodes times groups below 128 KB are kept by the
allocator, larger ones are asked of the system each time, which doubles the cost."""


@cache
def _unit_rule(nodes: int) -> tuple[Array, Array]:
    points, weights = np.polynomial.legendre.leggauss(nodes)
    return (points + 1.0) / 2.0, weights / 2.0


class ParetoNbd(PurchaseModel):
    """Parameters r, alpha (weeks), s, beta (weeks)."""

    name = "pareto_nbd"
    parameter_names = ("r", "alpha", "s", "beta")
    time_parameters = (1, 3)
    starts = ((0.5, 0.25, 0.6, 0.3), (1.0, 1.0, 1.0, 1.0), (0.3, 0.05, 0.3, 0.3))

    def log_likelihood(self, parameters: Array, groups: Groups) -> tuple[float, Array]:
        """See the base class."""
        r, alpha, s, beta = parameters
        x, customers, at = groups.levels
        count, shape, t = groups.count, r + x[at], groups.t
        n = float(customers.sum())
        log_q, slopes = self._integrals(parameters, groups.x, groups.t_x, t)
        log_a, log_b = np.log(alpha + t), np.log(beta + t)
        value = (
            total(customers, gammaln(r + x) - gammaln(r))
            + n * (r * np.log(alpha) + s * np.log(beta))
            + total(count, np.logaddexp(0.0, log_q) - shape * log_a - s * log_b)
        )
        gone = count * expit(log_q)
        gradient = np.array(
            [
                total(customers, digamma(r + x) - digamma(r))
                + n * np.log(alpha)
                - total(count, log_a),
                n * r / alpha - total(count, shape / (alpha + t)),
                n * np.log(beta) - total(count, log_b),
                n * s / beta - s * total(count, 1.0 / (beta + t)),
            ]
        )
        return float(value), gradient + np.array([total(gone, slope) for slope in slopes])

    def _integrals(
        self, parameters: Array, x: Array, t_x: Array, t: Array, slopes: bool = True
    ) -> tuple[Array, Array]:
        """Log Q, and the derivatives of log Q by the four parameters."""
        log_q, derivatives = np.empty(len(x)), np.empty((4 if slopes else 0, len(x)))
        for start in range(0, len(x), BLOCK):
            block = slice(start, start + BLOCK)
            log_q[block] = self._integrate(
                parameters, x[block], t_x[block], t[block], derivatives[:, block]
            )
        return log_q, derivatives

    @staticmethod
    def _integrate(parameters: Array, x: Array, t_x: Array, t: Array, slopes: Array) -> Array:
        r, alpha, s, beta = parameters
        shape, least = r + x, min(alpha, beta)
        # The integrand falls at least at the rate it has at t_x: what has faded is left off.
        fall = (least + t_x) * (shape / (alpha + t_x) + (s + 1.0) / (beta + t_x)) - 1.0
        reach = np.log1p((t - t_x) / (least + t_x))
        reach = np.minimum(reach, FADED / np.maximum(fall, 1e-300))
        points, weights = _unit_rule(NODES)
        log_least = points[:, None] * reach
        since = (least + t_x) * np.expm1(log_least)
        log_a = log_least if alpha <= beta else np.log1p(since / (alpha + t_x))
        log_b = log_least if beta <= alpha else np.log1p(since / (beta + t_x))
        nodes = np.exp(-shape * log_a - s * log_b) * weights[:, None]
        if alpha < beta:
            nodes *= (alpha + t_x + since) / (beta + t_x + since)
        mass = nodes.sum(axis=0)
        from_a, from_b = np.log((alpha + t) / (alpha + t_x)), np.log((beta + t) / (beta + t_x))
        with np.errstate(divide="ignore"):
            log_q: Array = np.log(s) + np.log(mass * reach) + shape * from_a + s * from_b
        if len(slopes):
            nodes /= np.maximum(mass, 1e-300)
            slopes[0] = from_a - np.einsum("ij,ij->j", nodes, log_a)
            inverse_a = 1.0 / (alpha + t_x + since)
            slopes[1] = shape * (1.0 / (alpha + t) - np.einsum("ij,ij->j", nodes, inverse_a))
            slopes[2] = 1.0 / s + from_b - np.einsum("ij,ij->j", nodes, log_b)
            inverse_b = 1.0 / (beta + t_x + since)
            slopes[3] = s / (beta + t) - (s + 1.0) * np.einsum("ij,ij->j", nodes, inverse_b)
        return log_q

    def p_alive(self, parameters: Array, x: Array, t_x: Array, t: Array) -> Array:
        """See the base class; 1 / (1 + Q)."""
        x, t_x, t = (np.atleast_1d(value) for value in np.broadcast_arrays(x, t_x, t))
        log_q, _ = self._integrals(parameters, x, t_x, t, slopes=False)
        alive: Array = expit(-log_q)
        return alive

    def alive_orders(self, parameters: Array, x: Array, t: Array, horizon: float) -> Array:
        """See the base class; the rate expected times the weeks expected before stopping."""
        r, alpha, s, beta = parameters
        lasting = np.log1p(horizon / (beta + t))
        orders: Array = (r + x) * (beta + t) / (alpha + t) * lasting * exprel(-(s - 1.0) * lasting)
        return orders

    def alive_active(self, parameters: Array, x: Array, t: Array, horizon: float) -> Array:
        """See the base class; over the wait for the next order, the chance to last so long."""
        r, alpha, s, beta = parameters
        shape = r + x
        limit = shape * np.log1p(horizon / (alpha + t))
        reach = np.minimum(limit, FADED)
        active = np.zeros(np.broadcast(x, t).shape)
        for point, weight in zip(*_unit_rule(NODES), strict=True):
            hazard = point * reach
            wait = (alpha + t) * np.expm1(hazard / shape)
            active += weight * np.exp(-hazard - s * np.log1p(wait / (beta + t)))
        probability: Array = np.minimum(active * reach, 1.0)
        return probability

    def alive_exceeds(
        self, parameters: Array, x: Array, t: Array, horizon: float
    ) -> Iterator[Array]:
        """See the base class; over when the customer stops, orders until then are NBD."""
        r, alpha, s, beta = parameters
        shape = (r + x)[:, None]
        lasting = np.log1p(horizon / (beta + t))[:, None]
        points, weights = _unit_rule(NODES)
        until = (beta + t)[:, None] * np.expm1(points * lasting)
        mass = weights * lasting * s * np.exp(-s * points * lasting)
        until = np.concatenate([until, np.full((len(x), 1), horizon)], axis=1)
        mass = np.concatenate([mass, np.exp(-s * lasting)], axis=1)
        z = until / ((alpha + t)[:, None] + until)
        chance = np.exp(shape * np.log1p(-z))
        beyond = -np.expm1(shape * np.log1p(-z))
        step = 0
        while True:
            yield np.maximum(np.einsum("ij,ij->i", beyond, mass), 0.0)
            chance *= (shape + step) / (step + 1) * z
            beyond -= chance
            step += 1
