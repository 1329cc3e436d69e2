"""Readers see one publication, whole: while it changes, and when a load is killed or refused."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field

import psycopg
import pytest
from psycopg import IsolationLevel, errors

from assets.publish.postgres import schemas
from assets.publish.postgres.connection import connected
from assets.publish.postgres.errors import PostgresError
from tests.integration.readers.conftest import LOADER, Readers, let_in
from tests.integration.readers.small_publication import publish

RUN = "select run_id from publish.publication"
WHOLE = """
    select
        (select run_id from publish.publication),
        (select string_agg(distinct run_id, ',') from publish.rfm),
        (select string_agg(distinct run_id, ',') from publish.fct_orders),
        (select count(*) from publish.fct_orders)
"""
ORDERS = 3500


@dataclass
class Polling:
    """A reader that asks again and again: in one statement, and in a transaction of several."""

    readers: Readers
    seen: set[str] = field(default_factory=set)
    wrong: list[object] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        try:
            with self.readers.session("anna") as session:
                while not self.stop.is_set():
                    self._statement(session)
                    self._transaction(session)
        except psycopg.Error as error:
            self.wrong.append(error)

    def _statement(self, session: psycopg.Connection) -> None:
        run, *others, count = session.execute(WHOLE).fetchone() or ()
        self.seen.add(run)
        if set(others) != {run} or count != ORDERS:
            self.wrong.append((run, others, count))

    def _transaction(self, session: psycopg.Connection) -> None:
        with session.transaction():
            run = session.execute(RUN).fetchall()
            for table in ("rfm", "fct_orders", "campaign_performance"):
                found = session.execute(f"select distinct run_id from publish.{table}").fetchall()
                if found != run:
                    self.wrong.append((table, run, found))


def test_a_reader_that_asks_all_the_time_sees_each_publication_whole(readers: Readers) -> None:
    readers.load("run-0")
    let_in(readers)
    polling = [Polling(readers), Polling(readers)]
    threads = [threading.Thread(target=poll.run) for poll in polling]
    for thread in threads:
        thread.start()
    for number in range(1, 6):
        readers.load(f"run-{number}")
    for poll, thread in zip(polling, threads, strict=True):
        poll.stop.set()
        thread.join()
        assert poll.wrong == []
        assert len(poll.seen) > 2, poll.seen
    assert readers.schemas() == ["publish"], "only the live one is kept"


def test_a_transaction_that_asked_for_the_run_keeps_it(
    readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schemas, "WAIT", "200ms")
    monkeypatch.setattr(schemas, "ATTEMPTS", 2)
    readers.load("run-1")
    let_in(readers)
    with readers.session("anna") as session, session.transaction():
        session.execute(RUN)
        with pytest.raises(PostgresError, match=r"has held publish\.publication .* keep what"):
            readers.load("run-2")
        assert session.execute("select distinct run_id from publish.rfm").fetchall() == [("run-1",)]
    assert readers.schemas() == ["publish"]
    assert readers.load_live().run_id == "run-2"


def test_an_older_snapshot_finds_the_new_tables_full(readers: Readers) -> None:
    readers.load("run-1")
    let_in(readers)
    with readers.session("anna") as session:
        session.isolation_level = IsolationLevel.REPEATABLE_READ
        with session.transaction():
            session.execute("select 1")
            readers.load("run-2")
            assert session.execute(WHOLE).fetchone() == ("run-2", "run-2", "run-2", ORDERS)


def test_a_query_that_still_reads_keeps_its_tables(
    readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schemas, "WAIT", "200ms")
    readers.load("run-1")
    let_in(readers)
    with readers.session("anna") as session, session.transaction():
        cursor = session.cursor("slow")
        cursor.execute("select run_id from publish.fct_orders")
        assert cursor.fetchone() == ("run-1",)
        kept = readers.load("run-2").kept
        assert [name.rstrip("0123456789") for name in kept] == ["publish_before_"]
        assert {row[0] for row in cursor} == {"run-1"}
        assert session.execute(RUN).fetchone() == ("run-2",)
    assert readers.load("run-3").kept == []
    assert readers.schemas() == ["publish"]


def test_a_view_of_a_readers_own_is_not_dropped(readers: Readers) -> None:
    readers.load("run-1")
    readers.admin("create view public.mine as select run_id from publish.rfm")
    assert len(readers.load("run-2").kept) == 1
    assert readers.admin("select distinct run_id from public.mine") == [("run-1",)]
    readers.admin("drop view public.mine")
    assert readers.load("run-3").kept == []


CHILD = """
import json, os, signal, sys
from pathlib import Path
from assets.publish.postgres import load
from tests.integration.readers.small_publication import small_access

folder, dsn, point = json.loads(sys.argv[1])

def die(*_arguments, **_options):
    os.kill(os.getpid(), signal.SIGKILL)

if point == "rows":
    def half(reader, table):
        yield from (b"",) if table.name != "rfm" else die()
    complete = load.lines
    load.lines = lambda reader, table: half(reader, table) if table.name == "rfm" else complete(
        reader, table)
else:
    setattr(load, point, die)
load.load_publication(Path(folder), dsn, small_access(), {})
"""


@pytest.mark.parametrize("point", ["rows", "make_rules", "describe", "switch"])
def test_a_killed_load_leaves_the_old_publication(readers: Readers, point: str) -> None:
    readers.load("run-1")
    let_in(readers)
    publish(readers.folder, "run-2")
    given = json.dumps([str(readers.folder), readers.dsn, point])
    killed = subprocess.run([sys.executable, "-c", CHILD, given], check=False, capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert readers.ask("anna", WHOLE) == [("run-1", "run-1", "run-1", ORDERS)]
    assert readers.schemas() == ["publish"]
    assert readers.load_live().run_id == "run-2"


def test_a_load_that_dies_after_the_switch_is_cleaned_up_by_the_next(
    readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers.load("run-1")
    with monkeypatch.context() as patched:
        patched.setattr(schemas, "DEPENDENT_VIEWS", "select 1, %s")
        assert len(readers.load("run-2").kept) == 1
    assert readers.admin(RUN) == [("run-2",)]
    readers.load("run-3")
    assert readers.schemas() == ["publish"]


def test_a_server_that_ends_the_session_leaves_the_old_publication(
    readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers.load("run-1")

    def ended(*_arguments: object) -> None:
        readers.admin(
            f"select pg_terminate_backend(pid) from pg_stat_activity where usename = '{LOADER}'"
        )

    monkeypatch.setattr("assets.publish.postgres.load.describe", ended)
    with pytest.raises(PostgresError, match=r"failed at the switch .*; readers keep what they had"):
        readers.load("run-2")
    assert readers.admin(RUN) == [("run-1",)]
    assert readers.schemas() == ["publish"]


def test_a_second_loader_is_refused(readers: Readers) -> None:
    readers.load("run-1")
    with connected(readers.dsn), pytest.raises(PostgresError, match="Another run is loading"):
        readers.load("run-2")
    assert readers.admin(RUN) == [("run-1",)]


def test_a_schema_of_somebody_else_is_left_alone(readers: Readers) -> None:
    readers.admin("create schema publish", "create table publish.mine (one int)")
    with pytest.raises(PostgresError, match=r"schema publish that was not made by this pipeline"):
        readers.load("run-1")
    readers.admin("table publish.mine")
    with pytest.raises(errors.UndefinedTable):
        readers.admin(RUN)
