"""Loading one object: landed files → typed rows in raw, or rows with a reason in quarantine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from assets.raw import sql
from assets.raw.accounting import write_landed_accounting
from assets.raw.between_rows import CHECKED, mark_duplicate_keys
from assets.raw.checking import check_file, check_pages, create_checked
from assets.raw.connector.fields import extra_columns
from assets.raw.connector.pages import LandedStream
from assets.raw.contract_model import ObjectContract
from assets.raw.landing import LandedFile
from assets.raw.mends import Mend, apply_mends
from assets.raw.retention import EXPIRED, Horizon, expire_rows, expire_values, has_limits
from assets.raw.stream_accounting import write_stream_accounting
from assets.raw.tables import (
    META_COLUMNS,
    QUARANTINE_COLUMNS,
    declare,
    ensure_schemas,
    quarantine_table,
    raw_table,
    transaction,
)


@dataclass(frozen=True)
class ObjectLoad:
    """What one load did; the same numbers as in vault.accounting.landed.

    `rows_expired` counts the rows past their limit, which are in neither table.
    `rows_mended` counts the refused rows that a mend replaced, `mends_ignored` the mends whose file
    or row is not there any more.
    """

    source: str
    object: str
    rows_read: int
    rows_loaded: int
    rows_quarantined: int
    files: int
    bytes_landed: int
    rows_mended: int = 0
    rows_expired: int = 0
    mends_ignored: int = 0

    @property
    def quarantined_ratio(self) -> float:
        """Share of the rows read that were refused."""
        return self.rows_quarantined / self.rows_read if self.rows_read else 0.0

    @property
    def counts(self) -> dict[str, int | float]:
        """Every figure but the rows loaded, by name."""
        return {
            "rows_read": self.rows_read,
            "rows_quarantined": self.rows_quarantined,
            "quarantined_ratio": round(self.quarantined_ratio, 6),
            "rows_expired": self.rows_expired,
            "rows_mended": self.rows_mended,
            "mends_ignored": self.mends_ignored,
            "files": self.files,
            "bytes_landed": self.bytes_landed,
        }


def load_object(
    con: duckdb.DuckDBPyConnection,
    source: str,
    name: str,
    obj: ObjectContract,
    landed: list[LandedFile] | LandedStream,
    load_id: str,
    scratch: Path,
    mends: Sequence[Mend] = (),
    horizon: Horizon | None = None,
) -> ObjectLoad:
    """Replace the raw table, the quarantine and the accounting of one object.

    Args:
        con: Connection of the build.
        source: Name of the source.
        name: Name of the object.
        obj: Its contract.
        landed: The files or the stream that it is loaded from.
        load_id: Goes into `_load_id` of every row.
        scratch: Folder of the build for rewritten files.
        mends: Of the object, to be applied to its refused rows.
        horizon: Until when the limits of the contract reach back; needed where it has some.

    Raises:
        FileError: a file as a whole is not what the contract says; nothing is written.
    """
    ensure_schemas(con)
    extra: list[str] = []
    if isinstance(landed, LandedStream):
        extra = list(extra_columns(obj, landed.fields))
        create_checked(con, obj, extra)
        check_pages(con, obj, landed, scratch)
    else:
        create_checked(con, obj)
        for file in landed:
            check_file(con, obj, file, scratch)
    mended = judge_together(con, obj, mends, digests(landed), extra, horizon)
    with transaction(con):
        _write_raw(con, source, name, obj, extra, load_id)
        _write_quarantine(con, source, name, load_id)
        read, loaded, quarantined, expired = write_landed_accounting(con, source, name, obj)
        if isinstance(landed, LandedStream):
            write_stream_accounting(con, source, name, obj, landed)
    con.execute(f"drop table {CHECKED}").fetchall()
    return ObjectLoad(
        source=source,
        object=name,
        rows_read=read,
        rows_loaded=loaded,
        rows_quarantined=quarantined,
        files=_files(landed),
        bytes_landed=_bytes(landed),
        rows_mended=mended,
        rows_expired=expired,
        mends_ignored=len(mends) - mended,
    )


def judge_together(
    con: duckdb.DuckDBPyConnection,
    obj: ObjectContract,
    mends: Sequence[Mend],
    files: dict[str, str],
    extra: Sequence[str],
    horizon: Horizon | None,
) -> int:
    """What becomes of the rows in CHECKED: too old, doubled, mended; how many mends were applied.

    The old go first, so that it makes no difference whether landing still holds them. Mends are
    looked for twice: they may have been made of a row before its values were too old, or after.
    """
    if not has_limits(obj):
        mark_duplicate_keys(con, obj)
        return apply_mends(con, obj, mends, files, extra) if mends else 0
    expire_rows(con, obj, horizon)
    mark_duplicate_keys(con, obj)
    mended = 0
    for _ in range(2):
        mended += apply_mends(con, obj, mends, files, extra) if mends else 0
        expire_rows(con, obj, horizon)
        expire_values(con, obj, horizon)
    return mended


def digests(landed: list[LandedFile] | LandedStream) -> dict[str, str]:
    """SHA-256 of the delivered files by path; pages never change."""
    if isinstance(landed, LandedStream):
        return {}
    return {file.delivery.path: file.delivery.sha256 for file in landed}


def _files(landed: list[LandedFile] | LandedStream) -> int:
    return len(landed.pages if isinstance(landed, LandedStream) else landed)


def _bytes(landed: list[LandedFile] | LandedStream) -> int:
    if isinstance(landed, LandedStream):
        return landed.bytes_landed
    return sum(file.delivery.size for file in landed)


def _write_raw(
    con: duckdb.DuckDBPyConnection,
    source: str,
    name: str,
    obj: ObjectContract,
    extra: list[str],
    load_id: str,
) -> None:
    columns = {column.name: column.sql_type for column in obj.columns}
    columns |= dict.fromkeys(extra, "varchar")
    table = raw_table(source, name)
    con.execute(f"create or replace table {table} ({declare(columns | META_COLUMNS)})").fetchall()
    con.execute(f"""
        insert into {table}
        select
            {", ".join(sql.name(column) for column in columns)},
            {sql.text(source)}, {sql.text(load_id)}, _landed_at, _row_hash, _file, _position
        from {CHECKED}
        where _rule is null
    """).fetchall()


def _write_quarantine(con: duckdb.DuckDBPyConnection, source: str, name: str, load_id: str) -> None:
    table = quarantine_table(source, name)
    con.execute(f"create or replace table {table} ({declare(QUARANTINE_COLUMNS)})").fetchall()
    con.execute(f"""
        insert into {table}
        select
            {sql.text(source)}, {sql.text(name)}, _file, _position, _rule, _reason, _payload,
            {sql.text(load_id)}, _landed_at
        from {CHECKED}
        where _rule <> {sql.text(EXPIRED)}
        order by _file, _position
    """).fetchall()
