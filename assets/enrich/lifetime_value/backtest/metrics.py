"""How good predictions of orders, spend and "buys again" were; arrays in, one number out.

Nothing depends on the order of equal predictions, but for deciles, which break ties by the order of
customers.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from assets.enrich.lifetime_value.models.base import Array

DECILES = 10


def calibration(predicted: Array, actual: Array) -> float | None:
    """Predicted total by actual total; none if nothing happened."""
    total = float(np.sum(actual))
    return float(np.sum(predicted)) / total if total > 0 else None


def mean_absolute_error(predicted: Array, actual: Array) -> float:
    """The mean of the errors' sizes."""
    return float(np.mean(np.abs(predicted - actual)))


def root_mean_squared_error(predicted: Array, actual: Array) -> float:
    """The root of the mean of the errors' squares."""
    return float(np.sqrt(np.mean((predicted - actual) ** 2)))


def auc(score: Array, happened: npt.NDArray[np.bool_]) -> float | None:
    """The chance that who did has a higher score than who did not, equal scores counting half.

    None if all did, or nobody.
    """
    did = int(np.count_nonzero(happened))
    did_not = len(happened) - did
    if did == 0 or did_not == 0:
        return None
    ranks = float(np.sum(_middle_ranks(score)[happened]))
    return (ranks - did * (did + 1) / 2) / (did * did_not)


def brier(probability: Array, happened: npt.NDArray[np.bool_]) -> float:
    """The mean squared difference between a probability and what happened."""
    return float(np.mean((probability - happened) ** 2))


def normalised_gini(predicted: Array, actual: Array) -> float | None:
    """How far the ranking by prediction concentrates the actual amounts; 1 is a perfect ranking.

    Gini of the actual amounts when ranked by prediction, by their Gini when ranked by themselves
    (Wang, Liu & Miao 2019). Customers with equal predictions share their amounts. None if all
    amounts are equal, or their total is not above zero.
    """
    best = _concentration(actual, actual)
    if float(np.sum(actual)) <= 0 or best <= 1e-12:
        return None
    return _concentration(predicted, actual) / best


def _concentration(predicted: Array, actual: Array) -> float:
    """Twice the covariance of share and rank: the sum of shares times rank, centred."""
    total, n = float(np.sum(actual)), len(actual)
    if total <= 0:
        return 0.0
    ranks = _middle_ranks(predicted) - (n + 1) / 2
    return float(np.sum(ranks * actual)) / total / n


def _middle_ranks(values: Array) -> Array:
    """Ranks from 1 upwards; equal values share the middle of theirs."""
    found, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    middle: Array = (last - (counts - 1) / 2.0)[places.reshape(-1)]
    return middle if len(found) else np.empty(0)


def deciles(predicted: Array) -> npt.NDArray[np.int64]:
    """The decile of each customer, 1 for the highest predictions; ties by order of customers.

    The parts differ by one customer at most; with fewer than ten customers some are empty.
    """
    order = np.argsort(-predicted, kind="stable")
    decile = np.empty(len(predicted), dtype=np.int64)
    decile[order] = np.arange(len(predicted)) * DECILES // max(len(predicted), 1) + 1
    return decile


def by_decile(decile: npt.NDArray[np.int64], values: Array) -> Array:
    """The sums of ten deciles, the highest first."""
    return np.bincount(decile - 1, values, DECILES).astype(np.float64)


def decile_error(predicted: Array, actual: Array) -> float | None:
    """Sizes of the errors of the deciles' totals, by the actual total; none if that is zero."""
    total = float(np.sum(actual))
    if total <= 0:
        return None
    parts = deciles(predicted)
    return float(np.sum(np.abs(by_decile(parts, predicted) - by_decile(parts, actual)))) / total


def top_decile_capture(predicted: Array, actual: Array) -> float | None:
    """Actual amount of the tenth predicted highest, by that of the tenth which was highest.

    Equal predictions share their amounts, so that no order among them is needed.
    """
    count = len(actual) // DECILES
    if count == 0:
        return None
    best = float(np.sum(np.sort(actual)[-count:]))
    if best <= 0:
        return None
    line = np.partition(predicted, len(predicted) - count)[len(predicted) - count]
    above, at = predicted > line, predicted == line
    room = count - int(np.count_nonzero(above))
    return float(np.sum(actual[above]) + room * np.mean(actual[at])) / best


def coverage(low: Array, high: Array, actual: Array) -> float:
    """Share of actual values within their interval, ends included."""
    return float(np.mean((actual >= low) & (actual <= high)))
