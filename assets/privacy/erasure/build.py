"""A new build and publication from the live ones, without the person, in place of all others."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import duckdb

from assets.enrich.identity.rules import default_rules
from assets.privacy.erasure.databases import copy_database
from assets.privacy.subject.person import Person, write_person
from assets.privacy.subject.tables import (
    Table,
    add_rows_named_by_others,
    rows_of_subject,
    tables_of,
)
from assets.publish.exports import published_tables, write_publication
from assets.publish.switch import (
    Publication,
    current,
    prune,
    published_at,
    publishing,
    staging_folder,
    switch_to,
)
from assets.raw import sql
from assets.raw.contract_model import SourceContract
from assets.warehouse.project import read_manifest
from pipelines.runtime.builds import Build, builds_folder, is_in_use, open_build
from pipelines.runtime.clock import utc_now
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
    con = duckdb.connect(config={"temp_directory": str(spill)})
    try:
        con.execute("set timezone = 'UTC'").fetchall()
        if settings.memory_limit:
            con.execute(f"set memory_limit = {sql.text(settings.memory_limit)}").fetchall()
        for path, catalog in ((build.vault_path, "vault"), (build.warehouse_path, "warehouse")):
            con.execute(f"attach {sql.text(path)} as {catalog} (read_only)").fetchall()
        yield con, build
    finally:
        con.close()


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


def write_build_without(settings: Settings, live: LiveBuild, run_id: str) -> dict[str, int]:
    """Write a new build; rows that did not come along, by table.

    Raises:
        RuntimeError: rows of the person are in it all the same; it is not published.
    """
    new = open_build(settings, run_id)
    gone: dict[str, int] = {}
    left: dict[str, int] = {}
    for catalog, path in (("vault", new.vault_path), ("warehouse", new.warehouse_path)):
        live.con.execute(f"attach {sql.text(path)} as new_{catalog}").fetchall()
        path.chmod(0o600)
        tables = [table for table in live.tables if table.catalog == catalog]
        counts = copy_database(
            live.con, f"new_{catalog}", tables, default_rules(), settings.phone_region
        )
        gone |= {f"{catalog}.{name}": count for name, count in counts.items()}
        copied = replace(live, tables=[replace(it, catalog=f"new_{catalog}") for it in tables])
        left |= rows_by_table(copied, settings.phone_region)
        live.con.execute(f"detach new_{catalog}").fetchall()
    if left:
        raise RuntimeError(f"rows of the person were copied: {', '.join(sorted(left))}")
    return gone


def publish_in_place_of_all(
    settings: Settings, live: Publication, run_id: str
) -> tuple[Publication, list[str]]:
    """Publish a build that was written, and remove every other build and publication.

    Returns:
        What is published now, and the run ids that are gone.
    """
    folder = settings.publish_current.parent
    stamp = {
        "run_id": run_id,
        "as_of": live.as_of,
        "published_at": published_at(utc_now()),
    }
    with publishing(folder):
        with open_build(settings, run_id).connect() as con:
            partial = staging_folder(folder, run_id)
            counts = write_publication(con, partial, published_tables(read_manifest()), stamp)
        publication = Publication(**stamp, tables=counts)
        switch_to(folder, partial, publication, settings.publish_group)
        removed = prune(
            folder, builds_folder(settings), settings.home / "quality", 1, in_use=is_in_use
        )
        # What a killed publisher left unfinished is of an older build as well.
        for leftover in folder.glob(".*.partial"):
            shutil.rmtree(leftover)
    return publication, removed


def _count(con: duckdb.DuckDBPyConnection, rows: str) -> int:
    return int(con.execute(f"select count(*) from ({rows})").fetchall()[0][0])
