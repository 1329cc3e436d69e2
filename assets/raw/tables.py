"""The tables of the raw stage: their schemas, and the columns that every raw row carries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from assets.raw import sql

META_COLUMNS = {
    "_source": "varchar",
    "_load_id": "varchar",
    "_loaded_at": "timestamp",
    "_row_hash": "varchar",
    "_file": "varchar",
    "_position": "bigint",
}
"""What a raw row says about itself: source, run that loaded it, when its file landed, hash of its
values, delivered path, record number in the file."""

QUARANTINE_COLUMNS = {
    "_source": "varchar",
    "_object": "varchar",
    "_file": "varchar",
    "_position": "bigint",
    "rule": "varchar",
    "reason": "varchar",
    "payload": "varchar",
    "_load_id": "varchar",
    "_loaded_at": "timestamp",
}

LANDED_COLUMNS = {
    "source": "varchar",
    "object": "varchar",
    "rows_read": "bigint",
    "rows_loaded": "bigint",
    "rows_quarantined": "bigint",
    "rows_expired": "bigint",
    "money_column": "varchar",
    "money_read": "decimal(38, 2)",
    "money_loaded": "decimal(38, 2)",
    "money_quarantined": "decimal(38, 2)",
    "money_expired": "decimal(38, 2)",
}

LANDED_ROWS = [name for name in LANDED_COLUMNS if name.startswith("rows_")]

FIELD_COLUMNS = {
    "source": "varchar",
    "object": "varchar",
    "field": "varchar",
    "column_name": "varchar",
    "label": "varchar",
    "system_type": "varchar",
    "declared_type": "varchar",
    "state": "varchar",
}
"""One row per field of a stream, by the contract or by the system's own metadata."""

PULL_COLUMNS = {
    "source": "varchar",
    "object": "varchar",
    "stream": "varchar",
    "is_configured": "boolean",
    "pull_count": "bigint",
    "page_count": "bigint",
    "record_count": "bigint",
    "usual_record_count": "bigint",
    "pulled_until": "timestamp",
}
"""One row per object of a system: what its raw table was loaded from, and up to when (UTC); of a
snapshot also how many records the ones before it had."""


def raw_table(source: str, obj: str) -> str:
    """Qualified name of a raw table."""
    return f"vault.raw.{sql.name(f'{source}__{obj}')}"


def quarantine_table(source: str, obj: str) -> str:
    """Qualified name of the table with the refused rows of an object."""
    return f"vault.quarantine.{sql.name(f'{source}__{obj}')}"


def ensure_schemas(con: duckdb.DuckDBPyConnection) -> None:
    """Make what all objects share; safe to call again."""
    for schema in ("raw", "quarantine", "accounting"):
        con.execute(f"create schema if not exists vault.{schema}").fetchall()
    accounts = {"landed": LANDED_COLUMNS, "source_fields": FIELD_COLUMNS, "pulls": PULL_COLUMNS}
    for table, columns in accounts.items():
        con.execute(
            f"create table if not exists vault.accounting.{table} ({declare(columns)})"
        ).fetchall()
    for column in ("rows_expired", "money_expired"):
        # A build that continues one of an older version, which knew no limits.
        con.execute(
            "alter table vault.accounting.landed"
            f" add column if not exists {column} {LANDED_COLUMNS[column]}"
        ).fetchall()


def declare(columns: dict[str, str]) -> str:
    """Column list of a create table."""
    return ", ".join(f"{sql.name(column)} {kind}" for column, kind in columns.items())


def row_hash(columns: list[str], prefix: str = "") -> str:
    """Hash of a row's values: equal for equal rows, on every version of the engine."""
    parts = ", ".join(
        f"coalesce({prefix}{sql.name(column)}::varchar, chr(30))" for column in columns
    )
    return f"md5(concat_ws(chr(31), {parts}))"


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All or nothing of what is written inside."""
    con.execute("begin transaction").fetchall()
    try:
        yield
    except BaseException:
        con.execute("rollback").fetchall()
        raise
    con.execute("commit").fetchall()
