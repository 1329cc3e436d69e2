"""Parquet files: native types, checked and cast value by value."""

from __future__ import annotations

import duckdb

from assets.raw import sql
from assets.raw.errors import FileError
from assets.raw.files.headers import match_header
from assets.raw.files.source_rows import Reading, SourceRows


def read_parquet(reading: Reading) -> SourceRows:
    """The rows of one Parquet file.

    Raises:
        FileError: no Parquet file, or other columns than declared.
    """
    scan = f"read_parquet([{sql.text(reading.file.stored)}])"
    try:
        described = reading.con.execute(f"describe select * from {scan}").fetchall()
    except duckdb.Error:
        raise FileError(
            f"{reading.path}: is no readable Parquet file (cut or of another format); "
            "deliver it again or mend 'format' in the contract"
        ) from None
    types = {str(row[0]): str(row[1]) for row in described}
    columns = match_header(reading, list(types))
    values = ", ".join(f"{sql.name(column.title)} as {sql.name(column.name)}" for column in columns)
    query = f"""
        select
            file_row_number + 1 as _position,
            null::varchar as _rule,
            null::varchar as _reason,
            null::varchar as _payload,
            {values}
        from {scan.removesuffix(")")}, file_row_number = true)
    """
    return SourceRows(query, {column.name: types[column.title] for column in columns})
