"""Mends (修正): rows that were refused, as a person set them right, kept beside the landed files.

    <home>/landing/<source>/<object>/mends/mends.ndjson.sealed

One mend a line, only ever added to, sealed like what landed. A mend belongs to one row: its
file, its position, and the fingerprint of what was refused there. Each load applies the mends
again, so a load is repeatable from landing; a mend whose row is not there any more does nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from assets.raw import sql
from assets.raw.between_rows import CHECKED, mark_duplicate_keys
from assets.raw.checking import checked_rows
from assets.raw.contract_columns import Column
from assets.raw.contract_model import ObjectContract
from assets.raw.errors import FileError
from assets.raw.files.source_rows import SourceRows
from pipelines.runtime.key_ring import landing_keys
from pipelines.runtime.private_files import locked, make_private_folder
from pipelines.runtime.sealed_files import SUFFIX, SealError, read_sealed, sealed_whole

MENDS = f"mends.ndjson{SUFFIX}"
GIVEN = "temp.raw_mends"
FOUND = "temp.raw_mended"


@dataclass(frozen=True)
class Mend:
    """One mended row.

    Attributes:
        file: As `_file` of the row: the delivered path, or the page of a pull.
        position: As `_position`.
        fingerprint: SHA-256 of the payload that was refused.
        payload: The mended row as JSON text.
        file_sha256: Of the delivered file's content; None for a page, which never changes.
        mended_at: UTC, ISO 8601.
    """

    file: str
    position: int
    fingerprint: str
    payload: str
    file_sha256: str | None
    mended_at: str

    @property
    def row(self) -> tuple[str, int, str]:
        """What the mend is for."""
        return self.file, self.position, self.fingerprint


def fingerprint(payload: str) -> str:
    """Of a refused row, as quarantine keeps it."""
    return hashlib.sha256(payload.encode()).hexdigest()


def mends_file(home: Path, source: str, name: str) -> Path:
    """Where the mends of an object are."""
    return home / "landing" / source / name / "mends" / MENDS


def read_mends(home: Path, source: str, name: str) -> list[Mend]:
    """All mends of an object, in the order in which they were made.

    Raises:
        FileError: they cannot be opened.
    """
    file = mends_file(home, source, name)
    if not file.exists():
        return []
    try:
        lines = b"".join(read_sealed(file, landing_keys(home))).decode().split("\n")
    except SealError as error:
        raise FileError(str(error)) from None
    return [Mend(**json.loads(line)) for line in lines if line]


def keep_mends(home: Path, source: str, name: str, mends: Sequence[Mend]) -> None:
    """Add mends to those of an object: all of them or, when the process dies, none."""
    file = mends_file(home, source, name)
    make_private_folder(file.parent)
    with locked(file.parent):
        lines = [
            json.dumps(asdict(mend), ensure_ascii=False)
            for mend in [*read_mends(home, source, name), *mends]
        ]
        with sealed_whole(file, landing_keys(home)) as sealed:
            sealed.write(("\n".join(lines) + "\n").encode())


def replace_mends(home: Path, source: str, name: str, mends: Sequence[Mend]) -> None:
    """Write other mends in the place of those of an object, when its rows were changed."""
    file = mends_file(home, source, name)
    with locked(file.parent), sealed_whole(file, landing_keys(home)) as sealed:
        for mend in mends:
            sealed.write(f"{json.dumps(asdict(mend), ensure_ascii=False)}\n".encode())


def apply_mends(
    con: duckdb.DuckDBPyConnection,
    obj: ObjectContract,
    mends: Sequence[Mend],
    digests: dict[str, str],
    extra: Sequence[str] = (),
) -> int:
    """Replace refused rows by their mends, judged by the same rules as every row.

    A row that is still faulty stays refused, with its new payload and reason; it can be mended
    again. So mends are applied in rounds, until none finds its row.

    Args:
        con: Has the rows of the object in CHECKED, doubled keys marked.
        obj: The contract.
        mends: Of the object.
        digests: SHA-256 of each delivered file that is loaded, by path; none for pages.
        extra: Undeclared columns of CHECKED.

    Returns:
        How many mends found their rows.
    """
    waiting = [
        mend
        for mend in mends
        if mend.file_sha256 is None or digests.get(mend.file) == mend.file_sha256
    ]
    applied = 0
    while waiting:
        give(con, waiting)
        con.execute(f"""
            create or replace temp table raw_mended as
            select checked.rowid as row_id, min(given._number) as _number
            from {CHECKED} as checked
            inner join {GIVEN} as given
                on checked._file = given._file and checked._position = given._position
                and sha256(checked._payload) = given._fingerprint
            where checked._rule is not null
            group by checked.rowid
        """).fetchall()
        done = {number for (number,) in con.execute(f"select _number from {FOUND}").fetchall()}
        if not done:
            break
        _replace(con, obj, extra)
        mark_duplicate_keys(con, obj)
        waiting = [mend for number, mend in enumerate(waiting) if number not in done]
        applied += len(done)
    return applied


def give(con: duckdb.DuckDBPyConnection, mends: Sequence[Mend]) -> None:
    """Put mends into a temporary table, numbered from 0."""
    con.execute(
        "create or replace temp table raw_mends (_number bigint, _file varchar, _position bigint, "
        "_fingerprint varchar, _payload varchar)"
    ).fetchall()
    con.executemany(
        f"insert into {GIVEN} values (?, ?, ?, ?, ?)",
        [[number, *mend.row, mend.payload] for number, mend in enumerate(mends)],
    ).fetchall()


def mended_rows(obj: ObjectContract, mended: str, extra: Sequence[str] = ()) -> SourceRows:
    """Mended payloads as rows to be judged.

    Args:
        obj: The contract.
        mended: A query of _file, _landed_at, _position, _payload and the extra columns.
        extra: Undeclared columns that stay as they were.
    """
    values = ", ".join(f"{_value(column)} as {sql.name(column.name)}" for column in obj.columns)
    return SourceRows(
        query=f"""
            select
                * exclude (_payload),
                null::varchar as _rule,
                null::varchar as _reason,
                _payload,
                {values}
            from ({mended})
        """,
        types={column.name: "VARCHAR" for column in obj.columns},
        extra=tuple(extra),
    )


def _value(column: Column) -> str:
    value = value_in_payload(column.title)
    if column.type != "json":
        return value
    # JSON as text, or a text in JSON, which has lost its quotes.
    return f"case when json_valid({value}) then {value} else to_json({value})::varchar end"


def value_in_payload(title: str) -> str:
    """SQL of a column's value in `_payload`: the key of that name, else what its path leads to."""
    paths = f"[{sql.json_path_of_key(title)}, {sql.json_path(title)}]"
    found = f"list_filter(json_extract_string(_payload, {paths}), lambda it: it is not null)"
    return f"{found}[1]"


def _replace(con: duckdb.DuckDBPyConnection, obj: ObjectContract, extra: Sequence[str]) -> None:
    kept = "".join(f", checked.{sql.name(name)}" for name in extra)
    mended = f"""
        select checked._file, checked._landed_at, checked._position, given._payload{kept}
        from {FOUND} as found
        inner join {CHECKED} as checked on checked.rowid = found.row_id
        inner join {GIVEN} as given on given._number = found._number
    """
    rows = mended_rows(obj, mended, extra)
    place = "_read._file as _file, _read._landed_at as _landed_at"
    # Judged into a table of its own: what is read and what is replaced are the same rows.
    con.execute(
        f"create or replace temp table raw_judged as {checked_rows(obj, rows, place)}"
    ).fetchall()
    con.execute(f"delete from {CHECKED} where rowid in (select row_id from {FOUND})").fetchall()
    con.execute(f"insert into {CHECKED} by name select * from temp.raw_judged").fetchall()
