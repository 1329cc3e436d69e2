"""Cells for people who open CSV in a spreadsheet: a text that begins like a formula is made a text.

Excel and its like run what begins with = + - or @ (公式注入), also in full width, and a name or a
note of a customer can begin so. A leading apostrophe stops that and is not shown. Databases and
Parquet files keep every text as it is: nothing runs there.
"""

from __future__ import annotations

import codecs
import shutil
from collections.abc import Collection
from pathlib import Path

import duckdb

from assets.raw import sql
from assets.raw.casts import FLOATS, INTEGERS
from pipelines.runtime.private_files import private_file, written_whole

STARTS = r"^[\s\pZ\pC]*[=+\-@＝＋－＠﹢﹣﹦﹫]|^[\t\r\n]"
"""What a spreadsheet may take for a formula: a sign, also behind blanks, and tab, CR or LF."""

HARMLESS = INTEGERS | FLOATS | {"BOOLEAN", "DATE"}
"""Types whose values are no text."""


def as_cell(text: str) -> str:
    """The SQL of a text as a cell: with an apostrophe in front where it could be a formula.

    Args:
        text: SQL of a text. Numbers need no care: a number is no formula.
    """
    return (
        f"case when regexp_matches({text}, {sql.text(STARTS)}) then '''' || {text} else {text} end"
    )


def write_csv(
    con: duckdb.DuckDBPyConnection, query: str, file: Path, as_it_is: Collection[str] = ()
) -> None:
    """Write a query as CSV for people: UTF-8 with a byte order mark, as Chinese Excel wants it.

    Texts and the names of columns are neutralised; numbers, dates and booleans stay as they are.

    Args:
        con: Connection.
        query: A select; its columns become those of the file.
        file: Written for the owner only.
        as_it_is: Columns of texts that the caller knows to be harmless, such as checked numbers.
    """
    described = con.sql(query)
    names = list(zip(described.columns, described.types, strict=True))
    cells = ", ".join(
        f"{sql.name(name) if name in as_it_is else _cell(name, str(kind))}"
        f" as {sql.name(_harmless(con, name))}"
        for name, kind in names
    )
    partial = file.with_name(f".{file.name}.cells")
    try:
        with private_file(partial):
            pass
        con.execute(
            f"copy (select {cells} from ({query})) to {sql.text(partial)} "
            "(format csv, header true, use_tmp_file false)"
        ).fetchall()
        with partial.open("rb") as rows, written_whole(file) as handle:
            handle.write(codecs.BOM_UTF8)
            shutil.copyfileobj(rows, handle)
    finally:
        partial.unlink(missing_ok=True)


def _cell(name: str, kind: str) -> str:
    if kind in HARMLESS or kind.startswith(("DECIMAL", "TIMESTAMP", "TIME")):
        return sql.name(name)
    return as_cell(f"cast({sql.name(name)} as varchar)")


def _harmless(con: duckdb.DuckDBPyConnection, name: str) -> str:
    return str(con.execute(f"select {as_cell(sql.text(name))}").fetchall()[0][0])
