"""A build whose raw and enrich tables are there and empty: enough for dbt's unit tests."""

from __future__ import annotations

from pathlib import Path

import duckdb

from assets.enrich.churn import tables as churn_tables
from assets.enrich.identity import schemas
from assets.enrich.lifetime_value import tables as value_tables
from assets.enrich.segments import tables as segment_tables
from assets.enrich.tables import create_all
from assets.privacy.redaction.night import create_table
from assets.raw.accounting import STAGED_COLUMNS
from assets.raw.calendar import days
from assets.raw.contract import each_object, load_contracts
from assets.raw.contract_model import ObjectShape
from assets.raw.pseudonyms import pads
from assets.raw.tables import META_COLUMNS, declare, ensure_schemas, raw_table


def write_empty_vault(folder: Path, sources: Path) -> None:
    """Write `vault.duckdb` and `warehouse.duckdb` with an empty table for every dbt source."""
    shapes: dict[tuple[str, str], ObjectShape] = {
        (contract.source, name): obj for contract, name, obj in each_object(load_contracts(sources))
    }
    shapes[(days.SOURCE, days.OBJECT)] = days.SHAPE
    with duckdb.connect() as con:
        con.execute(f"attach '{folder / 'vault.duckdb'}' as vault").fetchall()
        ensure_schemas(con)
        con.execute(f"create table vault.accounting.staged ({STAGED_COLUMNS})").fetchall()
        con.execute(
            "create table vault.accounting.pseudonym_pads as select $1::blob as ipad, $2 as opad",
            list(pads(b"a key for tests only")),
        ).fetchall()
        for (source, name), shape in shapes.items():
            columns = {column.name: column.sql_type for column in shape.columns} | META_COLUMNS
            con.execute(f"create table {raw_table(source, name)} ({declare(columns)})").fetchall()
        con.execute("create schema vault.identity").fetchall()
        for table, described in schemas.COLUMNS.items():
            columns = {name: kind for name, kind, _ in described}
            con.execute(f"create table vault.identity.{table} ({declare(columns)})").fetchall()
        create_table(con)
        con.execute(f"attach '{folder / 'warehouse.duckdb'}' as warehouse").fetchall()
        create_all(con, (*value_tables.TABLES, *churn_tables.TABLES, *segment_tables.TABLES))
