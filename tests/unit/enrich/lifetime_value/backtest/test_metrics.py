"""The measures against their definitions, and against scikit-learn where it has them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import brier_score_loss, roc_auc_score

from assets.enrich.lifetime_value.backtest import metrics

Array = npt.NDArray[np.float64]
SIZE = st.shared(st.integers(1, 60), key="size")
FEW = arrays(np.float64, SIZE, elements=st.sampled_from([0.0, 0.5, 1.0, 2.0, 7.25]))
AMOUNTS = arrays(np.float64, SIZE, elements=st.integers(0, 500).map(lambda cents: cents / 4))


@settings(deadline=None)  # scikit-learn imports on its first call
@given(FEW, AMOUNTS)
def test_auc_and_brier_are_those_of_scikit_learn(score: Array, amount: Array) -> None:
    happened = amount > 10
    found = metrics.auc(score, happened)
    if happened.all() or not happened.any():
        assert found is None
    else:
        assert found == pytest.approx(roc_auc_score(happened, score), abs=1e-12)
    chance = score / 7.25
    expected = brier_score_loss(happened, chance, labels=[False, True])
    assert metrics.brier(chance, happened) == pytest.approx(expected, abs=1e-12)


@given(FEW, AMOUNTS, st.integers(0, 99))
def test_the_order_of_customers_changes_nothing(predicted: Array, actual: Array, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(actual))
    for measure in (
        metrics.normalised_gini,
        metrics.top_decile_capture,
        metrics.mean_absolute_error,
        metrics.root_mean_squared_error,
        metrics.calibration,
    ):
        one, other = measure(predicted, actual), measure(predicted[order], actual[order])
        assert one == pytest.approx(other, abs=1e-9)


@given(AMOUNTS)
def test_a_perfect_prediction_has_perfect_measures(actual: Array) -> None:
    gini = metrics.normalised_gini(actual, actual)
    assert gini is None or gini == pytest.approx(1.0)
    assert metrics.calibration(actual, actual) in (None, 1.0)
    assert metrics.decile_error(actual, actual) in (None, 0.0)
    assert metrics.root_mean_squared_error(actual, actual) == 0
    best = metrics.top_decile_capture(actual, actual)
    assert best is None or best == pytest.approx(1.0)


@given(AMOUNTS)
def test_one_prediction_for_all_ranks_nobody(actual: Array) -> None:
    gini = metrics.normalised_gini(np.ones(len(actual)), actual)
    assert gini is None or gini == pytest.approx(0.0, abs=1e-9)


@given(FEW, AMOUNTS)
def test_deciles_hold_everybody_once_and_the_highest_first(predicted: Array, actual: Array) -> None:
    decile = metrics.deciles(predicted)
    sizes = np.bincount(decile, minlength=11)[1:]
    assert sizes.sum() == len(actual)
    assert sizes.max() - sizes.min() <= 1
    assert metrics.by_decile(decile, actual).sum() == pytest.approx(actual.sum())
    order = np.lexsort((np.arange(len(predicted)), -predicted))
    assert (np.diff(decile[order]) >= 0).all()


def test_gini_by_hand() -> None:
    actual = np.array([0.0, 0.0, 10.0, 30.0])
    # Ranked right, shares .75 and .25 at ranks 4 and 3; one pair exchanged moves .5 by one rank.
    exchanged = np.array([0.0, 1.0, 3.0, 2.0])
    best = (0.75 * 4 + 0.25 * 3 - 2.5) / 4
    assert metrics.normalised_gini(exchanged, actual) == pytest.approx((best - 0.5 / 4) / best)


def test_top_decile_shares_a_tie_at_the_line() -> None:
    actual = np.zeros(20)
    actual[:4] = [8.0, 4.0, 4.0, 0.0]
    predicted = np.zeros(20)
    predicted[0] = 9.0
    predicted[1:4] = 5.0
    assert metrics.top_decile_capture(predicted, actual) == pytest.approx((8 + 8 / 3) / 12)


def test_coverage_counts_the_ends() -> None:
    low, high = np.array([0.0, 1.0, 2.0]), np.array([1.0, 1.0, 3.0])
    assert metrics.coverage(low, high, np.array([1.0, 1.0, 4.0])) == pytest.approx(2 / 3)
