"""What an audience may ask of a customer: published columns, one value per customer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from assets.audiences.declared import COMPARISONS, LISTS, Audience, Condition
from assets.audiences.errors import AudienceError
from assets.publish.exports import SCHEMA, published_tables
from assets.raw import sql
from pipelines.runtime.privacy import SENSITIVE, catalogue

BASE = "customer_360"
ALWAYS = ("customer_key", "address", "preferred_language", "name")
"""Columns of the file itself, which no label may repeat."""


@dataclass(frozen=True)
class Column:
    """A published column with one value per customer.

    Attributes:
        table: Its table.
        name: Its name.
        kind: Its SQL type.
        privacy_class: What the catalogue says of it.
    """

    table: str
    name: str
    kind: str
    privacy_class: str

    @property
    def reference(self) -> str:
        """Its SQL, where its table goes by its own name."""
        return f"{sql.name(self.table)}.{sql.name(self.name)}"


def columns_of_customers(
    con: duckdb.DuckDBPyConnection, manifest: Mapping[str, Any]
) -> dict[str, Column]:
    """The columns by `table.column`: of the tables whose key is the customer, and published.

    Args:
        con: The live publication is attached as `publication`.
        manifest: Of dbt.
    """
    tables = {it.name for it in published_tables(manifest) if it.order_by == ("customer_key",)}
    classes = {
        (column.table[2], column.name): column.privacy_class
        for column in catalogue(manifest)
        if column.table[1] == SCHEMA
    }
    found = con.execute(
        "select table_name, column_name, data_type from duckdb_columns()"
        f" where database_name = 'publication' and schema_name = '{SCHEMA}'"
    ).fetchall()
    return {
        f"{table}.{name}": Column(table, name, kind, classes[table, name])
        for table, name, kind in found
        if table in tables and (table, name) in classes
    }


@dataclass(frozen=True)
class Question:
    """What of a publication is read for an audience.

    Attributes:
        tables: Beside `BASE`.
        conditions: SQL, with `?` for each value.
        values: For the conditions, as texts.
        labels: In the order of the file.
    """

    tables: tuple[str, ...]
    conditions: tuple[str, ...]
    values: tuple[str, ...]
    labels: tuple[Column, ...]


def question(
    con: duckdb.DuckDBPyConnection, name: str, audience: Audience, columns: Mapping[str, Column]
) -> Question:
    """Hold an audience against what is published.

    Raises:
        AudienceError: a column is not published, a value is not of its type, or a label may not
            leave.
    """
    asked = [(it, _column(name, it.column, columns)) for it in audience.where]
    for condition, column in asked:
        _check_values(con, name, condition, column)
    labels = tuple(_label(name, label, columns) for label in audience.labels)
    tables = {column.table for _, column in asked} | {column.table for column in labels}
    return Question(
        tables=tuple(sorted(tables - {BASE})),
        conditions=tuple(_sql(condition, column) for condition, column in asked),
        values=tuple(
            _text(value) for it in audience.where if it.operator != "known" for value in it.values
        ),
        labels=labels,
    )


def _column(audience: str, written: str, columns: Mapping[str, Column]) -> Column:
    full = written if "." in written else f"{BASE}.{written}"
    if full not in columns:
        raise AudienceError(
            f"{audience}: {full} is no published column with one value per customer; name one of"
            f" {BASE}, or table.column (the tables with the key customer_key: docs/marts)"
        )
    return columns[full]


def _label(audience: str, written: str, columns: Mapping[str, Column]) -> Column:
    column = _column(audience, written, columns)
    if column.name in ALWAYS:
        raise AudienceError(f"{audience}: {column.name} is in every file; take it off the labels")
    if column.privacy_class == SENSITIVE:
        raise AudienceError(
            f"{audience}: {column.table}.{column.name} is sensitive (docs/privacy.md) and may not"
            " stand beside an address; take it off the labels"
        )
    return column


def _check_values(
    con: duckdb.DuckDBPyConnection, audience: str, condition: Condition, column: Column
) -> None:
    if condition.operator == "known":
        return
    for value in condition.values:
        # true as a number would be 1, and a number as yes or no would be yes.
        is_alike = isinstance(value, bool) == (column.kind == "BOOLEAN")
        [(cast,)] = con.execute(f"select try_cast(? as {column.kind})", [_text(value)]).fetchall()
        if cast is None or not is_alike:
            raise AudienceError(
                f"{audience}: {condition.column} is {column.kind}; {condition.operator} is held"
                " against a value of another kind"
            )


def _sql(condition: Condition, column: Column) -> str:
    value = f"cast(? as {column.kind})"
    if condition.operator == "known":
        return f"{column.reference} is {'not ' if condition.values[0] else ''}null"
    if condition.operator in COMPARISONS:
        return f"{column.reference} {COMPARISONS[condition.operator]} {value}"
    values = ", ".join([value] * len(condition.values))
    return f"{column.reference} {LISTS[condition.operator]} ({values})"


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
