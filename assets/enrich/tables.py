"""What a table of the stage enrich is: its grain, its columns, and how it is made empty.

Belongs here: what the tables of all value models share. Not here: which tables there are; each
folder's `tables.py` says that of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

SCHEMA = "warehouse.enrich"


@dataclass(frozen=True)
class EnrichTable:
    """One table of the schema enrich.

    Attributes:
        name: its name, in the schema and as an asset.
        description: its grain first.
        columns: name, SQL type and meaning (English, 中文) of each column, in order.
    """

    name: str
    description: str
    columns: tuple[tuple[str, str, str], ...]

    @property
    def relation(self) -> str:
        """Its full name."""
        return f"{SCHEMA}.{self.name}"

    def create(self, con: duckdb.DuckDBPyConnection) -> None:
        """Make it, empty; what was there before is gone."""
        declared = ", ".join(f'"{name}" {data_type}' for name, data_type, _ in self.columns)
        con.execute(f"create or replace table {self.relation} ({declared})").fetchall()


def create_all(con: duckdb.DuckDBPyConnection, tables: Iterable[EnrichTable]) -> None:
    """Make the schema and some of its tables, empty."""
    con.execute(f"create schema if not exists {SCHEMA}").fetchall()
    for table in tables:
        table.create(con)


def table_before(
    con: duckdb.DuckDBPyConnection, table: EnrichTable, schema: str | None
) -> str | None:
    """A table as a night before left it; None where it is not there, or has other columns.

    Args:
        con: open connection.
        table: which one.
        schema: the other build's schema, such as `warehouse_before.enrich`; None without a build.
    """
    if schema is None:
        return None
    catalog, _, name = schema.rpartition(".")
    columns = con.execute(
        "select column_name from duckdb_columns() where database_name = $catalog"
        " and schema_name = $schema and table_name = $table order by column_index",
        {"catalog": catalog, "schema": name, "table": table.name},
    ).fetchall()
    same = [column for (column,) in columns] == [column for column, *_ in table.columns]
    return f"{schema}.{table.name}" if same else None
