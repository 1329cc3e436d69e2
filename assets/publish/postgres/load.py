"""Loading a publication into PostgreSQL: all of it and the switch to it are one transaction.

A reader sees the old publication or the new one. What a killed load wrote is gone with its
connection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import psycopg
from psycopg import sql

from assets.publish.exports import SCHEMA
from assets.publish.postgres.access import Access, check_access
from assets.publish.postgres.connection import connected
from assets.publish.postgres.errors import PostgresError, in_our_words
from assets.publish.postgres.rights import make_roles, make_rules
from assets.publish.postgres.schemas import describe, refuse_foreign, remove_old, switch
from assets.publish.postgres.tables import Table, lines, row_count, tables_of
from assets.publish.reader import open_publication
from assets.publish.switch import current

FRESH = f"{SCHEMA}_next"


@dataclass(frozen=True)
class Loaded:
    """What readers of PostgreSQL have now.

    Attributes:
        run_id: the run of the publication.
        as_of: its business date.
        rows: rows of each table that was loaded.
        kept: schemas of earlier publications that are still in use, and stay until the next load.
    """

    run_id: str
    as_of: str
    rows: Mapping[str, int] = field(default_factory=dict)
    kept: Sequence[str] = ()


def load_publication(
    folder: Path, dsn: str, access: Access, keys: Mapping[str, Sequence[str]]
) -> Loaded:
    """Write a publication to PostgreSQL and switch its readers to it.

    Args:
        folder: the folder of all publications; the live one is loaded.
        dsn: connection string of the loader.
        access: who may read which table.
        keys: the proven key of each table; one of `customer_key` alone becomes its primary key.

    Raises:
        PostgresError: nothing was switched, and why.
    """
    live = current(folder)
    if live is None:
        raise PostgresError(f"nothing is published in {folder}; run `make run` first")
    check_access(access, {*live.tables, "publication"})
    with open_publication(folder / live.run_id) as reader, connected(dsn) as connection:
        tables = tables_of(reader, access)
        with in_our_words("removing earlier publications"):
            remove_old(connection)
        with in_our_words("the switch"), connection.transaction():
            refuse_foreign(connection)
            make_roles(connection, access.audiences.values())
            connection.execute(sql.SQL("create schema {}").format(sql.Identifier(FRESH)))
            rows = {}
            for table in tables:
                with in_our_words(f"writing table {table.name}"):
                    rows[table.name] = _write(connection, reader, table, keys.get(table.name, ()))
            with in_our_words("granting rights"):
                make_rules(connection, FRESH, tables, access)
            describe(connection, FRESH, live)
            switch(connection, FRESH)
        with in_our_words("removing the publication before"):
            kept = remove_old(connection)
    return Loaded(live.run_id, live.as_of, rows, kept)


def _write(
    connection: psycopg.Connection,
    reader: duckdb.DuckDBPyConnection,
    table: Table,
    key: Sequence[str],
) -> int:
    target = sql.SQL("{}.{}").format(sql.Identifier(FRESH), sql.Identifier(table.name))
    columns = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(column.name), sql.SQL(column.type))
        for column in table.columns
    )
    connection.execute(sql.SQL("create table {} ({})").format(target, columns))
    cursor = connection.cursor()
    # Frozen rows are there for every snapshot: a reader whose transaction began before the switch
    # would find the new tables empty.
    with cursor.copy(sql.SQL("copy {} from stdin with (freeze)").format(target)) as copy:
        for part in lines(reader, table):
            copy.write(part)
    expected = row_count(reader, table)
    if cursor.rowcount != expected:
        raise PostgresError(
            f"table {table.name} has {expected} rows, of which {cursor.rowcount} arrived; readers"
            " keep what they had"
        )
    _index(connection, target, table, key)
    _comment(connection, target, table)
    connection.execute(sql.SQL("analyze {}").format(target))
    return expected


def _index(
    connection: psycopg.Connection, target: sql.Composable, table: Table, key: Sequence[str]
) -> None:
    for column in table.customer_columns:
        statement = "create index on {} ({})"
        if list(key) == [column]:
            statement = "alter table {} add primary key ({})"
        connection.execute(sql.SQL(statement).format(target, sql.Identifier(column)))


def _comment(connection: psycopg.Connection, target: sql.Composable, table: Table) -> None:
    statements = [
        sql.SQL("comment on column {}.{} is {}").format(
            target, sql.Identifier(column.name), sql.Literal(column.comment)
        )
        for column in table.columns
        if column.comment
    ]
    if table.comment:
        statements.append(
            sql.SQL("comment on table {} is {}").format(target, sql.Literal(table.comment))
        )
    if statements:
        connection.execute(sql.SQL("; ").join(statements))
