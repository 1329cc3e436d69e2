"""The back-test as a whole: its rows, no future, the same twice, and pasts that are too short."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import duckdb
import pytest

from assets.enrich.lifetime_value.backtest import plots
from assets.enrich.lifetime_value.backtest import run as backtest
from assets.enrich.lifetime_value.backtest.apply import CORRECTIONS, score_with
from assets.enrich.lifetime_value.backtest.candidates import BY_NAME, DEFAULT
from assets.enrich.lifetime_value.backtest.run import BacktestResult, run_backtests
from assets.enrich.lifetime_value.settings import ValueSettings
from tests import cdnow
from tests.unit.enrich.lifetime_value.worlds import company

SETTINGS = ValueSettings(horizon_days=90)
DAYS = "customer_purchase_days"
TRIED = tuple(BY_NAME[name] for name in ("mbg_nbd", "mbg_nbd_recalibrated", "ensemble"))


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(config={"threads": 2})
    cdnow.create_purchase_days(con)
    return con


@pytest.fixture(scope="module")
def result(con: duckdb.DuckDBPyConnection) -> BacktestResult:
    return run_backtests(con, DAYS, cdnow.CUT, SETTINGS, TRIED)


def told(result: BacktestResult) -> str:
    return json.dumps([result.rows, result.deciles, result.chosen, result.reason], default=str)


def test_every_candidate_stands_beside_every_naive_rule(result: BacktestResult) -> None:
    naive = {"mean", "same_as_last_period", "last_quarter_scaled", "recency_rule"}
    for split in (1, 2):
        rows = [row for row in result.rows if row["split_number"] == split]
        assert {row["candidate"] for row in rows if row["kind"] == "naive"} == naive
        assert {row["candidate"] for row in rows if row["kind"] == "model"} == {
            candidate.name for candidate in TRIED
        }
        best = min(row["rmse"] for row in rows if row["kind"] == "naive")
        for row in rows:
            assert row["beats_naive"] == (None if row["kind"] == "naive" else row["rmse"] < best)
            assert row["is_chosen"] == (row["candidate"] == result.chosen)
            assert 0 <= row["brier"] <= 1
            if row["kind"] == "model":
                assert 0.8 < row["interval_coverage"] <= 1


def test_deciles_add_up_to_their_row(result: BacktestResult) -> None:
    for row in result.rows:
        parts = [
            part
            for part in result.deciles
            if part["candidate"] == row["candidate"] and part["split_number"] == row["split_number"]
        ]
        assert [part["decile"] for part in parts] == list(range(1, 11))
        for name in ("customers_count", "actual_order_count"):
            assert sum(part[name] for part in parts) == row[name]
        for name in ("predicted_net_amount", "actual_net_amount", "predicted_order_count"):
            assert sum(part[name] for part in parts) == pytest.approx(row[name], abs=1e-4)


def test_actual_amounts_are_those_of_the_orders(
    con: duckdb.DuckDBPyConnection, result: BacktestResult
) -> None:
    for row in result.rows:
        [(days, amount)] = con.execute(
            f"""
            select count(*), sum(net_amount)
            from {DAYS}
            where
                purchased_on > $cut
                and purchased_on <= $cut::date + $days::integer
                and customer_key in (select customer_key from {DAYS} where purchased_on <= $cut)
            """,
            {"cut": row["cut_date"], "days": row["horizon_days"]},
        ).fetchall()
        assert row["actual_order_count"] == days
        assert row["actual_net_amount"] == pytest.approx(float(amount))


def _corrections(con: duckdb.DuckDBPyConnection, relation: str) -> list[tuple[Any, ...]]:
    applied = score_with(con, relation, cdnow.CUT, SETTINGS, "ensemble")
    assert applied.corrections == CORRECTIONS
    return con.execute(f"from {CORRECTIONS} order by customer_key").fetchall()


def test_twice_the_same_and_nothing_of_the_future(
    con: duckdb.DuckDBPyConnection, result: BacktestResult
) -> None:
    known = _corrections(con, DAYS)
    con.execute(
        f"""
        create or replace table planted as
        (from {DAYS} where purchased_on <= date '{cdnow.CUT}')
        union all by name
        select
            customer_key,
            as_of_date,
            date '{cdnow.CUT}' + 1 + (row_number() over ())::integer % 90 as purchased_on,
            9 as order_count,
            99999::decimal(18, 2) as net_amount,
            0::decimal(18, 2) as margin_amount,
            'shop' as channel_id
        from (select distinct customer_key, as_of_date from {DAYS})
        order by hash(customer_key, purchased_on)
        """
    ).fetchall()
    assert told(run_backtests(con, "planted", cdnow.CUT, SETTINGS, TRIED)) == told(result)
    assert _corrections(con, "planted") == known


def test_corrections_are_of_every_buyer_and_within_bounds(con: duckdb.DuckDBPyConnection) -> None:
    rows = _corrections(con, DAYS)
    [(buyers,)] = con.execute(
        f"select count(distinct customer_key) from {DAYS} where purchased_on <= '{cdnow.CUT}'"
    ).fetchall()
    assert len(rows) == buyers
    for _, orders, amount, active, later_orders, later_amount in rows:
        assert 0 <= active <= 1
        assert orders >= active
        assert amount >= 0
        assert 1 / 3 - 1e-9 <= later_orders <= 3
        assert 1 / 3 - 1e-9 <= later_amount <= 3


def test_parts_give_what_the_whole_gives(
    con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = _corrections(con, DAYS)
    monkeypatch.setattr("assets.enrich.lifetime_value.backtest.apply.CUSTOMERS_AT_A_TIME", 400)
    assert _corrections(con, DAYS) == whole


def test_a_sample_stands_for_many(
    con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backtest, "MOST_CUSTOMERS", 1000)
    sampled = run_backtests(con, DAYS, cdnow.CUT, SETTINGS, (BY_NAME["mbg_nbd"],))
    assert sampled.is_sampled
    assert all(row["is_sampled"] for row in sampled.rows)
    assert all(800 < row["customers_count"] < 1200 for row in sampled.rows)
    assert "1,000 customers" in sampled.reason


def _with_a_stray_order(con: duckdb.DuckDBPyConnection, key: str) -> str:
    con.execute(
        f"""
        create or replace table with_stray as
        from {DAYS}
        union all by name
        select
            '{key}' as customer_key, date '1995-06-01' as purchased_on, 1 as order_count,
            10 as net_amount
        """
    ).fetchall()
    return "with_stray"


def test_a_stray_early_order_makes_no_past(con: duckdb.DuckDBPyConnection) -> None:
    stray = _with_a_stray_order(con, "stray")
    alone = run_backtests(con, DAYS, cdnow.CUT, SETTINGS, TRIED[:1])
    beside = run_backtests(con, stray, cdnow.CUT, SETTINGS, TRIED[:1])
    assert [row["cut_date"] for row in beside.rows] == [row["cut_date"] for row in alone.rows]
    assert beside.chosen == alone.chosen == "mbg_nbd"
    assert all(row["customers_count"] > 1000 for row in beside.rows)


def test_an_early_order_outside_the_sample_changes_nothing(
    con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backtest, "MOST_CUSTOMERS", 1000)
    monkeypatch.setattr(backtest, "BEGUN_CUSTOMERS", 1)
    # The key's digest begins with f: the last of all to be drawn.
    stray = _with_a_stray_order(con, "stray 5")
    known = run_backtests(con, DAYS, cdnow.CUT, SETTINGS, TRIED[:1])
    sampled = run_backtests(con, stray, cdnow.CUT, SETTINGS, TRIED[:1])
    assert [row["cut_date"] for row in sampled.rows] == [row["cut_date"] for row in known.rows]


def test_a_model_by_itself_needs_no_corrections(con: duckdb.DuckDBPyConnection) -> None:
    applied = score_with(con, DAYS, cdnow.CUT, SETTINGS, "bg_nbd_repeat_spend")
    assert (applied.model, applied.repeat_only, applied.corrections) == ("bg_nbd", True, None)


@pytest.mark.parametrize(
    "purchases",
    [
        [],
        [("a", 0, 10.0, None)],
        [("a", 20, 10.0, None), ("b", 5, 10.0, None)],
        [("a", -5, 10.0, None)],
    ],
)
def test_a_past_too_short_gives_no_rows_and_says_so(purchases: list[Any]) -> None:
    con = company(purchases)
    as_of = date(2026, 6, 30)
    result = run_backtests(con, "purchase_days", as_of, SETTINGS)
    assert (result.rows, result.deciles, result.chosen) == ([], [], DEFAULT)
    assert "do not reach back" in result.reason
    assert score_with(con, "purchase_days", as_of, SETTINGS, "ensemble").corrections is None
    assert plots.plot_deciles(result.deciles, result.chosen) is None
    assert plots.plot_candidates(result.rows) is None


@pytest.mark.parametrize(
    "purchases",
    [
        [(f"c{n}", 400 - n, 10.0, None) for n in range(30)],
        [("a", days, 10.0, None) for days in range(400)],
        [("a", 400, 0.0, None), ("b", 300, 0.0, None), ("b", 10, 0.0, None)],
        [("a", 400, -5.0, None), ("b", 300, -5.0, None), ("b", 10, -5.0, None)],
    ],
    ids=["first buyers only", "every day", "nothing spent", "refunds only"],
)
def test_odd_companies_are_judged_without_a_word_of_nan(purchases: list[Any]) -> None:
    con = company(purchases)
    result = run_backtests(con, "purchase_days", date(2026, 6, 30), SETTINGS)
    assert result.chosen in BY_NAME
    for name in ("mbg_nbd_recalibrated", "ensemble"):
        assert f"{name} at split 1: " in result.reason
    json.dumps([result.rows, result.deciles], default=str, allow_nan=False)


def test_pictures_are_png_and_the_same_twice(result: BacktestResult) -> None:
    for draw in (
        lambda: plots.plot_deciles(result.deciles, result.chosen),
        lambda: plots.plot_candidates(result.rows),
    ):
        picture = draw()
        assert picture is not None
        assert picture.startswith(b"\x89PNG")
        assert picture == draw()
