"""Records that a reader could not split: DuckDB notes them beside a query, while it runs."""

from __future__ import annotations

import duckdb

REJECTS = "raw_reject_errors"
REJECT_SCANS = "raw_reject_scans"
UNSPLIT = "temp.raw_rejects"


def forget_rejects(con: duckdb.DuckDBPyConnection) -> None:
    """To be called before a file is read: nothing is noted of those before it."""
    for table in (REJECTS, REJECT_SCANS):
        con.execute(f"drop table if exists temp.{table}").fetchall()


def make_room_for_rejects(
    con: duckdb.DuckDBPyConnection, table: str, rejects: str, among: str = "true"
) -> bool:
    """Write `UNSPLIT`, and number the rows of a table as they stand in the file with those.

    Args:
        con: Has read the file into the table.
        table: Has `_position`.
        rejects: Of the reader (`SourceRows.rejects`).
        among: Which rows of the table are of the file.

    Returns:
        Whether there are any; they are to be added to the table.
    """
    con.execute(f"create or replace temp table raw_rejects as {rejects}").fetchall()
    if con.execute(f"select count(*) from {UNSPLIT}").fetchall() == [(0,)]:
        return False
    con.execute(f"""
        with rejects as (
            select _position - row_number() over (order by _position) as rows_before
            from {UNSPLIT}
        ),

        moved as (
            select read.rowid as row_id, count(*) as places
            from {table} as read
            inner join rejects on rejects.rows_before < read._position
            where {among}
            group by read.rowid
        )

        update {table} set _position = _position + moved.places
        from moved
        where {table}.rowid = moved.row_id
    """).fetchall()
    return True
