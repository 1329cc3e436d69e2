"""From the build to the ledger: tonight's keys are committed when the build is published.

A run whose gates held it back never comes here, so the keys that it gave were never anybody's. A
run of some assets that did not resolve identities anew has nothing to commit, although its build,
a copy of the live one, still holds the changes of the night that made it.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from assets.enrich.identity.keys.ledger import LedgerError, append

COMMIT_TABLE = "vault.identity.ledger_commit"


def prepare_commit(con: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """Note in the vault which run resolved identities, and after which commit of the ledger."""
    con.execute(
        f"""
        create or replace table {COMMIT_TABLE} as
        select
            $run_id::varchar as run_id,
            (select coalesce(max(sequence), 0) + 1 from identity_ledger) as sequence
        """,
        {"run_id": run_id},
    ).fetchall()


def commit_keys(con: duckdb.DuckDBPyConnection, folder: Path, run_id: str) -> int:
    """Append tonight's changes to the ledger; give the number of changed records.

    Raises:
        LedgerError: the build does not say which run resolved identities, or another run committed
            keys after this one had read the ledger.
    """
    try:
        [(resolved_by, sequence)] = con.execute(
            f"select run_id, sequence from {COMMIT_TABLE}"
        ).fetchall()
    except duckdb.CatalogException:
        raise LedgerError(
            "this build continues one that does not tell which run resolved its identities; it "
            "was made by an older version: run the whole night, identity_resolution included"
        ) from None
    if resolved_by != run_id or append(con, folder, run_id, sequence) is None:
        return 0
    [(changes,)] = con.execute("select count(*) from vault.identity.ledger_changes").fetchall()
    return int(changes)
