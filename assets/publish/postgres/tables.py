"""A published table on its way: PostgreSQL's types, and rows as the stream that COPY reads.

DuckDB writes the lines, a batch of rows at a time; Python hands the bytes on and sees no row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from assets.publish.exports import SCHEMA
from assets.publish.postgres.access import Access
from assets.publish.postgres.errors import PostgresError

BATCH_ROWS = 50_000

TYPES = {
    "BOOLEAN": "boolean",
    "TINYINT": "smallint",
    "SMALLINT": "smallint",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "UTINYINT": "smallint",
    "USMALLINT": "integer",
    "UINTEGER": "bigint",
    "UBIGINT": "numeric(20,0)",
    "HUGEINT": "numeric(39,0)",
    "FLOAT": "real",
    "DOUBLE": "double precision",
    "VARCHAR": "text",
    "DATE": "date",
    "TIME": "time",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
    "UUID": "uuid",
    "JSON": "json",
}
NESTED = re.compile(r"^(STRUCT|MAP)\(|\]$")
DECIMAL = re.compile(r"^DECIMAL\(\d+,\d+\)$")


@dataclass(frozen=True)
class Column:
    """A column of a published table: name, type in DuckDB, comment."""

    name: str
    duckdb_type: str
    comment: str | None = None

    @property
    def type(self) -> str:
        """PostgreSQL's type; a list or a struct is json.

        Raises:
            PostgresError: there is none that is as exact.
        """
        if NESTED.search(self.duckdb_type):
            return "json"
        if DECIMAL.match(self.duckdb_type):
            return self.duckdb_type.replace("DECIMAL", "numeric")
        if self.duckdb_type.startswith("ENUM("):
            return "text"
        if self.duckdb_type not in TYPES:
            raise PostgresError(
                f"column {self.name} is {self.duckdb_type}, for which assets/publish/postgres has"
                " no type of PostgreSQL; cast it in the model"
            )
        return TYPES[self.duckdb_type]


@dataclass(frozen=True)
class Table:
    """A published table as it goes to PostgreSQL, without free text."""

    name: str
    columns: tuple[Column, ...]
    comment: str | None = None

    @property
    def customer_columns(self) -> list[str]:
        """The columns that say whose row it is: `customer_key`, else each `customer_key_*`."""
        names = [column.name for column in self.columns]
        if "customer_key" in names:
            return ["customer_key"]
        return [name for name in names if name.startswith("customer_key_")]


def tables_of(reader: duckdb.DuckDBPyConnection, access: Access) -> list[Table]:
    """The tables of a publication that somebody may read in PostgreSQL."""
    comments = dict(
        reader.execute(
            "select table_name, comment from duckdb_tables() where schema_name = ?",
            [SCHEMA],
        ).fetchall()
    )
    columns: dict[str, list[Column]] = {}
    for table, *column in reader.execute(
        "select table_name, column_name, data_type, comment from duckdb_columns() "
        "where schema_name = ? order by table_name, column_index",
        [SCHEMA],
    ).fetchall():
        if not access.is_free_text(table, column[0]):
            columns.setdefault(table, []).append(Column(*column))
    return [Table(name, tuple(columns[name]), comments[name]) for name in access.loaded()]


def lines(reader: duckdb.DuckDBPyConnection, table: Table) -> Iterator[memoryview]:
    """The rows of a table in the text format of COPY, some 50,000 at a time."""
    fields = ", ".join(f"coalesce({_field(column)}, '\\N')" for column in table.columns)
    query = f"select concat_ws(chr(9), {fields}) || chr(10) from {SCHEMA}.{_name(table.name)}"
    for batch in reader.sql(query).to_arrow_reader(BATCH_ROWS):
        yield _bytes(batch.column(0))


def row_count(reader: duckdb.DuckDBPyConnection, table: Table) -> int:
    """Rows of a table."""
    counted = reader.execute(f"select count(*) from {SCHEMA}.{_name(table.name)}").fetchall()
    return int(counted[0][0])


def _field(column: Column) -> str:
    name = _name(column.name)
    if column.type == "json":
        return _escaped(f"to_json({name})::varchar")
    return _escaped(f"{name}::varchar") if column.type == "text" else f"{name}::varchar"


def _escaped(text: str) -> str:
    """COPY's own marks, as it wants them written; the backslash first."""
    for mark, written in (
        ("chr(92)", "chr(92) || chr(92)"),
        ("chr(9)", "chr(92) || 't'"),
        ("chr(10)", "chr(92) || 'n'"),
        ("chr(13)", "chr(92) || 'r'"),
    ):
        text = f"replace({text}, {mark}, {written})"
    return text


def _bytes(texts: pa.StringArray) -> memoryview:
    """The bytes of an Arrow array of texts, which lie one behind the other already."""
    _, offsets, values = texts.buffers()
    places = memoryview(offsets).cast("q" if pa.types.is_large_string(texts.type) else "i")
    start, end = places[texts.offset], places[texts.offset + len(texts)]
    return memoryview(values)[start:end]


def _name(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'
