"""The published fits of CDNOW and of single customers, to every printed digit."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest

from assets.enrich.lifetime_value.fit import MODELS, Fit, fit_purchases, fit_spend
from assets.enrich.lifetime_value.models.base import Groups
from assets.enrich.lifetime_value.summaries import read_groups, read_spends, summarise
from tests import cdnow


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    cdnow.create_purchase_days(con)
    summarise(con, "customer_purchase_days", cdnow.CUT)
    return con


@pytest.fixture(scope="module")
def groups(con: duckdb.DuckDBPyConnection) -> Groups:
    return read_groups(con)


@pytest.fixture(scope="module")
def fits(groups: Groups) -> dict[str, Fit]:
    return {name: fit_purchases(model, groups) for name, model in MODELS.items()}


def test_the_sample_has_the_known_size(groups: Groups) -> None:
    assert (groups.customers, groups.repeat_buyers, len(groups.x)) == (2357, 946, 1016)
    assert int((groups.x * groups.count).sum()) == 2457


@pytest.mark.parametrize(
    ("name", "parameters", "digits", "likelihood"),
    [
        # Fader, Hardie & Lee (2005), finer in CLVTools' test_correctness_bgnbd.R
        ("bg_nbd", (0.243, 4.414, 0.793, 2.426), 3, -9582.4),
        # Fader & Hardie, in CLVTools' test_correctness_pnbd_nocovstaticcov.R
        ("pareto_nbd", (0.553, 10.578, 0.606, 11.669), 3, -9595.0),
        # no published table: two independent implementations agree to these digits
        ("mbg_nbd", (0.5248, 6.1831, 0.8914, 1.6140), 4, -9582.1),
    ],
)
def test_purchase_fits(
    fits: dict[str, Fit],
    name: str,
    parameters: tuple[float, ...],
    digits: int,
    likelihood: float,
) -> None:
    fit = fits[name]
    assert fit.converged, fit.message
    assert tuple(round(value, digits) for value in fit.parameters) == parameters
    assert round(fit.log_likelihood, 1) == likelihood


def test_finer_digits(fits: dict[str, Fit]) -> None:
    assert fits["bg_nbd"].parameters == pytest.approx(
        (0.2425945, 4.4136019, 0.7929199, 2.4258881), rel=2e-5
    )
    assert fits["bg_nbd"].log_likelihood == pytest.approx(-9582.4292, abs=1e-4)
    assert fits["pareto_nbd"].log_likelihood == pytest.approx(-9594.9762, abs=1e-4)
    assert fits["mbg_nbd"].log_likelihood == pytest.approx(-9582.1357, abs=1e-4)


def test_standard_errors(fits: dict[str, Fit]) -> None:
    published = (0.0476, 0.843, 0.187, 6.21)
    assert fits["pareto_nbd"].standard_errors == pytest.approx(published, rel=0.01)


def test_spend_of_repeat_purchases(con: duckdb.DuckDBPyConnection) -> None:
    fit = fit_spend(read_spends(con, repeat_only=True), repeat_only=True)
    assert fit.converged, fit.message
    assert tuple(round(value, 2) for value in fit.parameters) == (6.25, 3.74, 15.44)
    assert round(fit.log_likelihood, 2) == -4055.92


def test_one_customer_of_bg_nbd() -> None:
    expected = MODELS["bg_nbd"].expected_orders(
        np.array((0.243, 4.414, 0.793, 2.426)),
        np.array([2.0]), np.array([30.43]), np.array([38.86]), 39.0,
    )  # fmt: skip
    assert expected[0] == pytest.approx(1.226, abs=5e-4)


def test_one_customer_of_pareto_nbd(fits: dict[str, Fit]) -> None:
    """Customer 1516 and a new customer, in the vignette of the R package BTYD."""
    model, parameters = MODELS["pareto_nbd"], fits["pareto_nbd"].values
    x, t_x, t = np.array([26.0]), np.array([30.857]), np.array([31.0])
    assert model.expected_orders(parameters, x, t_x, t, 52.0)[0] == pytest.approx(25.456, abs=5e-3)
    assert model.p_alive(parameters, x, t_x, t)[0] == pytest.approx(0.99787, abs=1e-5)
    zero = np.zeros(1)
    new = model.expected_orders(parameters, zero, zero, zero, 52.0)[0]
    assert new == pytest.approx(1.4734, abs=2e-4)
