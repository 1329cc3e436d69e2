"""A PostgreSQL for readers: one server, a new database for every test that asks for one."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from assets.publish.postgres.access import Access
from assets.publish.postgres.load import Loaded, load_publication
from tests.integration.connectors.databases import Server, postgresql_server
from tests.integration.readers.small_publication import publish, small_access

LOADER, SECRET = "c360_loader", "s3cret/ of @ the 例 loader"
READERS = {
    "anna": "c360_analyst",
    "mia": "c360_marketing",
    "sam": "c360_steward",
    "chen": "c360_marketing",
    "nobody": None,
}
NUMBERS = itertools.count()


@dataclass(frozen=True)
class Readers:
    """A database of readers, and the folder of the publications that are loaded into it."""

    server: Server
    database: str
    folder: Path

    @property
    def dsn(self) -> str:
        return self.dsn_of(LOADER, SECRET)

    def dsn_of(self, user: str, password: str) -> str:
        server = {"host": "127.0.0.1", "port": self.server.port, "dbname": self.database}
        login = {"user": user, "password": password}
        return psycopg.conninfo.make_conninfo("", **server, **login)

    def load(self, run_id: str, access: Access | None = None, **changed: str) -> Loaded:
        publish(self.folder, run_id, **changed)
        return self.load_live(access)

    def load_live(self, access: Access | None = None) -> Loaded:
        return load_publication(
            self.folder, self.dsn, access or small_access(), {"rfm": ["customer_key"]}
        )

    @contextmanager
    def session(self, user: str) -> Iterator[psycopg.Connection[Any]]:
        password = SECRET if user == LOADER else user
        with psycopg.connect(self.dsn_of(user, password), autocommit=True) as connection:
            yield connection

    def ask(self, user: str, query: str) -> list[tuple[Any, ...]]:
        with self.session(user) as connection:
            return connection.execute(query).fetchall()

    def admin(self, *statements: str) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = []
        with self.server.connect(self.database) as connection:
            for statement in statements:
                cursor = connection.execute(statement)
                rows = cursor.fetchall() if cursor.description else []
        return rows

    def schemas(self) -> Sequence[str]:
        query = "select nspname::text from pg_namespace where nspname like 'publish%' order by 1"
        return [row[0] for row in self.admin(query)]


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with postgresql_server() as running:
        running.run(f"create role {LOADER} login createrole password '{SECRET}'")
        for user in READERS:
            running.run(f"create role {user} login password '{user}'")
        yield running


@contextmanager
def new_database(server: Server, folder: Path) -> Iterator[Readers]:
    name = f"readers_{next(NUMBERS)}"
    server.run(
        f"create database {name} owner {LOADER}", f"revoke all on database {name} from public"
    )
    server.run(*(f"grant connect on database {name} to {user}" for user in READERS))
    try:
        yield Readers(server, name, folder)
    finally:
        server.run(f"drop database {name} with (force)")


def let_in(readers: Readers) -> None:
    """Put the readers into their groups, which the first load has made."""
    for user, role in READERS.items():
        if role:
            readers.admin(f"grant {role} to {user}")


@pytest.fixture
def readers(server: Server, tmp_path: Path) -> Iterator[Readers]:
    """An empty database."""
    with new_database(server, tmp_path / "publish") as found:
        yield found


@pytest.fixture(scope="module")
def loaded(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Readers]:
    """A database with one publication, for tests that change nothing in it."""
    with new_database(server, tmp_path_factory.mktemp("loaded") / "publish") as found:
        found.load("run-1")
        let_in(found)
        yield found
