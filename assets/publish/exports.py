"""Writing the reader's copies: one DuckDB file for BI, one Parquet file for each table.

Rows are written in the order of each table's key, so that the same inputs give the same bytes of
Parquet. The DuckDB file carries tables and columns with their descriptions as comments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

READER_STORAGE_VERSION = "v1.4.0"
"""BI drivers lag behind: every DuckDB from 1.4 on opens this."""

SCHEMA = "publish"


@dataclass(frozen=True)
class PublishedTable:
    """A table of the publication.

    Attributes:
        name: its name, in the schema `publish`.
        order_by: its key, in the order that rows are written.
        description: the table's comment.
        columns: comment of each column.
    """

    name: str
    order_by: tuple[str, ...]
    description: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


def published_tables(manifest: Mapping[str, Any]) -> list[PublishedTable]:
    """The tables that the dbt models of the stage publish declare.

    Raises:
        ValueError: a model does not say by which key it is ordered.
    """
    tables = []
    for node in manifest["nodes"].values():
        if node["resource_type"] != "model" or node["schema"] != SCHEMA:
            continue
        order_by = node["config"]["meta"].get("order_by")
        if not order_by:
            raise ValueError(f"{node['path']}: meta.order_by is missing; name the table's key")
        tables.append(
            PublishedTable(
                name=node["alias"],
                order_by=tuple(order_by),
                description=node["description"],
                columns={c["name"]: c["description"] for c in node["columns"].values()},
            )
        )
    return sorted(tables, key=lambda table: table.name)


def write_publication(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    tables: Sequence[PublishedTable],
    stamp: Mapping[str, str],
) -> dict[str, int]:
    """Write `marts.duckdb` and `parquet/<table>.parquet` from the build's publish views.

    Args:
        connection: the build's connection; catalog `warehouse` has the schema `publish`.
        folder: empty folder of the publication.
        tables: what to publish.
        stamp: run_id, as_of and published_at; kept in `publish.publication`.

    Returns:
        Rows of each table.
    """
    parquet = folder / "parquet"
    parquet.mkdir()
    run = connection.execute
    run(
        f"attach {_text(folder / 'marts.duckdb')} as reader "
        f"(storage_version {_text(READER_STORAGE_VERSION)})"
    ).fetchall()
    try:
        run(f"create schema reader.{SCHEMA}").fetchall()
        counts = {table.name: _write_table(connection, table, parquet) for table in tables}
        _write_stamp(connection, stamp)
        run("checkpoint reader").fetchall()
    finally:
        run("detach reader").fetchall()
    return counts


def _write_table(
    connection: duckdb.DuckDBPyConnection, table: PublishedTable, parquet: Path
) -> int:
    target = f"reader.{SCHEMA}.{_name(table.name)}"
    order_by = ", ".join(_name(column) for column in table.order_by)
    run = connection.execute
    run(
        f"create table {target} as "
        f"select * from warehouse.{SCHEMA}.{_name(table.name)} order by {order_by}"
    ).fetchall()
    run(
        f"copy (select * from {target} order by {order_by}) "
        f"to {_text(parquet / f'{table.name}.parquet')} (format parquet, compression zstd)"
    ).fetchall()
    run(f"comment on table {target} is {_text(table.description)}").fetchall()
    present = {row[0] for row in run(f"describe {target}").fetchall()}
    for column, comment in table.columns.items():
        if column in present and comment:
            run(f"comment on column {target}.{_name(column)} is {_text(comment)}").fetchall()
    return int(run(f"select count(*) from {target}").fetchall()[0][0])


def _write_stamp(connection: duckdb.DuckDBPyConnection, stamp: Mapping[str, str]) -> None:
    connection.execute(
        f"create table reader.{SCHEMA}.publication as "
        "select ? as run_id, ?::date as as_of_date, ?::timestamp as published_at",
        [stamp["run_id"], stamp["as_of"], stamp["published_at"]],
    ).fetchall()


def _name(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def _text(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"
