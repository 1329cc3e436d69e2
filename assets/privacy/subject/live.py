"""The live build, opened for reading, and a customer in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

from assets.enrich.identity.rules import default_rules
from assets.privacy.subject.person import Person, write_person
from assets.privacy.subject.request import Request, customer_of
from assets.privacy.subject.tables import (
    Table,
    add_rows_named_by_others,
    rows_of_subject,
    tables_of,
)
from assets.publish.switch import Publication, current
from assets.raw.contract_model import SourceContract
from assets.warehouse.project import read_manifest
from pipelines.runtime.builds import Build, builds_folder
from pipelines.runtime.databases import attach, connect
from pipelines.runtime.settings import Settings

CATALOGS = {"vault": "vault", "warehouse": "warehouse"}


class NothingLiveError(Exception):
    """One line: there is no live build in which a person could be looked for."""


@dataclass(frozen=True)
class LiveBuild:
    """The live build, opened for reading, and the person in it.

    Attributes:
        con: Has it attached as `vault` and `warehouse`, and `CLEAR_TRACES`.
        build: Its folder.
        publication: What is published of it.
        tables: All of its tables.
        person: Who was asked for.
    """

    con: duckdb.DuckDBPyConnection
    build: Build
    publication: Publication
    tables: Sequence[Table]
    person: Person


@contextmanager
def live_connection(settings: Settings) -> Iterator[tuple[duckdb.DuckDBPyConnection, Build]]:
    """The databases of the live build, read-only, as `vault` and `warehouse`.

    Raises:
        NothingLiveError: nothing is published.
    """
    publication = current(settings.publish_current.parent)
    build = Build(builds_folder(settings) / (publication.run_id if publication else ""))
    if publication is None or not build.vault_path.is_file():
        raise NothingLiveError(
            "There is no live build to look for the person in: run `make run` first"
        )
    spill = settings.home / "work" / "spill"
    with connect(spill, settings.memory_limit, settings.threads) as con:
        attach(con, build.vault_path, "vault")
        attach(con, build.warehouse_path, "warehouse")
        yield con, build


def resolve(settings: Settings, request: Request) -> str:
    """The customer key of who is asked for, in the live build.

    Raises:
        NothingLiveError: nothing is published.
        NobodyError: nobody, or not one person, is asked for.
        RequestError: a value of the request can be nobody's.
    """
    with live_connection(settings) as (con, _):
        return customer_of(con, request, default_rules(), settings.phone_region)


@contextmanager
def live_build_of(
    settings: Settings, contracts: Sequence[SourceContract], customer_key: str
) -> Iterator[LiveBuild]:
    """The live build and everything that leads to a customer in it.

    Raises:
        NothingLiveError: nothing is published.
        NobodyError: no customer has or had the key.
    """
    with live_connection(settings) as (con, build):
        person = write_person(con, customer_key)
        tables = tables_of(con, read_manifest(), contracts, CATALOGS)
        add_rows_named_by_others(con, tables, default_rules(), settings.phone_region)
        publication = current(settings.publish_current.parent)
        assert publication is not None
        yield LiveBuild(con, build, publication, tables, person)


def rows_by_table(live: LiveBuild, region: str) -> dict[str, int]:
    """How many rows of each table are the person's; tables without any are left out."""
    found = {}
    for table in live.tables:
        rows = rows_of_subject(live.con, table, default_rules(), region)
        count = _count(live.con, rows) if rows else 0
        if count:
            found[f"{table.catalog}.{table.schema}.{table.name}"] = count
    return found


def _count(con: duckdb.DuckDBPyConnection, rows: str) -> int:
    return int(con.execute(f"select count(*) from ({rows})").fetchall()[0][0])
