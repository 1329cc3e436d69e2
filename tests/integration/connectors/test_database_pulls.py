"""Whole tables and their changes from real servers: nothing lost, nothing doubled."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from assets.raw.connector.errors import Fatal
from assets.raw.connector.model import Connection
from assets.raw.connector.pull import Wanted, pull
from assets.raw.connector.pulls import Pull
from assets.raw.database.client import Database
from tests.integration.connectors.database_requests import asked, everything, rows_of
from tests.integration.connectors.databases import (
    Server,
    mariadb_server,
    postgresql_server,
)

NOON = datetime(2017, 6, 1, 12, tzinfo=UTC)
MOMENT = {"postgresql": "timestamptz", "mysql": "timestamp(6)"}
NAIVE = {"postgresql": "timestamp", "mysql": "datetime(6)"}


@pytest.fixture(scope="module", params=["postgresql", "mysql"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    start = postgresql_server if request.param == "postgresql" else mariadb_server
    with start() as running:
        yield running


@pytest.fixture
def orders(server: Server) -> Iterator[str]:
    """An empty table of orders with two key columns, in which NULL is not the empty text."""
    server.run(
        f"create table orders (shop varchar(20) not null, id bigint not null, note varchar(40), "
        f"updated_at {MOMENT[server.dialect]} null, primary key (shop, id))"
    )
    yield "orders"
    server.run("drop table orders")


def put(server: Server, *rows: tuple[str, int, str, datetime | None]) -> None:
    """Insert rows, or change the rows that have their key."""
    with closing(server.connect()) as connection, connection.cursor() as cursor:
        if server.dialect == "mysql":
            cursor.execute("set time_zone = '+00:00'")
        for shop, number, note, moment in rows:
            cursor.execute("delete from orders where shop = %s and id = %s", (shop, number))
            cursor.execute(
                "insert into orders values (%s, %s, %s, %s)", (shop, number, note, moment)
            )


class Company:
    """Pulls of the orders at times that the test chooses."""

    def __init__(self, server: Server, home: Path) -> None:
        self.time = NOON
        base = server.connection(home)
        self.connection = Connection(
            base.source, base.settings, home, clock=lambda: self.time, sleep=base.sleep
        )

    def pull(self, at: datetime, **options: Any) -> set[tuple[str, int, str]]:
        """What one more pull brings: shop, number and note."""
        self.time = at
        given = {"updated_at": "updated_at", "rows_per_page": 3} | options
        wanted = Wanted("orders", fields=("shop", "id", "note", "updated_at"), options=given)
        database = Database(self.connection)
        with closing(database):
            return notes(pull(self.connection, database, wanted))

    def pull_with_cost(self, at: datetime) -> dict[int, str | None]:
        """Number and cost, where the contract says that the table may have no cost."""
        self.time = at
        wanted = Wanted(
            "orders",
            fields=("shop", "id", "cost", "updated_at"),
            options={"updated_at": "updated_at"},
            optional=("cost",),
        )
        with closing(Database(self.connection)) as database:
            done = pull(self.connection, database, wanted)
        return {row["id"]: row.get("cost") for row in records(done)}


def records(done: Pull) -> list[dict[str, Any]]:
    return [json.loads(line) for page in done.pages for line in page.lines()]


def notes(done: Pull) -> set[tuple[str, int, str]]:
    found = [(row["shop"], row["id"], row["note"]) for row in records(done)]
    assert len(found) == len(set(found)), "a pull doubled a row"
    return set(found)


def test_a_whole_table_in_pages_is_the_truth(server: Server, orders: str, tmp_path: Path) -> None:
    truth = [(f"店-{number % 7}", number, f"n{number}", NOON) for number in range(501)]
    put(server, *truth)
    with closing(server.database(tmp_path)) as database:
        rows = everything(database, asked(orders, rows_per_page=100))
        found = [(row["shop"], row["id"], row["note"]) for row in rows]
        assert len(found) == 501
        assert set(found) == {row[:3] for row in truth}
        exact = everything(database, asked(orders, rows_per_page=501))
        assert exact == rows, "a last page that is exactly full must not cost a row"
        few = everything(database, asked(orders, rows_per_page=100, where="note like 'n49%'"))
        assert {row["id"] for row in few} == {49, *range(490, 500)}


def test_changes_of_the_same_second_and_late_ones_arrive(
    server: Server, orders: str, tmp_path: Path
) -> None:
    put(server, *(("a", number, "old", NOON - timedelta(days=number)) for number in range(1, 9)))
    put(server, ("b", 1, "same", NOON), ("b", 2, "never changed", None))
    company = Company(server, tmp_path)
    assert len(company.pull(NOON)) == 10, "the first pull brings rows that never changed, too"
    put(
        server,
        ("b", 1, "same second, edited again", NOON),
        ("a", 3, "inside the overlap", NOON - timedelta(seconds=90)),
        ("a", 4, "new", NOON + timedelta(seconds=10)),
        ("a", 5, "not yet", NOON + timedelta(hours=1, microseconds=1)),
    )
    assert company.pull(NOON + timedelta(minutes=1)) == {
        ("b", 1, "same second, edited again"),
        ("a", 3, "inside the overlap"),
        ("a", 4, "new"),
    }
    later = company.pull(NOON + timedelta(hours=1, microseconds=1))
    assert ("a", 5, "not yet") in later, "the upper bound is part of the window"


def test_a_transaction_that_commits_late_arrives(
    server: Server, orders: str, tmp_path: Path
) -> None:
    company = Company(server, tmp_path)
    put(server, ("a", 1, "early", NOON - timedelta(days=1)))
    company.pull(NOON - timedelta(hours=1))
    with closing(server.connect()) as writer, writer.cursor() as cursor:
        utc = {"postgresql": "set timezone = 'UTC'", "mysql": "set time_zone = '+00:00'"}
        cursor.execute(utc[server.dialect])
        cursor.execute("begin")
        cursor.execute("insert into orders values ('a', 2, 'late', '2017-06-01 11:59:30')")
        assert company.pull(NOON) == set()
        cursor.execute("commit")
    assert company.pull(NOON + timedelta(seconds=60)) == {("a", 2, "late")}


def test_the_lag_keeps_the_window_behind_the_clock(server: Server, tmp_path: Path) -> None:
    with (
        closing(server.database(tmp_path)) as direct,
        closing(server.database(tmp_path, lag_seconds=300)) as lagging,
    ):
        now, behind = direct.now(), lagging.now()
    assert now is not None
    assert behind is not None
    assert timedelta(seconds=290) < now - behind <= timedelta(seconds=300)
    assert abs(datetime.now(UTC) - now) < timedelta(seconds=60)


def test_what_changes_while_we_read_comes_now_or_next(
    server: Server, orders: str, tmp_path: Path
) -> None:
    company = Company(server, tmp_path)
    company.pull(NOON - timedelta(days=1))
    put(server, *(("a", number, "first", NOON) for number in range(9)))
    request = asked(orders, lower=NOON, upper=NOON, updated_at="updated_at", rows_per_page=4)
    with closing(server.database(tmp_path)) as database:
        page = database.page(request, database.first(request))
        assert [row["id"] for row in rows_of(page)] == [0, 1, 2, 3]
        # Behind the window: 2 was read already, 6 was not. Row 7 is deleted.
        put(server, ("a", 2, "x", NOON + timedelta(seconds=1)))
        put(server, ("a", 6, "x", NOON + timedelta(seconds=1)))
        server.run("delete from orders where id = 7")
        assert page.next is not None
        rest = database.page(request, page.next)
        assert [row["id"] for row in rows_of(rest)] == [4, 5, 8]
    following = company.pull(NOON + timedelta(seconds=1))
    assert {("a", 2, "x"), ("a", 6, "x")} <= following


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
def test_local_times_are_compared_in_their_own_zone(
    zone: str, server: Server, tmp_path: Path
) -> None:
    """Rows are changed at 11:00, 12:00 and 13:00 UTC, and the database knows local times only."""
    hours = {"Asia/Shanghai": ("19", "20", "21"), "America/New_York": ("07", "08", "09")}[zone]
    server.run(f"create table visits (id int primary key, at {NAIVE[server.dialect]})")
    try:
        for number, hour in enumerate(hours):
            server.run(f"insert into visits values ({number}, '2017-06-01 {hour}:00:00')")
        hour = timedelta(hours=1)
        with closing(server.database(tmp_path, timezone=zone)) as database:
            request = asked("visits", "at", lower=NOON - hour / 2, upper=NOON, updated_at="at")
            (row,) = everything(database, request)
        assert row["id"] == 1
        assert datetime.fromisoformat(row["at"]) == NOON
    finally:
        server.run("drop table visits")


def test_keys_that_exist_tell_what_was_deleted(server: Server, orders: str, tmp_path: Path) -> None:
    put(server, ("a", 1, "x", NOON), ("a|", 2, "x", NOON), ("b", 3, "x", NOON))
    server.run("create table people (id int primary key)", "insert into people values (7), (8)")
    schema = "public" if server.dialect == "postgresql" else "shop"
    tables = ["orders", f"{schema}.people"]
    try:
        with closing(server.database(tmp_path)) as database:
            request = asked("live_ids", tables=tables, rows_per_page=2)
            server.run("delete from orders where id = 3")
            rows = [(row["object"], row["record_id"]) for row in everything(database, request)]
        assert [(name, json.loads(key)) for name, key in rows[:2]] == [
            ("orders", ["a", "1"]),
            ("orders", ["a|", "2"]),
        ]
        assert rows[2:] == [(f"{schema}.people", "7"), (f"{schema}.people", "8")]
    finally:
        server.run("drop table people")


def test_rows_that_share_a_key_or_have_none_are_refused(server: Server, tmp_path: Path) -> None:
    server.run("create table loose (id int, part int)")
    try:
        server.run("insert into loose values (1, 1), (2, 1), (2, 2), (3, 1)")
        with closing(server.database(tmp_path)) as database:
            with pytest.raises(Fatal, match=r"^shop: loose: .*loose has no primary key"):
                everything(database, asked("loose"))
            with pytest.raises(Fatal, match="two rows with the same key, and the second would be"):
                everything(database, asked("loose", key="id", rows_per_page=2))
            assert len(everything(database, asked("loose", key=["id", "part"]))) == 4
            server.run("insert into loose values (null, 9)")
            with pytest.raises(Fatal, match="has rows without id, part, and the key names it"):
                everything(database, asked("loose", key=["id", "part"]))
    finally:
        server.run("drop table loose")


def test_a_column_that_may_be_absent_is_pulled_for_all_rows_once_it_is_there(
    server: Server, orders: str, tmp_path: Path
) -> None:
    company = Company(server, tmp_path)
    put(server, ("a", 1, "old", NOON - timedelta(days=9)), ("a", 2, "new", NOON))
    assert company.pull_with_cost(NOON + timedelta(hours=1)) == {1: None, 2: None}
    server.run(f"alter table {orders} add column cost varchar(9) default '7.50'")
    assert company.pull_with_cost(NOON + timedelta(hours=2)) == {1: "7.50", 2: "7.50"}
