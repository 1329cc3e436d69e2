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
