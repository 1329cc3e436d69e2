"""Small shops whose customers are lost in a known way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import duckdb

from assets.enrich.churn.calibrate import Calibration, calibrate
from assets.enrich.churn.inputs import Inputs
from assets.enrich.tables import SCHEMA

START = date(2016, 1, 1)
AS_OF = date(2017, 1, 14)
INPUTS = Inputs("days", "category_days", "rules")
Days = list[tuple[str, date]]


def every(customer: str, gap: int, until: date, first: date = START) -> Days:
    """Purchase days of one customer, one every `gap` days."""
    count = (until - first).days // gap + 1
    return [(customer, first + timedelta(days=gap * number)) for number in range(count)]


def shop(days: Iterable[tuple[str, date]], categories: Iterable[tuple[str, date, str]] = ()):
    """A connection with the inputs of the calibration."""
    con = duckdb.connect(config={"threads": 1})
    con.execute(
        f"""
        attach ':memory:' as warehouse;
        create schema {SCHEMA};
        create table days (customer_key varchar, purchased_on date);
        create table category_days (
            customer_key varchar, purchased_on date, category varchar, net_amount decimal(18, 2)
        );
        create table rules as
        select
            'default' as rule_set,
            3 as own_rhythm_min_purchase_days,
            3.0 as own_rhythm_factor,
            60 as own_rhythm_min_days,
            90 as fallback_days
        """
    ).fetchall()
    rows = list(days)
    con.execute(
        "insert into days select unnest($1::varchar[]), unnest($2::date[])",
        [[customer for customer, _ in rows], [day for _, day in rows]],
    ).fetchall()
    for customer, day, category in categories:
        con.execute(
            "insert into category_days values (?, ?, ?, 10)", [customer, day, category]
        ).fetchall()
    return con


def run(con: duckdb.DuckDBPyConnection, as_of: date = AS_OF, horizon_days: int = 60) -> Calibration:
    return calibrate(con, INPUTS, as_of, horizon_days)


def content(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[object, ...]]]:
    """The tables that the calibration wrote, in the order in which they are stored."""
    return {
        table: con.execute(f"select * from {SCHEMA}.{table}").fetchall()
        for table in ("churn_rule_backtests", "churn_rule_choice", "churn_thresholds")
    }


def same_rhythm() -> Days:
    """Everybody comes every 10 days; each month another eight stay away for good."""
    days: Days = []
    for number in range(160):
        stop = START + timedelta(days=15 * (number % 20) + 60)
        until = stop if number < 100 else AS_OF
        days += every(f"c{number:03}", 10, until, START + timedelta(days=number % 10))
    return days


def own_rhythms() -> Days:
    """Half come every 8 days, of which most stay away one after the other, and half every 55."""
    days: Days = []
    for number in range(240):
        gap = 8 if number % 2 else 55
        stop = START + timedelta(days=4 * (number % 95) + 30)
        until = stop if gap == 8 and number < 190 else AS_OF
        days += every(f"c{number:03}", gap, until, START + timedelta(days=number % gap))
    return days
