"""A build's two databases, copied without the rows of a person.

DuckDB leaves deleted rows in its file, also after a checkpoint; only a fresh file is without them.
So every table is copied, those of the person less their rows, into new files under a new build.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import duckdb

from assets.enrich.identity.rules import Rules
from assets.privacy.subject.tables import Table, matching, rows_of_subject
from assets.raw import sql


def copy_database(
    con: duckdb.DuckDBPyConnection,
    new: str,
    tables: Sequence[Table],
    rules: Rules,
    region: str,
) -> dict[str, int]:
    """Copy the tables of one catalog into an empty one, without the rows of the person.

    Args:
        con: Has both attached, and `CLEAR_TRACES` with the ids that other tables name.
        new: Empty catalog that is written.
        tables: All of the old one.
        rules: Of identity resolution.
        region: Of phones that give no hint themselves.

    Returns:
        Rows that did not come along, by table.
    """
    old = tables[0].catalog
    con.execute(f"copy from database {sql.name(old)} to {sql.name(new)} (schema)").fetchall()
    gone: dict[str, int] = {}
    for table in tables:
        if table.is_emptied:
            continue
        target = replace(table, catalog=new)
        rows = rows_of_subject(con, table, rules, region)
        where = f" where rowid not in ({rows})" if rows else ""
        replaced = ", ".join(_cleared_columns(con, table, rules, region))
        columns = f"* replace ({replaced})" if replaced else "*"
        con.execute(f"insert into {target.sql} select {columns} from {table.sql}{where}").fetchall()
        lost = _count(con, table) - _count(con, target) if rows else 0
        if lost:
            gone[f"{table.schema}.{table.name}"] = lost
    return gone


def _cleared_columns(
    con: duckdb.DuckDBPyConnection, table: Table, rules: Rules, region: str
) -> Iterator[str]:
    """SQL of each column of which only the person's values go."""
    for lead in table.leads:
        if lead.clears:
            column = sql.name(lead.column)
            theirs = matching(con, table, lead, rules, region)
            yield f"case when {theirs} then null else {column} end as {column}"


def _count(con: duckdb.DuckDBPyConnection, table: Table) -> int:
    return int(con.execute(f"select count(*) from {table.sql}").fetchall()[0][0])
