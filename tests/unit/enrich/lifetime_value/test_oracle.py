"""Expectations of single customers against integrals over all customers, in 30 digits.

Written from the assumptions of the models: what one customer of known rates does is elementary,
and `mpmath` integrates over how rates differ, given what the customer has done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import duckdb
import mpmath
import numpy as np
import pytest

from assets.enrich.lifetime_value.fit import MODELS
from assets.enrich.lifetime_value.summaries import read_groups, summarise
from tests import cdnow

Answer = tuple[float, float, float]
"""P(alive), P(at least one order), orders expected."""
Customer = tuple[float, float, float]


@pytest.fixture(scope="module")
def customers() -> list[Customer]:
    """Nine of CDNOW: every 130th of the groups in the order of x, and the most frequent."""
    con = duckdb.connect()
    cdnow.create_purchase_days(con)
    summarise(con, "customer_purchase_days", cdnow.CUT)
    groups = read_groups(con)
    listed = list(zip(groups.x.tolist(), groups.t_x.tolist(), groups.t.tolist(), strict=True))
    return [*listed[::130], listed[-1]]


def integrate(value: Callable[[mpmath.mpf, mpmath.mpf], mpmath.mpf]) -> mpmath.mpf:
    """Over p from 0 to 1 of value(p, 1 - p), which may have poles at the ends.

    The trapezoidal rule in log(p / (1 - p)): all integrands here are analytic up to pi from the
    axis, so the error of a step h falls like exp(-2 pi^2 / h).
    """
    added = mpmath.mpf(0)
    for step in range(-300, 301):
        odds = mpmath.exp(mpmath.mpf(step) / 4)
        p, rest = odds / (1 + odds), 1 / (1 + odds)
        added += value(p, rest) * p * rest
    return added / 4


def beta_geometric(first_counts: bool) -> Callable[[Sequence[float], Customer, float], Answer]:
    """What is gamma over the rate to order is elementary; the rest is integrated over p."""

    def answer(parameters: Sequence[float], customer: Customer, horizon: float) -> Answer:
        r, alpha, a, b = map(mpmath.mpf, parameters)
        x, t_x, t = map(mpmath.mpf, customer)
        chances = x + 1 if first_counts else x

        def over_p(value: Callable[[mpmath.mpf], mpmath.mpf], survived: mpmath.mpf) -> mpmath.mpf:
            return integrate(lambda p, rest: p ** (a - 1) * rest ** (b - 1 + survived) * value(p))

        def rate(weeks: mpmath.mpf) -> mpmath.mpf:
            return (alpha + weeks) ** (-(r + x))

        alive = rate(t) * over_p(lambda p: mpmath.mpf(1), chances)
        stopped = rate(t_x) * over_p(lambda p: p, chances - 1) if chances else mpmath.mpf(0)
        orders = over_p(lambda p: (rate(t) - rate(t + p * horizon)) / p, chances)
        active = alive * (1 - rate(t + horizon) / rate(t))
        return tuple(float(part / (alive + stopped)) for part in (alive, active, orders))

    return answer


def pareto(parameters: Sequence[float], customer: Customer, horizon: float) -> Answer:
    """With rates k w to order and k (1 - w) to stop, the integral over k is elementary."""
    r, alpha, s, beta = map(mpmath.mpf, parameters)
    x, t_x, t = map(mpmath.mpf, customer)

    def over_w(value: Callable[[mpmath.mpf, mpmath.mpf], mpmath.mpf]) -> mpmath.mpf:
        return integrate(lambda w, v: w ** (r + x - 1) * v ** (s - 1) * value(w, v))

    def rate(w: mpmath.mpf, v: mpmath.mpf, weeks: mpmath.mpf) -> mpmath.mpf:
        return (alpha * w + beta * v + weeks) ** (-(r + s + x))

    # the parts of the likelihood: lambda^x (mu e^{-k t_x} + lambda e^{-k t}) / k
    likelihood = over_w(lambda w, v: v * rate(w, v, t_x) + w * rate(w, v, t))
    alive = over_w(lambda w, v: rate(w, v, t))
    active = over_w(lambda w, v: w * (rate(w, v, t) - rate(w, v, t + horizon)))
    orders = over_w(lambda w, v: w / v * (rate(w, v, t) - rate(w, v, t + v * horizon)))
    return tuple(float(part / likelihood) for part in (alive, active, orders))


ORACLES = {
    "bg_nbd": beta_geometric(first_counts=False),
    "mbg_nbd": beta_geometric(first_counts=True),
    "pareto_nbd": pareto,
}
CASES = [
    ("bg_nbd", (0.2425945, 4.4136019, 0.7929199, 2.4258881)),
    ("bg_nbd", (0.4, 5.0, 1.0, 2.0)),
    ("bg_nbd", (0.4, 5.0, 1.004, 2.0)),
    ("mbg_nbd", (0.52484, 6.18308, 0.89136, 1.61400)),
    ("mbg_nbd", (0.52484, 6.18308, 12.5, 60.0)),
    ("pareto_nbd", (0.55328, 10.57768, 0.60624, 11.66873)),
    ("pareto_nbd", (0.55328, 3.0, 1.0, 40.0)),
]


@pytest.mark.parametrize(("name", "parameters"), CASES)
@pytest.mark.parametrize("horizon", [104.0])
def test_expectations(
    customers: list[Customer], name: str, parameters: tuple[float, ...], horizon: float
) -> None:
    model = MODELS[name]
    history = [np.array(column) for column in zip(*customers, strict=True)]
    ours = np.array(
        [
            model.p_alive(np.array(parameters), *history),
            model.p_active(np.array(parameters), *history, horizon),
            model.expected_orders(np.array(parameters), *history, horizon),
        ]
    ).T
    with mpmath.workdps(30):
        theirs = np.array([ORACLES[name](parameters, one, horizon) for one in customers])
    np.testing.assert_allclose(ours, theirs, rtol=1e-8)


@pytest.mark.parametrize(("name", "parameters"), CASES)
def test_more_than_j_orders_adds_up_to_the_orders_expected(
    name: str, parameters: tuple[float, ...]
) -> None:
    x, t = np.array([0.0, 1, 5, 20]), np.array([0.0, 30, 39, 39])
    exceeds = MODELS[name].alive_exceeds(np.array(parameters), x, t, 52.0)
    first = next(exceeds)
    summed = first + np.sum([next(exceeds) for _ in range(1500)], axis=0)
    expected = MODELS[name].alive_orders(np.array(parameters), x, t, 52.0)
    np.testing.assert_allclose(summed, expected, rtol=1e-5)
    active = MODELS[name].alive_active(np.array(parameters), x, t, 52.0)
    np.testing.assert_allclose(first, active, rtol=1e-7)
