from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from expectations.engine.day import Day
from expectations.engine.rules import Relation
from expectations.learned.past import NO_PAST, Past
from expectations.marts.shares import CATEGORIES, share_rules
from tests.unit.expectations.sense_build import broken, fails, found

DAY = Day(date(2017, 12, 31), "America/New_York", date(2016, 11, 1))
RFM = Relation("warehouse", "marts", "rfm")
TONIGHT = "warehouse.marts.rfm"


@pytest.fixture(scope="module")
def marts() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    for catalog in ("warehouse", "warehouse_before"):
        connection.execute(f"attach ':memory:' as {catalog}").fetchall()
        connection.execute(f"create schema {catalog}.marts").fetchall()
        connection.execute(
            f"create table {catalog}.marts.rfm as select range as customer,"
            " 'segment ' || range % 11 as rfm_segment from range(1000)"
        ).fetchall()
    yield connection
    connection.close()


def _past(as_of: date) -> Past:
    return Past(as_of, {TONIGHT: frozenset({"customer", "rfm_segment"})})


LAST_NIGHT = _past(date(2017, 12, 30))


def test_shares_like_last_nights_pass(marts: duckdb.DuckDBPyConnection) -> None:
    (rule,) = share_rules(RFM, DAY, LAST_NIGHT)
    assert rule.name == "rfm_segment_shared_out_as_before"
    assert not fails(marts, rule)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (f"update {TONIGHT} set rfm_segment = 'one'", "100 % of the customers are elsewhere: 1"),
        (f"update {TONIGHT} set rfm_segment = 'new' where customer < 300", "are elsewhere: 12"),
        (f"update {TONIGHT} set rfm_segment = null where customer < 300", "are elsewhere: 12"),
    ],
)
def test_what_moved_at_once_is_held_back(
    marts: duckdb.DuckDBPyConnection, statement: str, words: str
) -> None:
    (rule,) = share_rules(RFM, DAY, LAST_NIGHT)
    with broken(marts, statement):
        assert fails(marts, rule)
        assert words in found(marts, rule)


def test_the_one_category_of_nearly_everybody_may_stay_alone(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    (rule,) = share_rules(RFM, DAY, LAST_NIGHT)
    marts.execute("create table memory.kept as from warehouse_before.marts.rfm").fetchall()
    before = "warehouse_before.marts.rfm"
    marts.execute(f"update {before} set rfm_segment = 'one' where customer < 980").fetchall()
    with broken(marts, f"update {TONIGHT} set rfm_segment = 'one'"):
        assert not fails(marts, rule)
    marts.execute(f"create or replace table {before} as from memory.kept").fetchall()


def test_a_few_customers_may_move(marts: duckdb.DuckDBPyConnection) -> None:
    (rule,) = share_rules(RFM, DAY, LAST_NIGHT)
    with broken(marts, f"update {TONIGHT} set rfm_segment = 'new' where customer < 100"):
        assert not fails(marts, rule)


def test_a_review_moves_more_than_a_night(marts: duckdb.DuckDBPyConnection) -> None:
    (rule,) = share_rules(RFM, DAY, _past(date(2017, 11, 30)))
    with broken(marts, f"update {TONIGHT} set rfm_segment = 'new' where customer < 300"):
        assert not fails(marts, rule)


def test_a_handful_of_customers_is_left_alone(marts: duckdb.DuckDBPyConnection) -> None:
    (rule,) = share_rules(RFM, DAY, LAST_NIGHT)
    with broken(
        marts,
        f"delete from {TONIGHT} where customer >= 40",
        f"update {TONIGHT} set rfm_segment = 'one'",
    ):
        assert not fails(marts, rule)


def test_nothing_is_asked_without_a_build_of_the_last_weeks() -> None:
    assert share_rules(RFM, DAY, NO_PAST) == []
    assert share_rules(RFM, DAY, _past(date(2017, 9, 30))) == []


def test_a_column_that_the_last_build_lacks_is_not_asked() -> None:
    assert share_rules(RFM, DAY, Past(date(2017, 12, 30), {TONIGHT: frozenset()})) == []


def test_the_categories_are_columns_of_the_marts() -> None:
    folder = Path(__file__).parents[3] / "dbt_project" / "models" / "marts"
    for mart, columns in CATEGORIES.items():
        documented = next(folder.rglob(f"{mart}.yml")).read_text()
        assert all(f"name: {column}" in documented for column in columns)
