"""The columns that a table has in this build."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from pipelines.runtime.privacy import CatalogueColumn


@dataclass(frozen=True)
class Column:
    """A column of a published table.

    Values that match `proven` are not searched; people write in a column of free text. What the
    column catalogue says of it is `known`; None when it does not know the column.
    """

    name: str
    type_name: str
    proven: str = ""
    is_free_text: bool = False
    known: CatalogueColumn | None = None

    @property
    def is_text(self) -> bool:
        """Whether a value can hold text, also inside a list or a struct."""
        return "VARCHAR" in self.type_name or "JSON" in self.type_name

    @property
    def is_whole_number(self) -> bool:
        """Whether a mobile number fits."""
        return self.type_name in ("BIGINT", "UBIGINT", "HUGEINT", "UHUGEINT")

    @property
    def sql(self) -> str:
        """The value as text."""
        quoted = f'"{self.name}"'
        return quoted if self.type_name == "VARCHAR" else f"cast({quoted} as varchar)"

    @property
    def searched(self) -> str:
        """SQL: whether a value is searched."""
        return f"not regexp_matches({self.sql}, '{self.proven}')" if self.proven else "true"


def columns_of(
    connection: duckdb.DuckDBPyConnection,
    catalog: str,
    schema: str,
    known: Mapping[str, Mapping[str, CatalogueColumn]] | None = None,
) -> dict[str, list[Column]]:
    """The columns of every table and view of a schema, by table.

    Args:
        connection: The build.
        catalog: Of the schema.
        schema: Its name.
        known: What the column catalogue says, by table and column.
    """
    found: dict[str, list[Column]] = {}
    rows = connection.execute(
        "select table_name, column_name, data_type from duckdb_columns()"
        " where database_name = ? and schema_name = ? order by table_name, column_index",
        [catalog, schema],
    ).fetchall()
    for table, column, type_name in rows:
        said = (known or {}).get(table, {}).get(column)
        found.setdefault(table, []).append(Column(column, type_name, known=said))
    return found
