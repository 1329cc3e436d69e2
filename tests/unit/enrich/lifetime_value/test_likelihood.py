"""Likelihoods: gradients, groups, and the limits in which a naive formula breaks."""

from __future__ import annotations

import numpy as np
import pytest

from assets.enrich.lifetime_value.fit import MODELS
from assets.enrich.lifetime_value.models.base import Array, Groups
from assets.enrich.lifetime_value.models.gamma_gamma import GammaGamma, Spends

PARAMETERS = {
    "bg_nbd": (0.243, 4.414, 0.793, 2.426),
    "mbg_nbd": (0.525, 6.183, 0.891, 1.614),
    "pareto_nbd": (0.553, 10.578, 0.606, 11.669),
}
GROUPS = Groups(
    np.array([0.0, 0, 0, 1, 2, 5, 5, 40, 1e6]),
    np.array([0.0, 0, 0, 3, 10.2, 38, 39, 60, 99]),
    np.array([0.0, 10, 39, 39, 38.5, 39, 39, 61, 100]),
    np.array([2.0, 1, 30, 4, 3, 2, 2, 1, 1]),
)


def _differences(likelihood: object, parameters: Array, data: object) -> Array:
    slopes = []
    for place, value in enumerate(parameters):
        step = np.zeros(len(parameters))
        step[place] = 1e-6 * value
        up, _ = likelihood.log_likelihood(parameters + step, data)  # type: ignore[attr-defined]
        down, _ = likelihood.log_likelihood(parameters - step, data)  # type: ignore[attr-defined]
        slopes.append((up - down) / (2 * step[place]))
    return np.array(slopes)


@pytest.mark.parametrize("name", list(MODELS))
def test_gradient_is_that_of_the_likelihood(name: str) -> None:
    ordinary = GROUPS.take(GROUPS.x < 1e6)
    for factor in (1.0, 0.3, 4.0):
        parameters = np.array(PARAMETERS[name]) * [1, factor, factor, 1]
        _, gradient = MODELS[name].log_likelihood(parameters, ordinary)
        numeric = _differences(MODELS[name], parameters, ordinary)
        np.testing.assert_allclose(gradient, numeric, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", list(MODELS))
@pytest.mark.parametrize("factor", [1e-4, 1.0, 1e4])
def test_nothing_overflows(name: str, factor: float) -> None:
    parameters = np.array(PARAMETERS[name]) * factor
    value, gradient = MODELS[name].log_likelihood(parameters, GROUPS)
    assert np.isfinite(value)
    assert np.all(np.isfinite(gradient))
    for horizon in (0.1, 52.0, 520.0):
        history = GROUPS.x, GROUPS.t_x, GROUPS.t
        for probability in (
            MODELS[name].p_alive(parameters, *history),
            MODELS[name].p_active(parameters, *history, horizon),
        ):
            assert np.all((probability >= 0) & (probability <= 1))
        orders = MODELS[name].expected_orders(parameters, *history, horizon)
        assert np.all(np.isfinite(orders) & (orders >= 0))


@pytest.mark.parametrize("name", list(MODELS))
def test_a_group_weighs_as_its_customers_one_by_one(name: str) -> None:
    each = np.repeat(np.arange(len(GROUPS.x)), GROUPS.count.astype(int))
    alone = Groups(GROUPS.x[each], GROUPS.t_x[each], GROUPS.t[each], np.ones(len(each)))
    parameters = np.array(PARAMETERS[name])
    grouped, gradient = MODELS[name].log_likelihood(parameters, GROUPS)
    ungrouped, gradient_alone = MODELS[name].log_likelihood(parameters, alone)
    assert grouped == pytest.approx(ungrouped, rel=1e-12)
    np.testing.assert_allclose(gradient, gradient_alone, rtol=1e-9)


def test_spend_gradient_is_that_of_the_likelihood() -> None:
    spends = Spends(
        np.array([1.0, 2, 2, 30]), np.array([3.0, 9, 40, 17.5]), np.array([5.0, 1, 2, 1])
    )
    for parameters in (np.array([6.25, 3.74, 15.44]), np.array([0.5, 1.1, 200.0])):
        _, gradient = GammaGamma().log_likelihood(parameters, spends)
        numeric = _differences(GammaGamma(), parameters, spends)
        np.testing.assert_allclose(gradient, numeric, rtol=1e-6, atol=1e-6)
