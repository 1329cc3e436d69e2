"""From the build to the ledger: tonight's keys are committed when the build is published.

A run whose gates held it back never comes here, so the keys that it gave were never anybody's. A
run of some assets that did not resolve identities anew has nothing to commit, although its build,
a copy of the live one, still holds the changes of the night that made it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from assets.enrich.identity.keys.ledger import LedgerError, append

if TYPE_CHECKING:
    import duckdb

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
        LedgerError: another run committed keys after this one had read the ledger.
    """
    [(resolved_by, sequence)] = con.execute(
        f"select run_id, sequence from {COMMIT_TABLE}"
    ).fetchall()
    if resolved_by != run_id:
        return 0
    try:
        written = append(con, folder, run_id, sequence)
    except LedgerError as error:
        raise LedgerError(
            f"{error}: another run published customer keys while this one was running; "
            "run the night again, so that it starts from those keys"
        ) from None
    if written is None:
        return 0
    [(changes,)] = con.execute("select count(*) from vault.identity.ledger_changes").fetchall()
    return int(changes)
