"""Predictions of each customer: the right customers, no future, no order of rows, corrections."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest

from assets.enrich.lifetime_value.discounting import discounted_alive_orders
from assets.enrich.lifetime_value.fit import MODELS
from assets.enrich.lifetime_value.intervals import corrected_interval
from assets.enrich.lifetime_value.models.base import Groups
from assets.enrich.lifetime_value.settings import WEEKS_PER_MONTH, ValueSettings
from assets.enrich.lifetime_value.summaries import read_groups, read_spends, summarise
from tests import cdnow
from tests.unit.enrich.lifetime_value.worlds import company, predict, rows

SAMPLE = "customer_purchase_days"


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(config={"threads": 2})
    cdnow.create_purchase_days(con)
    fit, spend = predict(con, until=cdnow.CUT, relation=SAMPLE)
    assert fit.converged
    assert spend.converged
    return con


def test_one_row_for_every_buyer(con: duckdb.DuckDBPyConnection) -> None:
    [counts] = con.execute(
        "select count(*), count(distinct customer_key), count(next_order_date),"
        " count(*) filter (where repeat_purchase_days >= 3), any_value(model_name),"
        " any_value(spend_model_name) from predictions"
    ).fetchall()
    assert counts == (2357, 2357, 293, 293, "mbg_nbd", "gamma_gamma_all")


def test_amounts_follow_from_orders(con: duckdb.DuckDBPyConnection) -> None:
    for row in rows(con)[:200]:
        spend, ratio = float(row["expected_spend_per_order"]), row["margin_ratio"]
        net = row["expected_orders_12m"] * spend
        assert float(row["expected_net_amount_12m"]) == pytest.approx(net, rel=2e-3, abs=0.02)
        margin = float(row["expected_margin_12m"])
        assert margin == pytest.approx(net * ratio, rel=2e-3, abs=0.02)
        assert row["expected_margin_12m_low"] <= row["expected_margin_12m"]
        assert ratio == pytest.approx(1 / 3, abs=0.01)
        assert 0 <= row["clv"] <= row["expected_margin_36m"]
        for months in (12, 36):
            low, high = (row[f"expected_orders_{months}m_{end}"] for end in ("low", "high"))
            assert 0 <= low <= high
            assert (high == 0) == (row[f"expected_margin_{months}m_high"] == 0)


def test_orders_after_the_date_change_nothing(con: duckdb.DuckDBPyConnection) -> None:
    other = duckdb.connect(config={"threads": 1})
    cdnow.create_purchase_days(other)
    other.execute(f"delete from {SAMPLE} where purchased_on > date '{cdnow.CUT}'").fetchall()
    predict(other, until=cdnow.CUT, relation=SAMPLE)
    assert rows(other) == rows(con)


def test_the_order_of_rows_changes_nothing(con: duckdb.DuckDBPyConnection) -> None:
    other = duckdb.connect(config={"threads": 2})
    cdnow.create_purchase_days(other)
    other.execute(
        f"create table shuffled as from {SAMPLE} order by hash(customer_key || purchased_on)"
    ).fetchall()
    predict(other, until=cdnow.CUT, relation="shuffled")
    assert rows(other) == rows(con)


def test_corrections_replace_the_horizon_and_multiply_what_comes_after_it(
    con: duckdb.DuckDBPyConnection,
) -> None:
    plain = {row["customer_key"]: row for row in rows(con)}
    con.execute("create table plain as from predictions").fetchall()
    key = "00111"
    con.execute(
        f"""
        create or replace table corrections as
        select
            '{key}' as customer_key,
            4.5::double as expected_orders,
            99.5::double as expected_net_amount,
            0.25::double as p_active_horizon,
            2.0::double as later_orders_factor,
            1.5::double as later_amount_factor
        """
    ).fetchall()
    try:
        predict(con, until=cdnow.CUT, relation=SAMPLE, corrections="corrections")
        changed = {row["customer_key"]: row for row in rows(con)}
    finally:
        con.execute("create or replace table predictions as from plain").fetchall()
        con.execute("drop table plain").fetchall()
    assert {name for name in plain if plain[name] != changed[name]} == {key}
    before, after = plain[key], changed[key]
    assert after["p_active_horizon"] == 0.25
    assert after["expected_orders_horizon"] == 4.5
    assert float(after["expected_net_amount_horizon"]) == 99.5
    later = before["expected_orders_12m"] - before["expected_orders_horizon"]
    assert after["expected_orders_12m"] == pytest.approx(4.5 + 2 * later, abs=4e-6)
    per_order = float(before["expected_spend_per_order"])
    assert float(after["expected_net_amount_12m"]) == pytest.approx(
        99.5 + 2 * later * 1.5 * per_order, abs=0.05
    )
    rises = float(after["clv"]) / float(before["clv"])
    margins = [float(row["expected_margin_36m"]) for row in (after, before)]
    assert rises == pytest.approx(margins[0] / margins[1], rel=1e-3)


@pytest.mark.parametrize(
    ("p_active", "highest"), [(0.11, 3.0), (0.09, 0.0)], ids=["likely enough", "unlikely"]
)
def test_an_interval_is_not_surer_of_silence_than_the_correction(
    con: duckdb.DuckDBPyConnection, p_active: float, highest: float
) -> None:
    """The model calls a customer of 2 January long gone; what corrects it expects 2.5 orders."""
    con.execute("create table plain as from predictions").fetchall()
    [(key,)] = con.execute(
        "select min(customer_key) from plain where expected_orders_12m_high = 0 and p_alive < 0.01"
    ).fetchall() or [(None,)]
    con.execute(
        f"""
        create or replace table corrections as
        select
            '{key}' as customer_key,
            2.5::double as expected_orders,
            25.0::double as expected_net_amount,
            {p_active}::double as p_active_horizon,
            1.0::double as later_orders_factor,
            1.0::double as later_amount_factor
        """
    ).fetchall()
    try:
        predict(con, until=cdnow.CUT, relation=SAMPLE, corrections="corrections")
        changed = {row["customer_key"]: row for row in rows(con)}[key]
    finally:
        con.execute("create or replace table predictions as from plain").fetchall()
        con.execute("drop table plain").fetchall()
    assert changed["expected_orders_12m_high"] == highest


def test_intervals_hold_what_they_promise(con: duckdb.DuckDBPyConnection) -> None:
    """80 % and more of the customers of the 1/10 sample, over the 39 weeks that followed.

    36 months of 13/12 weeks are 39 weeks; `intervals` is asked for them directly.
    """
    from assets.enrich.lifetime_value.intervals import order_interval

    summarise(con, SAMPLE, cdnow.CUT)
    actual = np.array(
        con.execute(
            f"""
            select
                summaries.x::double,
                summaries.t_x_days / 7.0,
                summaries.t_days / 7.0,
                count(days.purchased_on)::double
            from purchase_summaries as summaries
            left join {SAMPLE} as days
                on summaries.customer_key = days.customer_key
                and days.purchased_on > date '{cdnow.CUT}'
            group by summaries.customer_key, summaries.x, summaries.t_x_days, summaries.t_days
            order by 1, 3, 2
            """
        ).fetchall(),
        dtype=np.float64,
    )
    x, t_x, t, orders = actual.T
    model, parameters = MODELS["pareto_nbd"], np.array((0.55328, 10.57768, 0.60624, 11.66873))
    p_alive = model.p_alive(parameters, x, t_x, t)
    low, high = order_interval(model, parameters, x, t, np.arange(len(x)), p_alive, 39.0, 0.8)
    inside = (low <= orders) & (orders <= high)
    assert 0.85 <= inside.mean() <= 0.95
    assert (orders <= high).mean() >= 0.85
    assert inside[high > 0].mean() >= 0.85


def test_discounting_by_month() -> None:
    model, parameters = MODELS["mbg_nbd"], np.array((0.525, 6.183, 0.891, 1.614))
    x, t = np.array([0.0, 3.0]), np.array([39.0, 20.0])
    plain = model.alive_orders(parameters, x, t, 36 * WEEKS_PER_MONTH)
    undiscounted = discounted_alive_orders(model, parameters, x, t, 36, 0.0)
    np.testing.assert_allclose(undiscounted, plain, rtol=1e-12)
    one = model.alive_orders(parameters, x, t, WEEKS_PER_MONTH)
    month = discounted_alive_orders(model, parameters, x, t, 1, 0.12)
    np.testing.assert_allclose(month, one / 1.12 ** (1 / 12), rtol=1e-12)
    year = discounted_alive_orders(model, parameters, x, t, 36, 0.1)
    assert np.all((plain / 1.1**3 < year) & (year < plain))


def test_zero_amounts_are_purchases_and_no_spend() -> None:
    con = company([("a", 30, 0, 0), ("a", 20, 12, 3), ("a", 10, 0, 0), ("b", 9, -5, -5)])
    predict(con)
    [(x, days, amount, repeat_days, repeat_amount)] = con.execute(
        "select x, spend_days, spend_amount, repeat_spend_days, repeat_spend_amount"
        " from purchase_summaries where customer_key = 'a'"
    ).fetchall()
    assert (x, days, amount, repeat_days, repeat_amount) == (2, 1, 12, 1, 12)
    a, b = rows(con)
    assert 0 < a["expected_spend_per_order"] < 12
    assert b["clv"] >= 0


def test_weeks_in_place_of_days_keep_customers_and_purchases(
    con: duckdb.DuckDBPyConnection,
) -> None:
    summarise(con, SAMPLE, cdnow.CUT)
    exact, binned = read_groups(con), read_groups(con, most_groups=10)
    assert len(binned.x) < len(exact.x)
    assert binned.customers == exact.customers
    assert float((binned.x * binned.count).sum()) == float((exact.x * exact.count).sum())
    assert np.all(binned.t_x <= binned.t)
    assert np.max(np.abs(_mean(exact) - _mean(binned))) < 0.05
    every, near = (read_spends(con, False, most_spenders=most) for most in (10**6, 10))
    assert len(near.n) < len(every.n)
    spent = [float((data.n * data.mean * data.count).sum()) for data in (every, near)]
    assert spent[0] == pytest.approx(spent[1])


def _mean(groups: Groups) -> np.ndarray:
    return np.array(
        [float((column * groups.count).sum()) for column in (groups.t_x, groups.t)]
    ) / max(groups.customers, 1)


def test_settings_refuse_what_cannot_be() -> None:
    for wrong in (
        {"horizon_days": 0}, {"interval": 1.0}, {"default_margin_ratio": 1.5},
        {"annual_discount_rate": -1.0}, {"clv_months": 0}, {"margin_credibility": -1.0},
    ):  # fmt: skip
        with pytest.raises(ValueError, match=next(iter(wrong))):
            ValueSettings(**wrong)  # type: ignore[arg-type]


def test_the_back_test_scales_intervals_as_the_scorer_does() -> None:
    ends = np.array([2.0, 0.0, 1.0]), np.array([5.0, 0.0, 0.0])
    low, high = corrected_interval(
        ends, np.array([4.0, 0.0, 1.0]), np.array([5.0, 2.5, 2.5]), np.array([0.9, 0.11, 0.09]), 0.8
    )
    assert list(low) == [3, 0, 3]
    assert list(high) == [6, 3, 0]
