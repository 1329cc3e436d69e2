from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest

from assets.enrich.identity.keys.local_dates import SHIFTS, find_shifts, local_date

UTC = ZoneInfo("UTC")
CHANGES = (
    ("Europe/Berlin", "2024-03-31"),
    ("Europe/Berlin", "2024-10-27"),
    ("Australia/Lord_Howe", "2024-04-06"),  # by half an hour
    ("America/Sao_Paulo", "2018-02-18"),  # midnight comes twice
    ("America/Sao_Paulo", "2018-11-04"),  # and here never
    ("Pacific/Apia", "2011-12-30"),  # a day left out
    ("Asia/Kathmandu", "1985-12-31"),  # from 5:30 to 5:45
    ("UTC", "2024-03-31"),
    ("Asia/Shanghai", "2024-03-31"),
)


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as made:
        made.execute("create temp table identity_nodes (first_seen_at timestamp)").fetchall()
        yield made


def dates(con: duckdb.DuckDBPyConnection, timezone: str) -> list[tuple]:
    find_shifts(con, timezone)
    return con.execute(
        f"""
        select nodes.first_seen_at, {local_date("nodes.first_seen_at")}
        from identity_nodes as nodes
        left join {SHIFTS} as shifts on cast(nodes.first_seen_at as date) = shifts.day
        """,
        {"timezone": timezone},
    ).fetchall()


@pytest.mark.parametrize(("timezone", "day"), CHANGES)
def test_dates_are_those_of_the_zone_also_when_the_clock_is_set(
    con: duckdb.DuckDBPyConnection, timezone: str, day: str
) -> None:
    rng = random.Random(day)
    start = datetime.fromisoformat(day) - timedelta(days=2)
    con.executemany(
        "insert into identity_nodes values (?)",
        [(start + timedelta(seconds=rng.randrange(5 * 86400)),) for _ in range(2000)],
    )
    for moment, local in dates(con, timezone):
        assert local == moment.replace(tzinfo=UTC).astimezone(ZoneInfo(timezone)).date()


def test_no_moment_and_one_that_never_comes(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("insert into identity_nodes values (null), ('infinity')").fetchall()
    assert [local is None for _, local in dates(con, "Asia/Shanghai")] == [True, False]
    assert con.execute(f"select count(*) from {SHIFTS}").fetchall() == [(0,)]
