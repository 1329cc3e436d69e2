"""The last good build, attached for reading: what tonight's tables are compared with.

Belongs here: attaching it, and which of its tables and columns there are.
Does not belong here: what is compared (known_rows.py, snapshots.py, the boundaries).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb

from expectations.engine.rules import Relation
from pipelines.runtime.databases import attached

SUFFIX = "_before"
"""Of the catalogs' names: `vault_before`, `warehouse_before`."""

_COLUMNS = """
    select database_name, schema_name, table_name, column_name
    from duckdb_columns()
    where database_name = ?
"""


@dataclass(frozen=True)
class Past:
    """The last good build, attached for reading: catalogs `vault_before`, `warehouse_before`.

    Attributes:
        as_of: Its business date; None when there is nothing to compare with.
        tables: Its tables under the names that they have in tonight's build
            (`vault.staging.stg_x`), with their columns.
    """

    as_of: date | None
    tables: Mapping[str, frozenset[str]]

    def has(self, relation: Relation) -> bool:
        """Whether it has a table of that name."""
        return _name(relation) in self.tables

    def of(self, relation: Relation) -> Relation:
        """The same table there."""
        return replace(relation, catalog=f"{relation.catalog}{SUFFIX}")

    def columns(self, relation: Relation) -> frozenset[str]:
        """The columns that the table has there; none if it is not there."""
        return self.tables.get(_name(relation), frozenset())


NO_PAST = Past(None, {})
"""The first night, and a past date that is built anew."""


@contextmanager
def attached_past(
    connection: duckdb.DuckDBPyConnection,
    vault: Path | None,
    warehouse: Path | None,
    as_of: date | None,
) -> Iterator[Past]:
    """Attach the last good build for as long as a gate runs.

    Args:
        connection: The run's own connection; its catalogs are `vault` and `warehouse`.
        vault: Vault of the last good build, if there is one.
        warehouse: Its warehouse, if there is one.
        as_of: Its business date; without one nothing is attached.
    """
    if as_of is None or (vault is None and warehouse is None):
        yield NO_PAST
        return
    with (
        attached(connection, vault, f"vault{SUFFIX}") as old_vault,
        attached(connection, warehouse, f"warehouse{SUFFIX}") as old_warehouse,
    ):
        catalogs = [catalog for catalog in (old_vault, old_warehouse) if catalog]
        yield Past(as_of, _tables(connection, catalogs))


def _tables(
    connection: duckdb.DuckDBPyConnection, catalogs: list[str]
) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for catalog in catalogs:
        for database, schema, table, column in connection.execute(_COLUMNS, [catalog]).fetchall():
            name = f"{database.removesuffix(SUFFIX)}.{schema}.{table}"
            found.setdefault(name, set()).add(column)
    return {name: frozenset(columns) for name, columns in found.items()}


def _name(relation: Relation) -> str:
    return f"{relation.catalog}.{relation.schema}.{relation.table}"
