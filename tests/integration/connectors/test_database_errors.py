"""What goes wrong with a database is said in one line, without the password, and mended if it can.

What passes is asked again; what a person must mend is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assets.raw.connector.errors import Fatal, SourceError
from assets.raw.connector.http import GaveUp
from tests.integration.connectors.database_requests import asked, everything, rows_of
from tests.integration.connectors.databases import (
    NAME,
    OWNER,
    PASSWORD,
    Server,
    free_port,
    mariadb_server,
    postgresql_server,
)

ORDERS = "create table orders (id int primary key, note varchar(9), changed_at timestamp null)"


@pytest.fixture(scope="module", params=["postgresql", "mysql"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    start = postgresql_server if request.param == "postgresql" else mariadb_server
    with start() as running:
        running.run(
            ORDERS,
            "insert into orders (id) values (1), (2), (3)",
            "create table secret (id int primary key)",
            "create view old_orders as select * from orders",
        )
        if running.dialect == "postgresql":
            running.run(
                "create role reader login password 'pa%ss'",
                "grant select (id, note) on orders to reader",
                "create schema hidden create table hidden.notes (id int primary key)",
            )
        else:
            running.run(
                "create user reader identified by 'pa%ss'",
                "grant select (id, note) on shop.orders to reader",
            )
        yield running


def refusal(server: Server, home: Path, stream: str, *fields: str, **settings: Any) -> str:
    """The text of the error that reading a stream ends with."""
    options = settings.pop("options", {})
    with (
        closing(server.database(home, **settings)) as database,
        pytest.raises(SourceError) as caught,
    ):
        everything(database, asked(stream, *fields, **options))
    text = str(caught.value)
    assert isinstance(caught.value, Fatal) != isinstance(caught.value, GaveUp)
    for word in (PASSWORD, "wrong-password", "pa%ss"):
        assert word not in text
    assert "\n" not in text
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__, "the driver's text must not be shown along"
    return text


def test_settings_that_the_server_refuses(server: Server, tmp_path: Path) -> None:
    wrong = refusal(server, tmp_path, "orders", password="wrong-password")
    assert wrong == (
        "shop: orders: the database refuses the user or the password; mend them in the contract"
    )
    nobody = refusal(server, tmp_path, "orders", user="nobody_here")
    assert nobody == wrong
    missing = refusal(server, tmp_path, "orders", database="no_such_database")
    assert "there is no such database on the server; mend 'database'" in missing


def test_a_server_that_is_not_there_is_asked_again(server: Server, tmp_path: Path) -> None:
    waits: list[float] = []
    connection = server.connection(tmp_path, port=free_port(), attempts=3)
    object.__setattr__(connection, "sleep", waits.append)
    from assets.raw.database.client import Database

    with pytest.raises(GaveUp) as caught:
        Database(connection).probe(asked("orders"))
    assert str(caught.value) == (
        "shop: orders: the database cannot be reached; check host, port and network; "
        "tried 3 times; run again later"
    )
    assert len(waits) == 2


def test_tables_and_columns_that_are_not_there(server: Server, tmp_path: Path) -> None:
    assert ".ordrs; mend 'stream'" in refusal(server, tmp_path, "ordrs")
    assert "has no column 'total', which the contract names" in refusal(
        server, tmp_path, "orders", "total"
    )
    assert "it is written 'note' there" in refusal(server, tmp_path, "orders", "NOTE")
    assert "has no column 'moved', which updated_at names" in refusal(
        server, tmp_path, "orders", options={"updated_at": "moved"}
    )
    assert "has no primary key that we see; name in options 'key'" in refusal(
        server, tmp_path, "old_orders"
    )
    unknown = refusal(server, tmp_path, "orders", options={"updated": "x"})
    assert "shop: orders: options.updated is unknown" in unknown
    assert "does not" in refusal(server, tmp_path, "orders", options={"where": "id = = 1"})
    assert "does not" in refusal(server, tmp_path, "orders", options={"where": "nothing = 1"})


def test_changes_need_the_column_that_tells_them(server: Server, tmp_path: Path) -> None:
    with (
        closing(server.database(tmp_path)) as database,
        pytest.raises(Fatal, match=r"changes need options\.updated_at; name the column, or write"),
    ):
        database.first(replace(asked("orders"), delivery="increment"))


def test_rights_that_are_missing_are_named(server: Server, tmp_path: Path) -> None:
    reader = {"user": "reader", "password": "pa%ss"}
    schema = "public" if server.dialect == "postgresql" else NAME
    assert refusal(server, tmp_path, "secret", **reader) == (
        f"shop: secret: the user may not read {schema}.secret; "
        f"grant select on {schema}.secret to it"
    )
    with closing(server.database(tmp_path, **reader)) as database:
        rows = everything(database, asked("orders", "note", key="id"))
        assert rows == [{"id": number, "note": None} for number in (1, 2, 3)]
    text = refusal(server, tmp_path, "orders", "changed_at", options={"key": "id"}, **reader)
    if server.dialect == "postgresql":
        assert "the user may not read the column 'changed_at'; grant select (changed_at)" in text
        hidden = refusal(server, tmp_path, "hidden.notes", **reader)
        assert "grant usage on schema hidden" in hidden
    else:
        assert "has no column 'changed_at'" in text, "MySQL does not show what we may not read"
        elsewhere = refusal(server, tmp_path, "mysql.user", **reader)
        assert "the user may not read mysql.user" in elsewhere


def test_nothing_can_be_written(server: Server, tmp_path: Path) -> None:
    if server.dialect == "postgresql":
        server.run(
            "create function spoil() returns boolean language sql as "
            "'delete from orders returning true'"
        )
        assert "SQLSTATE 25006" in refusal(server, tmp_path, "orders", options={"where": "spoil()"})
    else:
        server.run(
            "create function spoil() returns int modifies sql data "
            "begin delete from orders; return 1; end"
        )
        text = refusal(server, tmp_path, "orders", options={"where": "spoil() = 1"})
        assert "the database refuses the query (error 1792)" in text
    assert server.ask("select count(*) from orders") == [(3,)]


def test_a_connection_that_is_lost_is_made_again(server: Server, tmp_path: Path) -> None:
    with closing(server.database(tmp_path)) as database:
        request = asked("orders", "note", rows_per_page=2)
        page = database.page(request, database.first(request))
        if server.dialect == "postgresql":
            server.run(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where application_name = 'customer-360-warehouse'"
            )
        else:
            for (number,) in server.ask(
                f"select id from information_schema.processlist where user = '{OWNER}' "
                "and id <> connection_id()"
            ):
                server.run(f"kill {number}")
        assert page.next is not None
        assert [row["id"] for row in rows_of(database.page(request, page.next))] == [3]


def test_a_probe_tells_what_a_pull_will_cost(server: Server, tmp_path: Path) -> None:
    server.run("create index changed on orders (changed_at)")
    server.run("analyze orders" if server.dialect == "postgresql" else "analyze table orders")
    with closing(server.database(tmp_path)) as database:
        assert database.probe(asked("orders", "note")) == (
            "3 columns; about 3 rows; key id; no updated_at: every pull reads the whole table"
        )
        assert database.probe(asked("orders", updated_at="changed_at")) == (
            "3 columns; about 3 rows; key id; changes by changed_at; "
            "rows where it is null arrive only when everything is pulled"
        )
        assert "no index serves that" in database.probe(asked("orders", updated_at="note"))
        assert database.probe(asked("live_ids", tables=["orders", "secret"])).startswith(
            "ids of 2 tables, about 3 rows"
        )
        assert [field.name for field in database.fields(asked("live_ids"))] == [
            "object",
            "record_id",
        ]
        assert not database.increments("live_ids")


def test_rows_that_a_policy_hides_are_told(server: Server, tmp_path: Path) -> None:
    if server.dialect == "mysql":
        return
    server.run(
        "create table cases (id int primary key)",
        "grant select on cases to reader",
        "alter table cases enable row level security",
    )
    with closing(server.database(tmp_path, user="reader", password="pa%ss")) as database:
        assert database.probe(asked("cases")).endswith(
            "row-level security decides which rows we see"
        )


def test_encryption_that_is_wanted_is_not_done_without(server: Server, tmp_path: Path) -> None:
    text = refusal(server, tmp_path, "orders", sslmode="require")
    assert "do not agree on encryption; mend sslmode" in text
