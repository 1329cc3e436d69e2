"""Every different text that is to be published, looked at once: what is wrong with it, and where.

A hundred published tables repeat the same keys, names and categories. Their different texts are
gathered in a database in memory, each question is asked of each of them once, and only the texts
that are accused are looked for in the tables again. What stays in the build are counts by table,
column and rule, in `vault.gate.accusations`: the rules of privacy.py look them up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

from expectations.engine.columns import Column
from expectations.engine.rules import Relation

ACCUSATIONS = Relation("vault", "gate", "accusations")
"""Per published column and rule: `table_name`, `column_name`, `rule`, `kind`, `text_count`."""

TEXTS = "sweep.main.texts"
"""Each different text of any text column: `text`."""

FREE_TEXTS = "sweep.main.free_texts"
"""Each different text of a column in which people write: `text`."""

SHORTEST = 3
"""Shorter texts hold nothing that any question asks for."""

UNREAD_RULE = "no_identifier_patterns"
"""The rule, of every table with texts, that fails when a table cannot be read."""


@dataclass(frozen=True)
class Question:
    """What is asked of each text, for one rule: a query that gives the column `text`.

    `kind` says in words what was found. With `of_free_texts`, a text is accused only where it
    stands in a column of free text.
    """

    rule: str
    kind: str
    query: str
    of_free_texts: bool = False


def keep_accusations(
    connection: duckdb.DuckDBPyConnection,
    published: Mapping[Relation, Sequence[Column]],
    questions: Sequence[Question],
) -> None:
    """Write `vault.gate.accusations`: empty when nothing is wrong.

    Args:
        connection: The build; schema `gate` of its vault is there.
        published: The text columns of each published table.
        questions: They read `TEXTS` or `FREE_TEXTS`.
    """
    connection.execute(
        f"create or replace table {ACCUSATIONS.sql} (table_name varchar, column_name varchar,"
        " rule varchar, kind varchar, text_count bigint)"
    ).fetchall()
    with _database_in_memory(connection):
        _gather(connection, published)
        for asked in questions:
            connection.execute(
                "insert into sweep.main.accused select distinct ?, ?, ?, text"
                f" from ({asked.query})",
                [asked.rule, asked.kind, asked.of_free_texts],
            ).fetchall()
        if connection.execute("select 1 from sweep.main.accused limit 1").fetchall():
            for relation, columns in published.items():
                _find(connection, relation, columns)


@contextmanager
def _database_in_memory(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """The texts never reach a file of the build: at most DuckDB's spill folder, which is inside."""
    connection.execute("attach ':memory:' as sweep").fetchall()
    try:
        yield
    finally:
        connection.execute("detach sweep").fetchall()


def _gather(
    connection: duckdb.DuckDBPyConnection, published: Mapping[Relation, Sequence[Column]]
) -> None:
    """Table by table, so that no more than one table's texts are sorted out at a time."""
    connection.execute(
        "create table sweep.main.accused"
        " (rule varchar, kind varchar, of_free_texts boolean, text varchar)"
    ).fetchall()
    for target, wanted in ((TEXTS, _any), (FREE_TEXTS, _free)):
        connection.execute(f"create table {target}_by_table (text varchar)").fetchall()
        for relation, columns in published.items():
            chosen = [column for column in columns if wanted(column)]
            if chosen:
                texts = " union all ".join(_different(relation, column) for column in chosen)
                try:
                    connection.execute(f"insert into {target}_by_table {texts}").fetchall()
                except duckdb.Error as error:
                    _accuse_unread(connection, relation, error)
        connection.execute(
            f"create table {target} as select distinct text from {target}_by_table"
        ).fetchall()
        connection.execute(f"drop table {target}_by_table").fetchall()


def _accuse_unread(
    connection: duckdb.DuckDBPyConnection, relation: Relation, error: duckdb.Error
) -> None:
    """A table that cannot be read is not known to be harmless; the error's text may quote it."""
    kind = f"could not be searched ({type(error).__name__})"
    connection.execute(
        f"insert into {ACCUSATIONS.sql} values (?, 'any', ?, ?, 1)",
        [relation.table, UNREAD_RULE, kind],
    ).fetchall()


def _any(_: Column) -> bool:
    return True


def _free(column: Column) -> bool:
    return column.is_free_text


def _different(relation: Relation, column: Column) -> str:
    return (
        f"select distinct {column.sql} as text from {relation.sql}"
        f" where length({column.sql}) >= {SHORTEST} and {column.searched}"
    )


def _find(
    connection: duckdb.DuckDBPyConnection, relation: Relation, columns: Sequence[Column]
) -> None:
    """Count the accused texts in each column of a table."""
    for column in columns:
        connection.execute(
            f"insert into {ACCUSATIONS.sql} select ?, ?, accused.rule, accused.kind, count(*)"
            f" from ({_different(relation, column)}) as texts"
            " inner join sweep.main.accused as accused on accused.text = texts.text"
            " where ? or not accused.of_free_texts group by all",
            [relation.table, column.name, column.is_free_text],
        ).fetchall()
