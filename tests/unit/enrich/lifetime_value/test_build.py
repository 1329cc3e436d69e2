"""A whole night of the value models on small companies: what is written, kept and foreseen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import duckdb
import pytest

from assets.enrich.lifetime_value import build
from assets.enrich.lifetime_value.backtest.run import BacktestResult
from assets.enrich.lifetime_value.build import ValueNight, build_value_tables
from assets.enrich.lifetime_value.report import write_report
from assets.enrich.lifetime_value.settings import ValueSettings
from assets.enrich.lifetime_value.tables import PARAMETERS, PREDICTIONS, TABLES
from tests import cdnow
from tests.unit.enrich.lifetime_value.worlds import UNTIL, Purchase, company

SETTINGS = ValueSettings(horizon_days=60)
NEXT_DAY = cdnow.CUT + timedelta(days=1)
ONE_DAY_BUYERS: list[Purchase] = [(f"C{n}", n, 10.0 + n, 3.0) for n in range(40)]
REPEAT_ROW = "select * from {} order by all"


@contextmanager
def shop(days: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """The CDNOW sample with a build to write to; `days` is a condition on its purchases."""
    with duckdb.connect(config={"threads": 2}) as con:
        cdnow.create_purchase_days(con, "all_days")
        con.execute(f"create table days as from all_days where {days}").fetchall()
        con.execute("attach ':memory:' as warehouse").fetchall()
        yield con


def written(con: duckdb.DuckDBPyConnection) -> list[list[tuple]]:
    return [con.execute(REPEAT_ROW.format(table.relation)).fetchall() for table in TABLES]


def night(
    con: duckdb.DuckDBPyConnection, as_of: date = cdnow.CUT, last_night: str | None = None
) -> ValueNight:
    return build_value_tables(con, "days", as_of, SETTINGS, last_night)


def test_what_comes_after_the_business_date_changes_nothing() -> None:
    with shop("true") as con, shop(f"purchased_on <= date '{cdnow.CUT}'") as blind:
        night(con)
        night(blind)
        assert written(con) == written(blind)
        [(buyers, fits)] = con.execute(
            f"select (select count(*) from {PREDICTIONS.relation}),"
            f" (select count(distinct model_name) from {PARAMETERS.relation} where is_converged)"
        ).fetchall()
        assert (buyers, fits) == (2357, 5)


def test_the_report_shows_models_beside_naive_rules() -> None:
    with shop(f"purchased_on <= date '{cdnow.CUT}'") as con:
        done = night(con)
        page = write_report(con, cdnow.CUT, done.backtest.reason, {"Tenths": b"png"})
    for words in ("2,357 buyers", "same_as_last_period", "pareto_nbd (all)", 'class="chosen"'):
        assert words in page


def test_a_fit_that_fails_keeps_the_parameters_of_the_night_before() -> None:
    with shop("true") as con:
        done = night(con)
        con.execute("attach ':memory:' as warehouse_before").fetchall()
        con.execute("create schema warehouse_before.enrich").fetchall()
        con.execute(
            "create table warehouse_before.enrich.value_model_parameters as from"
            f" {PARAMETERS.relation}"
        ).fetchall()
        # Overnight every repeat purchase is gone: nothing can be fitted.
        con.execute(
            "create or replace table days as select * from days qualify row_number() over"
            " (partition by customer_key order by purchased_on) = 1"
        ).fetchall()
        after = night(con, NEXT_DAY, "warehouse_before.enrich")
        told = con.execute(
            f"select model_name, fitted_on, is_converged, is_used from {PARAMETERS.relation}"
            " where parameter_number = 1 order by all"
        ).fetchall()
        [(model, fitted_on)] = con.execute(
            f"select distinct model_name, fitted_on from {PREDICTIONS.relation}"
        ).fetchall()
    used = {name for name, *_ in told if (name, cdnow.CUT, True, True) in told}
    assert after.backtest.chosen in used, "the model in use is that of the night before"
    assert (model, fitted_on) == (after.backtest.chosen, cdnow.CUT)
    assert (after.backtest.chosen, NEXT_DAY, False, False) in told
    assert done.used


@pytest.mark.parametrize(
    ("candidate", "segments"),
    [("mbg_nbd", {"all", "club"}), ("mbg_nbd_recalibrated", {"all"})],
)
def test_what_corrects_a_model_starts_from_the_fit_to_everybody(
    monkeypatch: pytest.MonkeyPatch, candidate: str, segments: set[str]
) -> None:
    chosen = BacktestResult([], [], candidate, "", False)
    monkeypatch.setattr(build, "run_backtests", lambda *_: chosen)
    with shop("true") as con:
        con.execute(
            "create or replace table days as select * replace (case when count(*) over"
            " (partition by customer_key) > 3 and customer_key::integer // 10 % 3 > 0"
            " or customer_key::integer // 10 % 8 = 1 then 'club' else 'web' end as channel_id)"
            " from all_days"
        ).fetchall()
        build_value_tables(con, "days", cdnow.CUT, ValueSettings(segment_customers=400))
        told, used, scored = (
            {name for (name,) in con.execute(f"select distinct segment from {rows}").fetchall()}
            for rows in (
                PARAMETERS.relation,
                f"{PARAMETERS.relation} where is_used",
                PREDICTIONS.relation,
            )
        )
    assert {"all", "club"} <= told
    assert segments <= used
    assert ("club" in used, "club" in scored) == ("club" in segments,) * 2


@pytest.mark.parametrize(
    "purchases",
    [[], [("C1", 0, 10.0, 3.0)], ONE_DAY_BUYERS],
    ids=["nobody", "one purchase today", "one-time buyers"],
)
def test_a_company_without_repeat_buyers_is_told_cautiously(purchases: list[Purchase]) -> None:
    with company(purchases) as con:
        con.execute("attach ':memory:' as warehouse").fetchall()
        done = build_value_tables(con, "purchase_days", UNTIL, SETTINGS)
        rows = con.execute(
            "select model_name, p_active_horizon between 0 and 1, clv >= 0, fitted_on"
            f" from {PREDICTIONS.relation}"
        ).fetchall()
    assert len(rows) == len({customer for customer, *_ in purchases})
    assert {row[:3] for row in rows} <= {("fallback", True, True)}
    assert not done.backtest.rows or not any(
        row["is_chosen"] and row["kind"] == "naive" for row in done.backtest.rows
    )
