"""What is reached on CDNOW: the ensemble, knowing nothing after the cut, beside what happened."""

from __future__ import annotations

import duckdb
import pytest

from assets.enrich.lifetime_value.backtest import metrics
from assets.enrich.lifetime_value.backtest.baselines import naive_predictions
from assets.enrich.lifetime_value.backtest.candidates import BY_NAME
from assets.enrich.lifetime_value.backtest.panel import Panel
from assets.enrich.lifetime_value.backtest.predicted import Predicted
from assets.enrich.lifetime_value.backtest.run import open_workshop
from tests import cdnow

HORIZON_DAYS = 273
DAYS = "customer_purchase_days"


@pytest.fixture(scope="module")
def held() -> tuple[Panel, Predicted]:
    """The hold-out of all 23,570 customers, and what was said of them."""
    con = duckdb.connect(config={"threads": 2})
    cdnow.create_purchase_days(con, sample=False)
    workshop, _ = open_workshop(con, DAYS, cdnow.CUT)
    assert workshop is not None
    ready = workshop.prepare(BY_NAME["ensemble"], cdnow.CUT, HORIZON_DAYS)
    full, _ = open_workshop(con, DAYS, cdnow.END)
    assert full is not None
    panel = full.panel(cdnow.CUT, HORIZON_DAYS)
    return panel, ready.predict(panel)


def test_who_is_worth_most_is_known(held: tuple[Panel, Predicted]) -> None:
    panel, said = held
    assert len(panel) == 23_570
    gini = metrics.normalised_gini(said.net_amount, panel["held_amount"])
    assert gini is not None
    assert gini > 0.72
    assert (metrics.top_decile_capture(said.net_amount, panel["held_amount"]) or 0) > 0.68


def test_who_buys_again_is_known(held: tuple[Panel, Predicted]) -> None:
    panel, said = held
    bought = panel["held_days"] > 0
    assert (metrics.auc(said.p_active, bought) or 0) > 0.77
    assert metrics.brier(said.p_active, bought) < 0.16


def test_totals_lie_within_a_tenth(held: tuple[Panel, Predicted]) -> None:
    panel, said = held
    assert metrics.calibration(said.net_amount, panel["held_amount"]) == pytest.approx(1, abs=0.1)
    assert (metrics.decile_error(said.net_amount, panel["held_amount"]) or 1) < 0.1


def test_every_naive_rule_is_beaten(held: tuple[Panel, Predicted]) -> None:
    panel, said = held
    own = metrics.root_mean_squared_error(said.net_amount, panel["held_amount"])
    rules = naive_predictions(panel)
    errors = {
        name: metrics.root_mean_squared_error(rule.net_amount, panel["held_amount"])
        for name, rule in rules.items()
    }
    assert own < min(errors.values())
    # The figure of an earlier study of the same file, made with other code.
    assert errors["same_as_last_period"] == pytest.approx(129.2, abs=0.1)
