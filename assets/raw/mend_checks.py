"""What is checked of mended rows before they are kept; each refusal is one line without values."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import duckdb
import msgspec

from assets.raw.checking import checked_rows
from assets.raw.contract_model import ObjectContract
from assets.raw.errors import FileError
from assets.raw.mends import GIVEN, Mend, give, mended_rows
from assets.raw.tables import quarantine_table
from assets.raw.vaults import has_table

FLAT = ("csv", "xlsx", "parquet")
NO_COLUMNS = {"_overflow", "_line"}
"""Keys of a payload that hold what could not be put into columns."""

_PAYLOAD = msgspec.json.Decoder(dict[str, Any])


def refuse_leftovers(numbers: list[int], mends: list[Mend], obj: ObjectContract) -> None:
    """Refuse payloads that are no record, or still hold what was in no column."""
    known = {column.title for column in obj.columns} | NO_COLUMNS
    for number, mend in zip(numbers, mends, strict=True):
        try:
            payload = _PAYLOAD.decode(mend.payload.encode())
        except (msgspec.DecodeError, RecursionError):
            raise FileError(
                f"line {number}: payload is no JSON object; write one value for each column"
            ) from None
        if any(payload.get(key) for key in NO_COLUMNS):
            raise FileError(
                f"line {number}: payload still holds _overflow or _line; put what it holds under "
                "the names of the columns, and take it away"
            )
        if obj.format in FLAT and (unknown := len(set(payload) - known)):
            raise FileError(
                f"line {number}: payload has {unknown} keys that are no column of the contract; "
                "keep the names as they were"
            )


def refuse_doubled(numbers: list[int], mends: list[Mend], before: list[Mend]) -> None:
    """Refuse rows that are in the file twice, or were mended before."""
    done = {mend.row for mend in before}
    seen: dict[tuple[str, int, str], int] = {}
    for number, mend in zip(numbers, mends, strict=True):
        if mend.row in seen:
            raise FileError(f"line {number}: is the same row as line {seen[mend.row]}; keep one")
        if mend.row in done:
            raise FileError(
                f"line {number}: this row was mended before; the next load applies it (if that "
                "mend was wrong too, load first, then mend what is in quarantine then)"
            )
        seen[mend.row] = number


def refuse_unknown(
    con: duckdb.DuckDBPyConnection,
    source: str,
    name: str,
    numbers: list[int],
    mends: list[Mend],
) -> list[datetime]:
    """Refuse what names no row of quarantine; of the others, when their files landed.

    The mends stay in the temporary table, for the checks that follow.
    """
    if not has_table(con, "quarantine", f"{source}__{name}"):
        raise FileError(f"{source}.{name}: this build has no quarantine of it; name another BUILD=")
    give(con, mends)
    rows = con.execute(f"""
        select given._number, min(refused._loaded_at)
        from {GIVEN} as given
        left join {quarantine_table(source, name)} as refused
            on refused._file = given._file and refused._position = given._position
            and sha256(refused.payload) = given._fingerprint
        group by given._number
        order by given._number
    """).fetchall()
    unknown = [number for number, landed_at in rows if landed_at is None]
    if unknown:
        raise FileError(
            f"line {numbers[unknown[0]]}: names no row of this build's quarantine "
            f"({len(unknown):,} of {len(mends):,} do not); keep file, position and fingerprint as "
            "they were, or name the build they come from with BUILD="
        )
    return [landed_at for _, landed_at in rows]


def refuse_faulty(con: duckdb.DuckDBPyConnection, obj: ObjectContract, numbers: list[int]) -> None:
    """Refuse payloads that break a row rule of the contract."""
    mended = (
        f"select _file, null::timestamp as _landed_at, _number as _position, _payload from {GIVEN}"
    )
    rows = checked_rows(
        obj, mended_rows(obj, mended), "_read._file as _file, _read._landed_at as _landed_at"
    )
    faulty = con.execute(
        f"select _position, _rule, _reason from ({rows}) where _rule is not null order by _position"
    ).fetchall()
    if faulty:
        place, rule, reason = faulty[0]
        raise FileError(
            f"line {numbers[place]}: is still refused, {rule}: {reason} "
            f"({len(faulty):,} of {len(numbers):,} lines are)"
        )
