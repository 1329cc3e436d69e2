"""Delivered files as DuckDB tables: read one, change it with SQL, write it back in its own format.

What a source delivers is text: CSV columns are read as text, those of JSON lines in the kinds that
JSON knows, Parquet as it is. So a fault is what the source would have written, not what we read.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb

from assets.raw.contract import each_object, load_contracts
from assets.raw.contract_model import ObjectContract
from pipelines.runtime.settings import PROJECT_ROOT

SOURCES = PROJECT_ROOT / "demo" / "sources"
TIMEZONE = "America/New_York"

UTF8 = ("utf-8", "utf-8-sig")

Name = tuple[str, str]
"""Source and object."""


def objects() -> dict[Name, ObjectContract]:
    """Every object of the demo's contracts."""
    return {
        (contract.source, name): obj for contract, name, obj in each_object(load_contracts(SOURCES))
    }


class Delivered:
    """The drop folder of one night."""

    def __init__(self, data: Path, as_of: date, two_days_ago: Path | None = None) -> None:
        self.data = data
        self.two_days_ago = two_days_ago
        self.as_of = as_of
        self.objects: Mapping[Name, ObjectContract] = objects()
        self.con = duckdb.connect()
        self.con.execute("set timezone = 'UTC'").fetchall()
        self.con.execute("set threads = 1").fetchall()
        self.touched: set[Name] = set()

    def path(self, source: str, name: str) -> Path:
        """The object's one file."""
        [file] = sorted(self.data.glob(str(self.objects[source, name].path)))
        return file

    def sql(self, statement: str) -> list[tuple]:
        """Run SQL on the tables that were read."""
        return self.con.execute(statement).fetchall()

    def one(self, query: str) -> int:
        """The one number of a query."""
        return int(self.sql(query)[0][0] or 0)

    def read(self, source: str, name: str, table: str = "t") -> str:
        """Read an object's file into a table; returns the table's name."""
        obj, file = self.objects[source, name], self.path(source, name)
        self.sql(f"create or replace table {table} as from {self._reader(obj, file)}")
        return table

    def write(self, source: str, name: str, table: str = "t") -> None:
        """Write a table back over the object's file."""
        obj, file = self.objects[source, name], self.path(source, name)
        rows = f"(select * from {table})"
        if obj.format == "parquet":
            self.sql(f"copy {rows} to '{file}' (format parquet)")
        elif obj.format == "jsonl":
            kind = "gzip" if file.suffix == ".gz" else "uncompressed"
            self.sql(f"copy {rows} to '{file}' (format json, compression {kind})")
        else:
            self.sql(f"copy {rows} to '{file}' (format csv, header, delimiter '{obj.delimiter}')")
            if obj.encoding not in UTF8:
                file.write_bytes(file.read_text("utf-8").encode(obj.encoding))
        self.touched.add((source, name))

    def text(self, source: str, name: str) -> str:
        """The file as text."""
        return self.path(source, name).read_bytes().decode(self.objects[source, name].encoding)

    def write_bytes(self, source: str, name: str, content: bytes) -> None:
        """Write a file as bytes."""
        self.path(source, name).write_bytes(content)
        self.touched.add((source, name))

    def day(self, column: str) -> str:
        """SQL: the business date of a UTC time of a file."""
        return f"cast(timezone('{TIMEZONE}', timezone('UTC', cast({column} as timestamp))) as date)"

    def today(self, column: str) -> str:
        """SQL: whether a UTC time of a file is of the business date."""
        return f"({self.day(column)} = date '{self.as_of}')"

    def later(self, column: str, interval: str) -> str:
        """SQL: the time later by an interval, as text in the form of the files."""
        return f"strftime(cast({column} as timestamp) + {interval}, '%Y-%m-%d %H:%M:%S')"

    def _reader(self, obj: ObjectContract, file: Path) -> str:
        if obj.format == "parquet":
            return f"read_parquet('{file}')"
        if obj.format == "jsonl":
            kinds = ", ".join(f"'{c.title}': '{_json_kind(c.type)}'" for c in obj.columns)
            return f"read_json('{file}', format='newline_delimited', columns={{{kinds}}})"
        if obj.encoding not in UTF8:
            plain = self.data / f".{file.name}.utf8"
            plain.write_text(file.read_bytes().decode(obj.encoding), "utf-8")
            file = plain
        return (
            f"read_csv('{file}', all_varchar=true, header=true, delim='{obj.delimiter}',"
            " quote='\"', escape='\"', sample_size=-1)"
        )


def _json_kind(kind: str) -> str:
    return {"bigint": "BIGINT", "integer": "BIGINT", "boolean": "BOOLEAN", "json": "JSON"}.get(
        kind, "VARCHAR"
    )
