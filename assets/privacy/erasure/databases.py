"""A build's two databases, copied without the rows of a person.

DuckDB leaves deleted rows in its file, also after a checkpoint; only a fresh file is without them.
So every table is copied, those of the person less their rows, into new files under a new build.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from assets.privacy.subject.leads import Lead
from assets.raw import sql

CLEAR_TRACES = "temp.erasure_clear_traces"
"""One row per kind and value of the person, in each way in which a table may write it."""


@dataclass(frozen=True)
class Table:
    """A table of a build, and the columns that tell whose its rows are."""

    catalog: str
    schema: str
    name: str
    leads: tuple[Lead, ...] = ()

    @property
    def sql(self) -> str:
        """Its qualified name."""
        return ".".join(map(sql.name, (self.catalog, self.schema, self.name)))


def rows_of_person(con: duckdb.DuckDBPyConnection, table: Table) -> str:
    """SQL: the rowids of a table that go with the person; needs `CLEAR_TRACES`."""
    parts = [
        f"select rowid from {table.sql}"
        f" where ({lead.kinds}, cast({sql.name(lead.column)} as varchar))"
        f" in (select kind, value from {CLEAR_TRACES})"
        for lead in table.leads
        if not lead.clears
    ]
    return " union ".join(parts)


def cleared_columns(table: Table) -> Mapping[str, str]:
    """SQL of the new value of each column of which only the person's values go."""
    return {
        lead.column: (
            f"case when ({lead.kinds}, cast({sql.name(lead.column)} as varchar))"
            f" in (select kind, value from {CLEAR_TRACES}) then null"
            f" else {sql.name(lead.column)} end"
        )
        for lead in table.leads
        if lead.clears
    }


def copy_database(
    con: duckdb.DuckDBPyConnection, old: str, new: str, tables: Sequence[Table]
) -> dict[str, int]:
    """Copy a catalog into an empty one, without the rows of the person.

    Args:
        con: Has both attached, and `CLEAR_TRACES`.
        old: Catalog that is read.
        new: Empty catalog that is written.
        tables: Of the old one, those whose rows may be somebody's.

    Returns:
        Rows that did not come along, by table.
    """
    con.execute(f"copy from database {sql.name(old)} to {sql.name(new)} (schema)").fetchall()
    known = {(table.schema, table.name): table for table in tables}
    gone: dict[str, int] = {}
    for schema, name in _tables(con, old):
        table = known.get((schema, name), Table(old, schema, name))
        target = Table(new, schema, name)
        rows = rows_of_person(con, table)
        replaced = ", ".join(
            f"{expression} as {sql.name(column)}"
            for column, expression in cleared_columns(table).items()
        )
        columns = f"* replace ({replaced})" if replaced else "*"
        where = f" where rowid not in ({rows})" if rows else ""
        con.execute(f"insert into {target.sql} select {columns} from {table.sql}{where}").fetchall()
        if rows:
            lost = _count(con, table) - _count(con, target)
            if lost:
                gone[f"{schema}.{name}"] = lost
    return gone


def _tables(con: duckdb.DuckDBPyConnection, catalog: str) -> Iterator[tuple[str, str]]:
    yield from con.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = ?"
        " and not internal and not temporary order by all",
        [catalog],
    ).fetchall()


def _count(con: duckdb.DuckDBPyConnection, table: Table) -> int:
    return int(con.execute(f"select count(*) from {table.sql}").fetchall()[0][0])
