"""What a text becomes in each type, and what is refused instead of bent."""

# ruff: noqa: DTZ001 (raw timestamps are UTC without a zone)

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.raw.conftest import Workbench

GOOD: list[tuple[str, str, Any]] = [
    ("bigint", "42", 42),
    ("bigint", " -7 ", -7),
    ("bigint", "12.0", 12),
    ("bigint", "9223372036854775807", 9223372036854775807),
    ("integer", "+5", 5),
    ("double", "1.5e3", 1500.0),
    ("double", ".5", 0.5),
    ("decimal(18,2)", "2.5", Decimal("2.50")),
    ("decimal(18,2)", "-0.005", Decimal("-0.01")),
    ("decimal(18,2)", "1.005", Decimal("1.01")),
    ("boolean", "TRUE", True),
    ("boolean", "n", False),
    ("boolean", "是", True),
    ("date", "2017-02-28", date(2017, 2, 28)),
    ("date", "2017/2/28", date(2017, 2, 28)),
    ("date", "2017-02-28 00:00:00", date(2017, 2, 28)),
    ("timestamp", "2017-02-28", datetime(2017, 2, 28)),
    ("timestamp", "2017-02-28 10:20:30", datetime(2017, 2, 28, 10, 20, 30)),
    ("timestamp", "2017-02-28T10:20:30.123Z", datetime(2017, 2, 28, 10, 20, 30, 123000)),
    ("timestamp", "2017-02-28T10:20:30+08:00", datetime(2017, 2, 28, 2, 20, 30)),
    ("timestamp", "2017-02-28 10:20:30-0500", datetime(2017, 2, 28, 15, 20, 30)),
    ("epoch_ms", "1512057600123", datetime(2017, 11, 30, 16, 0, 0, 123000)),
    ("epoch_s", "1512057600", datetime(2017, 11, 30, 16)),
    ("epoch_s", "253402300799", datetime(9999, 12, 31, 23, 59, 59)),
    ("epoch_us", "1512057600123456", datetime(2017, 11, 30, 16, 0, 0, 123456)),
    ("epoch_us", "-1", datetime(1969, 12, 31, 23, 59, 59, 999999)),
    ("json", '["1001"]', '["1001"]'),
    ("varchar", " as it is ", " as it is "),
]

BAD: list[tuple[str, str]] = [
    ("bigint", "1.5"),
    ("bigint", "1_000"),
    ("bigint", "1,000"),
    ("bigint", "1e3"),
    ("bigint", "12345678901234567890123456789012345678901"),
    ("bigint", "１２"),
    ("bigint", "0x1F"),
    ("integer", "2147483648"),
    ("double", "1e400"),
    ("double", "nan"),
    ("double", "inf"),
    ("decimal(18,2)", "1e400"),
    ("decimal(18,2)", "12345678901234567890"),
    ("decimal(18,2)", "¥5"),
    ("boolean", "maybe"),
    ("date", "2017-02-30"),
    ("date", "28/02/2017"),
    ("date", "infinity"),
    ("date", "epoch"),
    ("date", "2017-02-28 10:00:00"),
    ("timestamp", "yesterday"),
    ("timestamp", "2017-13-45 10:00:00"),
    ("timestamp", "2017-02-28 25:00:00"),
    ("timestamp", "infinity"),
    ("epoch_ms", "9223372036854775807"),
    ("epoch_ms", "2017-01-01"),
    ("epoch_us", "1512057600.5"),
    ("epoch_us", "9223372036854775807"),
    ("json", "{'a': 1}"),
]


@pytest.mark.parametrize(("kind", "text", "expected"), GOOD)
def test_good_values(kind: str, text: str, expected: Any, bench: Workbench) -> None:
    value, rules = bench.one_value(kind, text)
    assert (value, rules) == (expected, [])


@pytest.mark.parametrize(("kind", "text"), BAD)
def test_bad_values_are_refused_not_bent(kind: str, text: str, bench: Workbench) -> None:
    value, rules = bench.one_value(kind, text)
    assert rules == ["wrong_type"], f"{text!r} was loaded as the {kind} {value!r}"


@pytest.mark.parametrize(
    "kind", ["bigint", "decimal(18,2)", "date", "timestamp", "varchar", "json"]
)
def test_an_empty_field_is_null(kind: str, bench: Workbench) -> None:
    assert bench.one_value(kind, "") == (None, [])


def test_local_time_of_a_declared_time_zone(bench: Workbench) -> None:
    shanghai = {"timezone": "Asia/Shanghai"}
    assert bench.one_value("timestamp", "2017-03-01 07:30:00", **shanghai) == (
        datetime(2017, 2, 28, 23, 30),
        [],
    )
    assert bench.one_value("timestamp", "2017-03-01T07:30:00Z", **shanghai) == (
        datetime(2017, 3, 1, 7, 30),
        [],
    ), "an offset in the text counts more than the declared time zone"


def test_declared_formats(bench: Workbench) -> None:
    assert bench.one_value("date", "2017年03月01日", format="%Y年%m月%d日") == (
        date(2017, 3, 1),
        [],
    )
    assert bench.one_value("timestamp", "01.03.2017 07:30", format="%d.%m.%Y %H:%M") == (
        datetime(2017, 3, 1, 7, 30),
        [],
    )
    assert bench.one_value("date", "2017-03-01", format="%d.%m.%Y")[1] == ["wrong_type"]


@pytest.mark.parametrize(
    ("kind", "text", "rules", "expected"),
    [
        ("bigint", "-1", {"min": 0}, "below_minimum"),
        ("decimal(18,2)", "10.01", {"max": 10}, "above_maximum"),
        ("date", "2016-12-31", {"min": date(2017, 1, 1)}, "below_minimum"),
        ("timestamp", "2018-01-01", {"max": "2017-12-31"}, "above_maximum"),
        ("varchar", "Open", {"allowed": ["open", "it's"]}, "not_allowed"),
        ("integer", "4", {"allowed": [1, 2, 3]}, "not_allowed"),
        ("varchar", "A1", {"pattern": "[A-Z][0-9]{2}"}, "pattern_mismatch"),
        ("varchar", "", {"required": True}, "missing_value"),
    ],
)
def test_rules(
    kind: str, text: str, rules: dict[str, Any], expected: str, bench: Workbench
) -> None:
    assert bench.one_value(kind, text, **rules)[1] == [expected]


def test_a_value_on_the_bound_is_fine_and_null_breaks_no_rule(bench: Workbench) -> None:
    assert bench.one_value("bigint", "0", min=0, max=0) == (0, [])
    assert bench.one_value("varchar", "", allowed=["open"], pattern="x") == (None, [])


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    instants=st.lists(
        st.datetimes(datetime(1990, 1, 1), datetime(2035, 1, 1)).map(
            lambda moment: moment.replace(microsecond=0)
        ),
        min_size=1,
        max_size=50,
    )
)
def test_epoch_and_iso_agree(instants: list[datetime], new_bench: Any) -> None:
    lines = [
        f"{number},{int((instant - datetime(1970, 1, 1)).total_seconds())},{instant.isoformat()}Z"
        for number, instant in enumerate(instants)
    ]
    columns = [
        {"name": "id", "type": "bigint"},
        {"name": "epoch", "type": "epoch_s"},
        {"name": "iso", "type": "timestamp"},
    ]
    outcome = new_bench().load_csv("id,epoch,iso\n" + "\n".join(lines), columns=columns)
    assert outcome.values("epoch", "iso") == [(instant, instant) for instant in instants]
