"""The ledger of customer keys without the records of a person."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

from assets.privacy.subject.leads import ROW
from assets.privacy.subject.person import CLEAR_TRACES, CUSTOMER
from assets.raw import sql
from pipelines.runtime.private_files import sync_folder


def erase_keys(con: duckdb.DuckDBPyConnection, folder: Path) -> int:
    """Write the commits of the ledger anew that name the person; how many entries went.

    Args:
        con: Has `CLEAR_TRACES`.
        folder: Of the ledger.
    """
    theirs = (
        f"({sql.text(CUSTOMER)}, customer_key) in (select kind, value from {CLEAR_TRACES})"
        f" or ({sql.text(ROW)} || source, source_record_id)"
        f" in (select kind, value from {CLEAR_TRACES})"
    )
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
