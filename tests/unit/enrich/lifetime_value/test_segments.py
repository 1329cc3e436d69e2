"""Segments are fitted on their own where they are large enough and buy otherwise than the rest."""

from __future__ import annotations

import duckdb
import pytest

from assets.enrich.lifetime_value.fit import MODELS, fit_spend
from assets.enrich.lifetime_value.scoring import Inputs, score
from assets.enrich.lifetime_value.segments import fit_by_segment
from assets.enrich.lifetime_value.settings import ValueSettings
from assets.enrich.lifetime_value.summaries import read_spends, summarise
from tests import cdnow
from tests.unit.enrich.lifetime_value.worlds import rows

MODEL = MODELS["mbg_nbd"]
SETTINGS = ValueSettings()
OTHERWISE = (
    "case when customer_key::integer // 10 % 40 = 0 then 'fair'"
    " when count(*) over (partition by customer_key) > 3 and customer_key::integer // 10 % 3 > 0"
    " or customer_key::integer // 10 % 8 = 1 then 'club' else 'web' end"
)
"""A fortieth at the fair; in the club two thirds of who buys often, and an eighth of the rest."""


def _world(channel: str) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(config={"threads": 2})
    cdnow.create_purchase_days(con, "days")
    con.execute(
        f"""
        create table purchase_days as
        select * replace ({channel} as channel_id)
        from days
        """
    ).fetchall()
    summarise(con, "purchase_days", cdnow.CUT, segment_column="channel_id")
    return con


def test_customers_who_buy_alike_share_their_parameters() -> None:
    con = _world("if(customer_key::integer // 10 % 2 = 0, 'shop', 'web')")
    fits = fit_by_segment(con, MODEL, SETTINGS)
    assert [fit.segment for fit in fits] == ["all"]


def test_customers_who_buy_otherwise_get_their_own() -> None:
    con = _world(OTHERWISE)
    fits = fit_by_segment(con, MODEL, SETTINGS)
    assert [fit.segment for fit in fits] == ["all", "club", "web"], "fair is too small"
    assert all(fit.converged for fit in fits)
    spend = fit_spend(read_spends(con, repeat_only=False), repeat_only=False)
    inputs = Inputs({fit.segment: fit for fit in fits}, spend, cdnow.CUT)
    score(con, inputs, SETTINGS, "predictions")
    scored = rows(con)
    assert len(scored) == 2357
    once = {
        (row["segment"], row["observed_days"]): row["expected_orders_12m"]
        for row in scored
        if row["repeat_purchase_days"] == 0
    }
    both = {day for segment, day in once if segment == "club"} & {
        day for segment, day in once if segment == "web"
    }
    assert both
    assert all(once["club", day] > once["web", day] for day in both)


def test_the_segment_is_that_of_the_first_purchase() -> None:
    con = _world("'on ' || purchased_on")
    [(wrong,)] = con.execute(
        "select count(*) from purchase_summaries where segment <> 'on ' || first_on"
    ).fetchall()
    assert wrong == 0


@pytest.mark.parametrize("most", [0, 10**9])
def test_the_settings_say_what_is_large_enough(most: int) -> None:
    con = _world(OTHERWISE)
    settings = ValueSettings(segment_customers=most, segment_repeat_buyers=0)
    fits = fit_by_segment(con, MODEL, settings)
    assert (len(fits) == 1) == (most > 0)
