"""How far the totals of earlier splits are believed: with their number, agreement and size."""

from __future__ import annotations

import numpy as np
import pytest

from assets.enrich.lifetime_value.backtest.panel import Panel
from assets.enrich.lifetime_value.backtest.predicted import Predicted
from assets.enrich.lifetime_value.backtest.recalibration import (
    FEWEST_ORDERS,
    Lesson,
    chance,
    no_level,
    shrunk_factor,
    shrunk_levels,
)


class Half:
    """A model that says half of what came."""

    def predict(self, panel: Panel) -> Predicted:
        orders = panel["held_days"] / 2
        return Predicted(orders, panel["held_amount"] / 2, np.minimum(orders, 1.0))


def lesson(orders: int) -> Lesson:
    """One order of each of so many customers."""
    held = {"x": np.zeros(orders), "held_days": np.ones(orders), "held_amount": np.ones(orders)}
    return Lesson(Panel(90, 90, held), Half())  # type: ignore[arg-type]


def test_a_level_is_believed_as_far_as_splits_agree() -> None:
    none = (0.0, 0.0)
    assert shrunk_factor([], []) == 1.0
    assert shrunk_factor([1.2, 1.2], none) == pytest.approx(1.19, abs=0.01)
    assert shrunk_factor([1.02, 1.02], none) == pytest.approx(1.003, abs=0.001)
    assert 1.0 < shrunk_factor([1.0, 1.4], none) < shrunk_factor([1.19, 1.19], none)
    assert shrunk_factor([0.8, 1.25], none) == pytest.approx(1.0)


def test_one_split_is_believed_less_than_two_that_agree() -> None:
    assert 1.0 < shrunk_factor([1.2], [0.0]) < 1.1 < shrunk_factor([1.2, 1.2], [0.0, 0.0])


def test_what_chance_explains_is_left_alone() -> None:
    assert shrunk_factor([1.2, 1.2], [0.25, 0.25]) < 1.05


def test_chance_is_one_by_the_orders_and_more_where_they_come_in_bursts() -> None:
    actual = np.random.default_rng(1).poisson(0.5, 100_000).astype(float)
    said = np.full(100_000, 0.5)
    assert chance(actual, said) == pytest.approx(1 / 50_000, rel=0.02)
    assert chance(3 * actual, 3 * said) == pytest.approx(1 / 50_000, rel=0.02)
    assert chance(np.zeros(2), np.ones(2)) == 0.0


def test_a_handful_of_orders_teaches_no_level() -> None:
    few, enough = lesson(FEWEST_ORDERS - 1), lesson(FEWEST_ORDERS)
    assert "100 orders" in no_level([few, few])
    assert no_level([few, enough]) == ""
    assert shrunk_levels([few, few]) == (1.0, 1.0)
    assert shrunk_levels([few, enough]) == shrunk_levels([enough])
    assert 1.5 < shrunk_levels([enough])[0] < 1.95
