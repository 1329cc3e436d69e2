"""Accounts of the objects that come from systems: which pulls and which fields there are."""

from __future__ import annotations

from dataclasses import astuple

import duckdb

from assets.raw.connector.fields import field_states
from assets.raw.connector.pages import LandedStream
from assets.raw.contract_model import ObjectContract


def write_stream_accounting(
    con: duckdb.DuckDBPyConnection,
    source: str,
    name: str,
    obj: ObjectContract,
    landed: LandedStream,
) -> None:
    """Replace the lines of one object in vault.accounting.source_fields and .pulls."""
    for table in ("source_fields", "pulls"):
        con.execute(
            f"delete from vault.accounting.{table} where source = ? and object = ?", [source, name]
        ).fetchall()
    states = field_states(obj, landed.fields, landed.fields_before)
    if states:
        con.executemany(
            "insert into vault.accounting.source_fields values (?, ?, ?, ?, ?, ?, ?, ?)",
            [[source, name, *astuple(state)] for state in states],
        ).fetchall()
    newest = landed.pulls[-1].began_at.replace(tzinfo=None) if landed.pulls else None
    con.execute(
        "insert into vault.accounting.pulls values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            *(source, name, obj.stream, landed.is_configured),
            *(len(landed.pulls), len(landed.pages), landed.records),
            *(landed.usual_records, newest),
        ],
    ).fetchall()
