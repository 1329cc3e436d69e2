from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.enrich.identity.standardise.dates import standardise_birth_dates

AS_OF = date(2026, 11, 22)


def one(raw: str | None) -> tuple[date | None, str | None]:
    row = standardise_birth_dates(pa.array([raw], pa.string()), AS_OF).to_pylist()[0]
    assert row["is_valid"] == (row["invalid_reason"] is None) == (row["birth_date"] is not None)
    return row["birth_date"], row["invalid_reason"]


@pytest.mark.parametrize(
    "raw",
    [
        *("1985-03-07", "1985/3/7", "1985.03.07", "19850307", "1985年3月7日", "1985年03月07号"),
        *("1985-03-07T00:00:00", "1985-03-07 00:00:00.000+08:00", "１９８５－０３－０７"),
        *(" 1985-3-7 ", "19850307.0", "1985 年 3 月 7 日"),
    ],
)
def test_a_date_has_one_spelling(raw: str) -> None:
    assert one(raw) == (date(1985, 3, 7), None)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (None, "missing"),
        ("", "missing"),
        ("未知", "not_a_date"),
        ("1985-02-30", "not_a_date"),
        ("1900-02-29", "not_a_date"),
        ("0000-00-00", "not_a_date"),
        ("03/07/1985", "not_a_date"),
        ("1985-03", "not_a_date"),
        ("85-03-07", "not_a_date"),
        ("1900-01-01", "filler"),
        ("1970-1-1", "filler"),
        ("11111111", "filler"),
        ("2026-11-23", "future"),
        ("9999-12-31", "future"),
        ("1895-11-22", "too_old"),
        ("1850-01-01", "too_old"),
    ],
)
def test_a_text_that_is_no_birth_date_says_why(raw: str | None, reason: str) -> None:
    assert one(raw) == (None, reason)


@pytest.mark.parametrize("raw", ["1895-11-23", "2026-11-22", "1984-02-29", "2000-02-29"])
def test_the_edges_are_valid(raw: str) -> None:
    assert one(raw) == (date.fromisoformat(raw), None)


@settings(deadline=None)
@given(st.dates(date(1906, 1, 1), date(2026, 1, 1)))
def test_every_writing_is_the_same_day(born: date) -> None:
    texts = [
        *(born.isoformat(), f"{born:%Y%m%d}", f"{born.year}/{born.month}/{born.day}"),
        f"{born.year}年{born.month}月{born.day}日",
    ]
    found = standardise_birth_dates(pa.array(texts), AS_OF)
    assert len(set(found["birth_date"].to_pylist())) == 1


@settings(deadline=None)
@given(st.lists(st.one_of(st.text(max_size=12), st.text("0123456789-/.年月日 T:", max_size=20))))
def test_any_text_has_a_verdict(raws: list[str]) -> None:
    found = standardise_birth_dates(pa.array(raws, pa.string()), AS_OF)
    assert len(found) == len(raws)
