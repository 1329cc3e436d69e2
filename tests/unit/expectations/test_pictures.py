"""The picture of a series is small, well-formed, and shows what the rule compared."""

from __future__ import annotations

from base64 import b64decode
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import duckdb
import pytest

from expectations.engine.day import Day
from expectations.engine.measured import measured
from expectations.engine.pictures import (
    SHOWN_DAYS,
    TABLE_DAYS,
    DayValue,
    days_as_markdown,
    days_as_svg,
    pictures_of,
)
from expectations.engine.rules import Relation, Suite
from expectations.learned.bands import DaySeries, within_band

FIRST = date(2017, 1, 1)
RED, BLUE = "#c44e52", "#4c72b0"


def _days(count: int, last: float = 100.0, upper: float = 150.0) -> list[DayValue]:
    past = [DayValue(FIRST + timedelta(n), 100.0 + n % 7, 102.0) for n in range(count - 1)]
    return [*past, DayValue(FIRST + timedelta(count - 1), last, 102.0, 50.0, upper)]


def _drawn(days: list[DayValue]) -> ET.Element:
    return ET.fromstring(days_as_svg("orders_by_day", days))


def _dot(days: list[DayValue]) -> str | None:
    found = _drawn(days).find("{*}circle")
    assert found is not None
    return found.get("fill")


def test_the_picture_is_small_and_the_last_day_is_in_its_table() -> None:
    said = days_as_markdown("orders_by_day", _days(400))
    assert len(said) < 10_000
    assert said.count("\n| 2018-") + said.count("\n| 2017-") == TABLE_DAYS
    assert f"| {FIRST + timedelta(399)} | 100 | 102 | 50 to 150 |" in said
    assert len(_drawn(_days(400)).findall("{*}polyline")[0].get("points", "").split()) == SHOWN_DAYS


@pytest.mark.parametrize(
    ("value", "colour"), [(100.0, BLUE), (50.0, BLUE), (151.0, RED), (49.0, RED)]
)
def test_a_day_outside_its_band_is_red(value: float, colour: str) -> None:
    assert _dot(_days(30, value)) == colour
    said = days_as_markdown("orders_by_day", _days(30, value))
    assert ("(outside)" in said) is (colour == RED)


def test_an_open_band_does_not_flatten_the_picture() -> None:
    days = _days(30, upper=float("inf"))
    points = _drawn(days).findall("{*}polyline")[0].get("points", "").split()
    heights = {float(point.split(",")[1]) for point in points}
    assert max(heights) - min(heights) > 5
    assert "50 to any" in days_as_markdown("orders_by_day", days)


@pytest.mark.parametrize("days", [[DayValue(FIRST, 0.0)], [DayValue(FIRST, 0.0, 0.0, 0.0, 0.0)]])
def test_one_day_of_nothing_is_drawn_too(days: list[DayValue]) -> None:
    assert _dot(days) == BLUE


def test_without_days_there_is_nothing_to_show() -> None:
    assert days_as_markdown("orders_by_day", []) == ""


def test_the_picture_can_be_read_from_its_address() -> None:
    said = days_as_markdown("orders_by_day", _days(30))
    address = said[said.index("base64,") + 7 : said.index(")")]
    assert ET.fromstring(b64decode(address)).tag.endswith("svg")


def _suite(query: str) -> Suite:
    series = DaySeries("day_volume", "rows of", "as many rows as usual", "Look", query, "count")
    relation = Relation("vault", "staging", "stg_orders__order_lines")
    rule = within_band(series, Day(date(2017, 12, 31), "America/New_York", date(2016, 11, 1)))
    return Suite("staging", "lines", ("staging", "lines"), relation, (rule,))


def test_a_rule_with_a_band_has_a_picture_of_its_days_the_empty_ones_too() -> None:
    query = (
        "select cast(range as date) as day, 100 + dayofweek(range) as value, 100 as weight"
        " from range(date '2017-01-01', date '2018-01-01', interval 1 day)"
        " where range not in (date '2017-12-25')"
    )
    connection, suite = duckdb.connect(), _suite(query)
    connection.execute("attach ':memory:' as vault").fetchall()
    measured(connection, suite, suite.rules[0])
    said = pictures_of(connection, suite)["day_volume"]
    assert "| 2017-12-31 | 100 | 100 |" in said
    assert "| 2017-12-25 | 0 |  |  |" in said


def test_what_cannot_be_read_has_no_picture_and_tells_nothing() -> None:
    assert pictures_of(duckdb.connect(), _suite("select cast('Anna' as date) as day")) == {}
