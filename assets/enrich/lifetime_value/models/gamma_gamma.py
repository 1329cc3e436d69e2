"""Gamma-Gamma: what a customer spends in an order; Fader & Hardie (2013).

Amounts of a customer are Gamma(p, nu), and nu is Gamma(q, v) over customers; amounts do not
depend on how often one buys.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import digamma, gammaln

from assets.enrich.lifetime_value.models.base import Array, total


@dataclass(frozen=True)
class Spends:
    """Customers with spend, counted. All arrays of one length.

    Attributes:
        n: purchases with an amount above zero.
        mean: their mean amount, in the currency's units.
        count: customers with that n and mean.
    """

    n: Array
    mean: Array
    count: Array

    @property
    def customers(self) -> int:
        """How many customers there are."""
        return round(float(self.count.sum()))

    @cached_property
    def levels(self) -> tuple[Array, Array]:
        """The distinct n, and the customers at each."""
        values, places = np.unique(self.n, return_inverse=True)
        customers: Array = np.bincount(places, self.count, len(values)).astype(np.float64)
        return values, customers

    @cached_property
    def sums(self) -> tuple[float, float, float]:
        """What of the likelihood does not change: sums of log mean, n log mean, n log n."""
        log_mean = np.log(self.mean)
        levels, customers = self.levels
        return (
            total(self.count, log_mean),
            total(self.count, self.n * log_mean),
            total(customers, levels * np.log(levels)),
        )

    def in_units_of(self, amount: float) -> Spends:
        """The same customers with amounts counted in units of so much money."""
        return Spends(self.n, self.mean / amount, self.count)


class GammaGamma:
    """Parameters p, q, v (money)."""

    parameter_names = ("p", "q", "v")
    starts = ((5.0, 4.0, 0.5), (1.0, 2.0, 1.0), (20.0, 10.0, 0.5))
    """Where a fit begins, and begins again; v in units of the mean amount."""

    def log_likelihood(self, parameters: Array, spends: Spends) -> tuple[float, Array]:
        """The log-likelihood of all customers, and its gradient by the parameters."""
        p, q, v = parameters
        n, customers = spends.levels
        log_mean, n_log_mean, n_log_n = spends.sums
        all_customers = float(customers.sum())
        rate = spends.n * spends.mean + v
        log_rate = np.log(rate)
        sum_log, sum_n_log = total(spends.count, log_rate), total(spends.count, spends.n * log_rate)
        value = (
            total(customers, gammaln(p * n + q) - gammaln(p * n))
            + all_customers * (q * np.log(v) - gammaln(q))
            + p * (n_log_mean + n_log_n)
            - log_mean
            - p * sum_n_log
            - q * sum_log
        )
        both = digamma(p * n + q)
        gradient = np.array(
            [
                total(customers, n * (both - digamma(p * n))) + n_log_mean + n_log_n - sum_n_log,
                total(customers, both) + all_customers * (np.log(v) - digamma(q)) - sum_log,
                all_customers * q / v - total(spends.count, (p * spends.n + q) / rate),
            ]
        )
        return float(value), gradient
