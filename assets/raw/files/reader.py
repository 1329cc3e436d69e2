"""The reader of a file, by the format that its contract declares."""

from __future__ import annotations

from collections.abc import Callable

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
    """The rows of one landed file."""
    return READERS[str(reading.obj.format)](reading)
