"""Which candidate is taken, from rows as the back-test writes them."""

from __future__ import annotations

from typing import Any

import pytest

from assets.enrich.lifetime_value.backtest.candidates import DEFAULT
from assets.enrich.lifetime_value.backtest.choose import GAIN, choose


def row(candidate: str, error: float, split: int = 1, kind: str = "model") -> dict[str, Any]:
    """A row whose five errors are all the same, beside a naive RMSE of 10 and a share of 0.5."""
    return {
        "candidate": candidate,
        "kind": kind,
        "split_number": split,
        "customers_count": 100,
        "rmse": 10 * error,
        "normalised_gini": 1 - error,
        "decile_error": error,
        "auc": 1 - error / 2,
        "brier": error / 4,
    }


NAIVE = [row("mean", 1.0, split, "naive") for split in (1, 2)]
ACTIVE = {1: 50, 2: 50}


def test_the_lowest_mean_error_over_the_splits_wins() -> None:
    rows = [row("bg_nbd", 0.4), row("bg_nbd", 0.6, 2), row("mbg_nbd", 0.5), row("mbg_nbd", 0.4, 2)]
    choice = choose(NAIVE + rows, ACTIVE, {})
    assert choice.candidate == "mbg_nbd"
    assert "0.450 over 2 splits" in choice.reason


@pytest.mark.parametrize(("gain", "winner"), [(0.9 * GAIN, "bg_nbd"), (1.1 * GAIN, "ensemble")])
def test_more_effort_must_be_worth_it(gain: float, winner: str) -> None:
    rows = [row("bg_nbd", 0.5), row("ensemble", 0.5 - gain)]
    assert choose(NAIVE + rows, ACTIVE, {}).candidate == winner


def test_an_ensemble_is_compared_on_the_splits_that_it_has() -> None:
    rows = [row("bg_nbd", 0.5), row("bg_nbd", 0.1, 2), row("ensemble", 0.45)]
    choice = choose(NAIVE + rows, ACTIVE, {})
    assert choice.candidate == "ensemble"
    assert "over 1 of them it has 0.450 and the simpler bg_nbd 0.500" in choice.reason


def test_what_was_not_judged_in_the_first_split_is_not_chosen() -> None:
    rows = [row("bg_nbd", 0.5), row("bg_nbd", 0.5, 2), row("ensemble", 0.2, 2)]
    assert choose(NAIVE + rows, ACTIVE, {}).candidate == "bg_nbd"


def test_without_a_fit_tonight_the_past_still_decides_between_models() -> None:
    rows = [row("bg_nbd", 0.4), row("pareto_nbd", 0.5), row("ensemble", 0.2)]
    wrong = dict.fromkeys(("bg_nbd", "pareto_nbd", "ensemble"), "It has not converged.")
    choice = choose(NAIVE + rows, ACTIVE, wrong)
    assert choice.candidate == "bg_nbd"
    assert "No fit of tonight has converged. bg_nbd has a mean error of 0.400" in choice.reason


def test_what_cannot_learn_today_is_not_chosen() -> None:
    rows = [row("bg_nbd", 0.5), row("ensemble", 0.2)]
    assert choose(NAIVE + rows, ACTIVE, {"ensemble": "Too few."}).candidate == "bg_nbd"


def test_a_tie_goes_to_the_first_of_the_list() -> None:
    rows = [row(name, 0.5) for name in ("pareto_nbd", "mbg_nbd")]
    assert choose(NAIVE + rows, ACTIVE, {}).candidate == "mbg_nbd"


def test_a_split_with_few_buyers_decides_nothing() -> None:
    rows = [row("bg_nbd", 0.5), row("mbg_nbd", 0.4)]
    choice = choose(NAIVE + rows, {1: 5, 2: 5}, {})
    assert choice.candidate == DEFAULT
    assert "No split has enough buyers" in choice.reason
