"""Days that everybody in China knows, against the calendar."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from assets.raw.calendar.days import (
    DAYS_AHEAD,
    Day,
    days_between,
    load_calendar,
    lunar_days,
    lunar_label,
)
from pipelines.runtime.builds import Build


@pytest.fixture(scope="module")
def days() -> dict[date, Day]:
    return {day.date_day: day for day in days_between(date(2016, 12, 1), date(2017, 12, 31))}


def test_spring_festival(days: dict[date, Day]) -> None:
    day = days[date(2017, 1, 28)]
    assert (day.lunar_label, day.festival_name_zh) == ("正月初一", "春节")
    assert day.cn_holiday_name_zh == "春节"
    assert day.is_cn_public_holiday
    assert days[date(2017, 1, 27)].festival_name_zh == "除夕"


def test_mid_autumn_falls_into_the_national_week(days: dict[date, Day]) -> None:
    day = days[date(2017, 10, 4)]
    assert (day.lunar_month, day.lunar_day, day.festival_name_zh) == (8, 15, "中秋节")
    week = [days[date(2017, 10, number)].is_cn_public_holiday for number in range(1, 9)]
    assert week[:6] == [True] * 6
    assert days[date(2017, 10, 1)].cn_holiday_name_zh == "国庆节"


def test_working_weekend(days: dict[date, Day]) -> None:
    day = days[date(2017, 1, 22)]
    assert day.date_day.weekday() == 6
    assert (day.is_cn_working_weekend, day.is_cn_public_holiday) == (True, False)
    assert not days[date(2017, 1, 15)].is_cn_working_weekend


def test_leap_month(days: dict[date, Day]) -> None:
    day = days[date(2017, 7, 23)]
    assert day.is_lunar_leap_month
    assert day.lunar_label == "闰六月初一"
    assert [d.festival_name_zh for d in days.values()].count("端午节") == 1


@pytest.mark.parametrize(
    ("month", "day", "label"),
    [(1, 15, "正月十五"), (8, 20, "八月二十"), (11, 21, "冬月廿一"), (12, 30, "腊月三十")],
)
def test_labels(month: int, day: int, label: str) -> None:
    assert lunar_label(month, day, is_leap=False) == label


def test_no_day_is_missing(days: dict[date, Day]) -> None:
    assert len(days) == 396


def test_the_first_and_a_late_lunar_day() -> None:
    first = next(lunar_days(date(1900, 1, 31), date(1900, 1, 31)))
    assert (first.lunar_year, first.lunar_label) == (1900, "正月初一")
    assert (first.is_lunar_only, first.festival_name_zh, first.cn_holiday_name_zh) == (
        True,
        None,
        None,
    )
    born = next(lunar_days(date(1984, 11, 23), date(1984, 11, 23)))
    assert born.lunar_label == "闰十月初一"


def test_days_ahead_reach_the_next_spring_festival() -> None:
    ahead = {day.date_day: day for day in days_between(date(2018, 1, 1), date(2019, 2, 5))}
    assert ahead[date(2018, 2, 16)].festival_name_zh == "春节"
    assert ahead[date(2019, 2, 5)].festival_name_zh == "春节"
    assert not any(day.is_lunar_only for day in ahead.values())


def test_the_table_looks_like_every_raw_table(tmp_path: Path) -> None:
    before, listed = (date(2017, 1, 1) - date(1900, 1, 31)).days, 31 + DAYS_AHEAD
    with Build(tmp_path).connect() as con:
        for load_id in ("a", "b"):
            loaded = load_calendar(con, date(2017, 1, 1), date(2017, 1, 31), load_id)
            assert loaded == before + listed
        rows = con.execute(
            "select is_lunar_only, min(date_day), max(date_day), count(*), min(_load_id),"
            " min(_position), max(_position), min(length(_row_hash))"
            " from vault.raw.calendar__days group by 1 order by 1"
        ).fetchall()
        last = date(2017, 1, 31) + timedelta(days=DAYS_AHEAD)
        assert rows == [
            (False, date(2017, 1, 1), last, listed, "b", before + 1, before + listed, 32),
            (True, date(1900, 1, 31), date(2016, 12, 31), before, "b", 1, before, 32),
        ]
        landed = "select source, object, rows_read, rows_loaded from vault.accounting.landed"
        assert con.execute(landed).fetchall() == [
            ("calendar", "days", before + listed, before + listed)
        ]
