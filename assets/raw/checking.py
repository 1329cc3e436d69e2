"""Judging the rows of landed files: typed, and with the rule that a faulty row breaks.

All files of an object go into one temporary table; loading.py splits it into raw and quarantine.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from assets.raw import sql
from assets.raw.between_rows import CHECKED, mark_suspects, refuse_cut
from assets.raw.casts import typed
from assets.raw.claims import check_claim
from assets.raw.connector.pages import LandedStream, read_pages
from assets.raw.contract_model import ObjectContract
from assets.raw.errors import FileError
from assets.raw.files.reader import read_file
from assets.raw.files.rejects import UNSPLIT, forget_rejects, make_room_for_rejects
from assets.raw.files.source_rows import Reading, SourceRows
from assets.raw.landing import LandedFile
from assets.raw.rules import Fault, faults
from assets.raw.tables import declare, row_hash


def create_checked(
    con: duckdb.DuckDBPyConnection, obj: ObjectContract, extra: Iterable[str] = ()
) -> None:
    """An empty table for the rows of one object; `extra` are undeclared text columns."""
    columns = {column.name: column.sql_type for column in obj.columns}
    columns |= dict.fromkeys(extra, "varchar")
    columns |= {f"_money_{column}": "decimal(38, 2)" for column in obj.money}
    columns |= {"_file": "varchar", "_landed_at": "timestamp", "_position": "bigint"}
    columns |= {"_row_hash": "varchar", "_rule": "varchar", "_reason": "varchar"}
    columns |= {"_payload": "varchar"}
    con.execute(f"create or replace temp table raw_checked ({declare(columns)})").fetchall()


def check_file(
    con: duckdb.DuckDBPyConnection, obj: ObjectContract, file: LandedFile, scratch: Path
) -> None:
    """Append the rows of one file, typed, with what is wrong with them."""
    with TemporaryDirectory(dir=scratch) as folder:
        plain = file.opened(Path(folder))
        check_plain(con, obj, Reading(con, file, obj, plain, Path(folder)))
    check_claim(con, obj, file.delivery)


def check_plain(con: duckdb.DuckDBPyConnection, obj: ObjectContract, reading: Reading) -> None:
    """Append the rows of a file in the clear; what its sender says of it is not looked at."""
    forget_rejects(con)
    file = reading.file
    rows = read_file(reading)
    place = (
        f"{sql.text(file.delivery.path)} as _file, "
        f"timestamp {sql.text(file.delivery.landed_at)} as _landed_at"
    )
    try:
        con.execute(f"insert into {CHECKED} by name {checked_rows(obj, rows, place)}").fetchall()
    except duckdb.Error as error:
        raise FileError(f"{file.delivery.path}: {_explain(error)}") from None
    if rows.rejects:
        _append_rejects(con, rows.rejects, file)
    if obj.format == "csv":
        if not rows.is_ended:
            refuse_cut(con, file)
        mark_suspects(con, obj, file)


def check_pages(
    con: duckdb.DuckDBPyConnection, obj: ObjectContract, landed: LandedStream, scratch: Path
) -> None:
    """Append the rows of all pages of a stream, typed, with what is wrong with them.

    Raises:
        FileError: a page is damaged, or holds another number of records than was counted.
    """
    if not landed.pages:
        return
    place = "_read._file as _file, _read._landed_at as _landed_at"
    with TemporaryDirectory(dir=scratch) as folder:
        rows = read_pages(obj, landed, landed.opened(Path(folder)))
        query = f"insert into {CHECKED} by name {checked_rows(obj, rows, place)}"
        try:
            con.execute(query).fetchall()
        except duckdb.Error as error:
            raise FileError(
                f"{landed.pages[0].file.parent}: a landed page {_explain_page(error)}"
            ) from None
    if obj.unnest is None:
        read = con.execute(f"select count(*) from {CHECKED}").fetchall()[0][0]
        if read != landed.records:
            raise FileError(
                f"{landed.pages[0].file.parent.parent}: its pages hold {read:,} records, but "
                f"{landed.records:,} were counted when they landed; restore them from the backup"
            )


def checked_rows(obj: ObjectContract, rows: SourceRows, place: str) -> str:
    """A query of judged rows: typed, with place and hash; faulty ones with rule, reason, payload.

    Args:
        obj: The contract.
        rows: The rows as read.
        place: Expressions of `_file` and `_landed_at`.
    """
    names = [column.name for column in obj.columns]
    listed = faults(obj, rows.types)
    casts = ",\n".join(
        f"{typed(column, f'_read.{sql.name(column.name)}', rows.types[column.name])}"
        f" as {sql.name(column.name)}"
        for column in obj.columns
    )
    payload = ", ".join(
        f"{sql.text(column.title)}, _read.{sql.name(column.name)}" for column in obj.columns
    )
    as_money = "".join(
        f", case when _read._rule is null then try_cast("
        f"{_as_number(f'_read.{sql.name(column)}', rows.types[column])} as decimal(38, 2)) end"
        f" as {sql.name(f'_money_{column}')}"
        for column in obj.money
    )
    is_faulty = " or ".join(
        ["_read._rule is not null", *(f"coalesce({fault.condition}, false)" for fault in listed)]
    )
    return f"""
        with _read as (
            {rows.query}
        ),

        _typed as (
            select _read, struct_pack({_packed(names)}) as _typed
            from (select _read, {casts} from _read)
        ),

        judged as (
            select
                _read,
                _typed,
                {is_faulty} as _is_faulty
            from _typed
        )

        select
            {", ".join(f"_typed.{sql.name(name)} as {sql.name(name)}" for name in names)},
            {"".join(f"_read.{sql.name(name)} as {sql.name(name)}, " for name in rows.extra)}
            _read._position as _position,
            {place},
            {row_hash(names, "_typed.")} as _row_hash,
            case when _is_faulty then {_first(listed)} end as _rule,
            case when _is_faulty then {_all(listed)} end as _reason,
            case when _is_faulty then coalesce(_read._payload, json_object({payload})::varchar) end
                as _payload{as_money}
        from judged
    """


def _packed(names: list[str]) -> str:
    return ", ".join(f"{sql.name(name)} := {sql.name(name)}" for name in names)


def _as_number(value: str, kind: str) -> str:
    return f"trim({value})" if kind == "VARCHAR" else value


def _first(listed: list[Fault]) -> str:
    cases = " ".join(f"when {fault.condition} then {sql.text(fault.rule)}" for fault in listed)
    return f"case when _read._rule is not null then _read._rule {cases} end"


def _all(listed: list[Fault]) -> str:
    parts = ", ".join(
        f"case when {fault.condition} then {sql.text(fault.reason)} end" for fault in listed
    )
    together = f"concat_ws('; ', {parts})" if parts else "''"
    return f"case when _read._reason is not null then _read._reason else {together} end"


def _append_rejects(con: duckdb.DuckDBPyConnection, rejects: str, file: LandedFile) -> None:
    """Add records that could not be split, and make room for them in the record numbers."""
    path = sql.text(file.delivery.path)
    if not make_room_for_rejects(con, CHECKED, rejects, f"read._file = {path}"):
        return
    con.execute(f"""
        insert into {CHECKED} by name
        select
            *,
            {path} as _file,
            timestamp {sql.text(file.delivery.landed_at)} as _landed_at
        from {UNSPLIT}
    """).fetchall()


def _explain_page(error: duckdb.Error) -> str:
    if isinstance(error, duckdb.OutOfMemoryException):
        return "does not fit in memory; raise C360_MEMORY_LIMIT"
    return f"cannot be read ({type(error).__name__}); restore the folder from the backup"


def _explain(error: duckdb.Error) -> str:
    """A DuckDB error without the row that it quotes."""
    first = str(error).splitlines()[0]
    if "state machine" in first or "not RFC 4180" in first:
        return (
            "is no regular CSV (mixed line ends, or quotes inside unquoted fields); "
            "save it with one kind of line end and every quote doubled"
        )
    if "GZIP" in first.upper():
        return "its gzip stream is cut or damaged; deliver it again"
    if isinstance(error, duckdb.OutOfMemoryException):
        return "does not fit in memory; raise C360_MEMORY_LIMIT"
    return f"cannot be read ({type(error).__name__}); check 'format', 'encoding', 'delimiter'"
