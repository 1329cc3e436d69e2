"""The ledger of customer keys without the records of a person."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

from assets.enrich.identity.keys.hashes import keyed_hash
from assets.privacy.subject.leads import ROW
from assets.privacy.subject.person import CLEAR_TRACES, CUSTOMER
from assets.privacy.subject.traces import TRACES
from assets.raw import sql
from pipelines.runtime.private_files import sync_folder

RECORD_KIND = f"{sql.text(ROW)} || source"
"""SQL of the kind of a record's number."""


def erase_keys(con: duckdb.DuckDBPyConnection, folder: Path) -> int:
    """Write the commits of the ledger anew that name the person; how many entries went.

    Args:
        con: Has `CLEAR_TRACES`.
        folder: Of the ledger.
    """
    return _erase(
        con,
        folder,
        f"({sql.text(CUSTOMER)}, customer_key) in (select kind, value from {CLEAR_TRACES})"
        f" or ({RECORD_KIND}, source_record_id) in (select kind, value from {CLEAR_TRACES})",
    )


def erase_listed_keys(con: duckdb.DuckDBPyConnection, folder: Path) -> int:
    """The same for everybody whose traces a connection has, by their records."""
    con.execute(
        "create or replace temp table erasure_entries as select distinct source, source_record_id"
        f" from {_entries(folder)}"
        if list(folder.glob("*.parquet"))
        else "create or replace temp table erasure_entries (source varchar, source_record_id"
        " varchar)"
    ).fetchall()
    hashed = keyed_hash(f"{RECORD_KIND} || ':' || source_record_id")
    con.execute(
        "create or replace temp table erasure_listed as"
        " select source, source_record_id from temp.erasure_entries, temp.pads as pads"
        f" where ({RECORD_KIND}, {hashed}) in (select kind, hash from {TRACES})"
    ).fetchall()
    return _erase(
        con,
        folder,
        "(source, source_record_id) in (select source, source_record_id from temp.erasure_listed)",
    )


def _entries(folder: Path) -> str:
    return f"read_parquet({sql.text(folder / '*.parquet')})"


def _erase(con: duckdb.DuckDBPyConnection, folder: Path, theirs: str) -> int:
    gone = 0
    for file in sorted(folder.glob("*.parquet")):
        source = f"read_parquet({sql.text(file)})"
        counted = con.execute(f"select count(*) from {source} where {theirs}").fetchall()[0][0]
        if counted:
            new = file.with_name(f".{file.name}.new")
            con.execute(
                f"copy (select * from {source} where not ({theirs})) to {sql.text(new)}"
                " (format parquet, compression zstd)"
            ).fetchall()
            new.chmod(0o600)
            with new.open("rb") as handle:
                os.fsync(handle.fileno())
            os.replace(new, file)
            gone += int(counted)
    if gone:
        sync_folder(folder)
    return gone
