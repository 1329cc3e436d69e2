"""The reader of a file, by the format that its contract declares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from assets.raw import sql
from assets.raw.files.delimited import read_delimited
from assets.raw.files.excel import read_excel
from assets.raw.files.json_lines import read_json_lines
from assets.raw.files.parquet import read_parquet
from assets.raw.files.source_rows import Reading, SourceRows

READERS: dict[str, Callable[[Reading], SourceRows]] = {
    "csv": read_delimited,
    "jsonl": read_json_lines,
    "parquet": read_parquet,
    "xlsx": read_excel,
}


def read_file(reading: Reading) -> SourceRows:
    """The rows of one landed file; optional columns that it does not have are empty."""
    rows = READERS[str(reading.obj.format)](reading)
    absent = [column.name for column in reading.obj.columns if column.name not in rows.types]
    if not absent:
        return rows
    empty = ", ".join(f"null::varchar as {sql.name(name)}" for name in absent)
    return replace(
        rows,
        query=f"select *, {empty} from ({rows.query})",
        types=rows.types | dict.fromkeys(absent, "VARCHAR"),
    )
