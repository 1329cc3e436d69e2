"""The ledger: every committed assignment of a key to a record, append-only.

It is the memory of identity resolution. Only changes are rows; a null key says that the record
left. `sequence` counts the commits, so what holds for a record is its row of highest sequence.
Files are never changed: every other table of keys can be made again from them.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from assets.enrich.identity.keys.hashes import key_number

if TYPE_CHECKING:
    import duckdb

CHANGES_TABLE = "vault.identity.ledger_changes"
_NAME = re.compile(r"(\d+)-(.+)\.parquet")
_RUN_ID = re.compile(r"[A-Za-z0-9_.-]+")


class LedgerError(Exception):
    """What is wrong with the ledger, and how to mend it."""


def read_ledger(con: duckdb.DuckDBPyConnection, files: str | None = None) -> None:
    """Make temp view `identity_ledger` of the committed files.

    A view, since `assign_keys` reads it once and a copy of a million rows would cost more. It
    names the files there are now, so a later commit does not change what this run has read.

    Args:
        con: connection to read into.
        files: glob of the ledger's Parquet files; None or a glob without a match gives an
            empty ledger, as on the first night.
    """
    found = []
    if files is not None:
        found = con.execute("select file from glob($f) order by file", {"f": files}).fetchall()
    if not found:
        rows = """
            select
                cast(null as date) as as_of,
                cast(null as bigint) as sequence,
                cast(null as varchar) as source,
                cast(null as varchar) as source_record_id,
                cast(null as varchar) as customer_key
            where false
        """
    else:
        places = ", ".join("'" + file.replace("'", "''") + "'" for (file,) in found)
        rows = f"""
            select as_of, sequence, source, source_record_id, customer_key
            from read_parquet([{places}])
        """
    con.execute(f"create or replace temp view identity_ledger as {rows}").fetchall()


def append(
    con: duckdb.DuckDBPyConnection, folder: Path, run_id: str, sequence: int | None = None
) -> Path | None:
    """Commit tonight's changes as a new file; give its path, or None if there was none to write.

    Args:
        con: connection on which `assign_keys` ran.
        folder: folder of the ledger; made if missing.
        run_id: run that commits. Committing the same changes twice in one run writes them once.
        sequence: number of the commit; None for the next free one.

    Raises:
        LedgerError: the run id cannot be part of a file name, or others have committed since the
            ledger was read, so that the sequence is not the next.
    """
    if not _RUN_ID.fullmatch(run_id):
        raise LedgerError(f"run id {run_id!r} cannot be part of a file name; use letters, digits")
    [(count,)] = con.execute(f"select count(*) from {CHANGES_TABLE}").fetchall()
    if not count:
        return None
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = {path: match for path in folder.iterdir() if (match := _NAME.fullmatch(path.name))}
    for path, match in written.items():
        if match[2] == run_id and _holds_changes(con, path):
            return None
    highest = max((int(match[1]) for match in written.values()), default=0)
    number = highest + 1 if sequence is None else sequence
    if number <= highest:
        raise LedgerError(
            f"commit {number} would come before commit {highest} of the ledger: another run "
            "published customer keys while this one was running; run the night again, so that it "
            "starts from those keys"
        )
    target = folder / f"{number:08}-{run_id}.parquet"
    _write(con, target, number)
    return target


def _holds_changes(con: duckdb.DuckDBPyConnection, path: Path) -> bool:
    """Whether a committed file holds exactly the changes of tonight."""
    columns = "as_of, source, source_record_id, customer_key"
    file = f"(select {columns} from read_parquet($path))"
    changes = f"(select {columns} from {CHANGES_TABLE})"
    [(differing,)] = con.execute(
        f"""
        select count(*)
        from (({file} except {changes}) union all ({changes} except {file}))
        """,
        {"path": str(path)},
    ).fetchall()
    return bool(differing == 0)


def _write(con: duckdb.DuckDBPyConnection, target: Path, sequence: int) -> None:
    """Write under a name that no reader looks at; the rename makes the commit, whole or not."""
    draft = target.with_name(f".{target.name}.tmp")
    draft.unlink(missing_ok=True)
    # Made here, so that no moment passes in which others may read it.
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    place = str(draft).replace("'", "''")
    # Ids and keys hardly repeat: a higher level takes half as long again and saves nothing.
    con.execute(
        f"""
        copy (
            select
                as_of,
                cast($sequence as bigint) as sequence,
                source,
                source_record_id,
                customer_key
            from {CHANGES_TABLE}
        ) to '{place}' (
            format parquet, compression zstd, compression_level 1, use_tmp_file false
        )
        """,
        {"sequence": sequence},
    ).fetchall()
    draft.chmod(0o600)
    _sync(draft)
    os.replace(draft, target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def number_ledger(con: duckdb.DuckDBPyConnection) -> None:
    """Make `identity_key_rows`: the ledger with records and keys as numbers.

    Records of tonight have their node as number; those that left get numbers from the number of
    nodes on, in `identity_key_gone`. All later steps work on numbers alone.

    Raises:
        LedgerError: a key is not one that this package issues.
    """
    con.execute(
        f"""
        create or replace temp table identity_key_joined as
        select
            ledger.as_of,
            ledger.sequence,
            nodes.node as record,
            {key_number("ledger.customer_key")} as key,
            ledger.customer_key is not null and key is null as is_strange,
            case when record is null then ledger.source end as source,
            case when record is null then ledger.source_record_id end as source_record_id
        from identity_ledger as ledger
        left join identity_nodes as nodes
            on
                ledger.source = nodes.source
                and ledger.source_record_id = nodes.source_record_id
        """
    ).fetchall()
    [(strange,)] = con.execute(
        "select count(*) from identity_key_joined where is_strange"
    ).fetchall()
    if strange:
        raise LedgerError(
            f"{strange} rows of the ledger hold a customer_key that is not 'C' and 16 hex digits; "
            "the file is damaged or not a ledger"
        )
    for statement in (
        """
        create or replace temp table identity_key_gone as
        with nodes as (select count(*) as amount from identity_nodes)

        select
            cast(
                nodes.amount - 1 + row_number() over (order by gone.source, gone.source_record_id)
                as integer
            ) as record,
            gone.source,
            gone.source_record_id
        from (
            select distinct source, source_record_id from identity_key_joined where record is null
        ) as gone
        cross join nodes
        """,
        """
        create or replace temp table identity_key_rows as
        select as_of, sequence, record, key
        from identity_key_joined
        where record is not null
        union all
        select joined.as_of, joined.sequence, gone.record, joined.key
        from identity_key_joined as joined
        inner join identity_key_gone as gone
            on joined.source = gone.source
            and joined.source_record_id = gone.source_record_id
        where joined.record is null
        """,
        "drop table identity_key_joined",
    ):
        con.execute(statement).fetchall()
