"""All records of a landed file, also those that cannot be split into fields, by their numbers."""

from __future__ import annotations

from collections.abc import Iterable

from assets.raw import sql
from assets.raw.files.reader import read_file
from assets.raw.files.rejects import UNSPLIT, forget_rejects, make_room_for_rejects
from assets.raw.files.source_rows import Reading


def all_records(
    reading: Reading, table: str, columns: Iterable[str], *, with_texts: bool = False
) -> str:
    """SQL of the records of one file: `_position`, `_rule`, `_reason`, `_payload`, and columns.

    A record that cannot be split has a payload, and no values.

    Args:
        reading: The file.
        table: Name for a temporary table, where there may be such records.
        columns: That are taken.
        with_texts: Whether sound records have their text too, where the reader gives it.

    Raises:
        FileError: the file cannot be read as its contract says.
    """
    con, rows = reading.con, read_file(reading)
    text = "_payload" if with_texts else "case when _rule is not null then _payload end"
    taken = "".join(f", {sql.name(column)}" for column in columns)
    query = (
        f"select _position, _rule, _reason, {text} as _payload{taken} from ({rows.query}) as read"
    )
    if rows.rejects is None:
        return query
    forget_rejects(con)
    con.execute(f"create or replace temp table {table} as {query}").fetchall()
    if make_room_for_rejects(con, f"temp.{table}", rows.rejects):
        con.execute(f"insert into temp.{table} by name select * from {UNSPLIT}").fetchall()
    return f"select * from temp.{table}"
