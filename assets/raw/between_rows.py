"""Judging rows by the other rows of their file: doubled keys, and rows that others throw doubt on.

When records of a file have too few or too many fields, some of them tell why: they were written in
another dialect, or a line end split them. Then other records of the file carry the same fault
without showing it: texts that kept the quotes of another dialect, or the first half of a record
whose second half is the line below. They are refused too (疑似错行).
"""

from __future__ import annotations

import duckdb

from assets.raw import sql
from assets.raw.contract_model import ObjectContract
from assets.raw.errors import FileError
from assets.raw.landing import LandedFile

CHECKED = "temp.raw_checked"
"""All rows of an object, typed, with what is wrong with them."""

BROKEN = "('too_few_fields', 'too_many_fields', 'stray_quote')"
"""Rules of records that could not be split into the fields of the contract."""

OTHER_QUOTES = ("'", "`", "|")
"""What opens a quoted field in other dialects; not “ or 「, which many Chinese texts begin with."""


def refuse_cut(con: duckdb.DuckDBPyConnection, file: LandedFile) -> None:
    """Refuse a file without a last line end whose last record, or character, is too short.

    Raises:
        FileError: it is so.
    """
    last = con.execute(
        "select _rule = 'too_few_fields'"
        " or (_rule = 'wrong_type' and _reason like 'the record cannot be split%')"
        f" from {CHECKED} where _file = {sql.text(file.delivery.path)}"
        " order by _position desc limit 1"
    ).fetchall()
    if last == [(True,)]:
        raise FileError(
            f"{file.delivery.path}: ends inside a record, without a line end; "
            "the file was cut: deliver it again"
        )


def mark_suspects(con: duckdb.DuckDBPyConnection, obj: ObjectContract, file: LandedFile) -> None:
    """Refuse the rows that the broken records of their file throw doubt on."""
    path = sql.text(file.delivery.path)
    cells = f"""
        list_filter(
            case
                when line is not null then string_split(line, {sql.text(obj.delimiter)})
                else list_concat(
                    json_extract_string(
                        json_merge_patch(payload, '{{"_overflow": null}}'), '$.*'
                    ),
                    coalesce(from_json(json_extract(payload, '$._overflow'), '["VARCHAR"]'), [])
                )
            end,
            lambda cell: cell is not null and trim(cell) <> ''
        )
    """
    con.execute(f"""
        create or replace temp table raw_broken as
        select _position, {cells} as cells
        from (
            select
                _position,
                cast(_payload as json) as payload,
                json_extract_string(_payload, '$._line') as line
            from {CHECKED}
            where _file = {path} and _rule in {BROKEN}
        )
    """).fetchall()
    if con.execute("select count(*) from temp.raw_broken").fetchall() == [(0,)]:
        return
    texts = [sql.name(column.name) for column in obj.columns if column.type == "varchar"]
    for opening in OTHER_QUOTES:
        is_told = f"starts_with(ltrim(cell), {sql.text(opening)})"
        marked = " or ".join(f"starts_with({text}, {sql.text(opening)})" for text in texts)
        reason = f"a text begins with {opening}, which other records of the file use as a quote"
        _doubt(con, obj, path, is_told, marked, reason)
    # A backslash in front of what ended the field, or of a quote.
    signs = " or ".join(f"contains(cell, {sql.text(sign)})" for sign in ('\\"', "\\'", "\\`"))
    is_told = f"ends_with(cell, '\\') or {signs}"
    marked = " or ".join(f"contains({text}, '\\')" for text in texts)
    reason = "a text holds a backslash, which other records of the file use to escape"
    _doubt(con, obj, path, is_told, marked, reason)
    _doubt_neighbours(con, obj, path)


def _doubt(
    con: duckdb.DuckDBPyConnection,
    obj: ObjectContract,
    path: str,
    is_told: str,
    marked: str,
    reason: str,
) -> None:
    """Refuse rows of a file when a broken record tells of another dialect."""
    told = con.execute(
        f"select count(*) from temp.raw_broken where list_bool_or([{is_told} for cell in cells])"
    ).fetchall()
    if marked and told != [(0,)]:
        _refuse(con, obj, "other_dialect", reason, f"_file = {path} and ({marked})")


def _doubt_neighbours(con: duckdb.DuckDBPyConnection, obj: ObjectContract, path: str) -> None:
    """Refuse the row above a record of one field, which may be its rest; also the one below.

    The one below only when the field could be the beginning of a key: it is one word.
    """
    reason = "the record beside it has only one field: a line end may have split one of the two"
    places = """
        select _position - 1 from temp.raw_broken where len(cells) = 1
        union all
        select _position + 1
        from temp.raw_broken
        where len(cells) = 1 and not regexp_matches(cells[1], '\\s')
    """
    _refuse(con, obj, "split_record", reason, f"_file = {path} and _position in ({places})")


def _refuse(
    con: duckdb.DuckDBPyConnection, obj: ObjectContract, rule: str, reason: str, condition: str
) -> None:
    con.execute(f"""
        update {CHECKED}
        set _rule = {sql.text(rule)}, _reason = {sql.text(reason)}, _payload = {_payload(obj)}
        where _rule is null and {condition}
    """).fetchall()


def _payload(obj: ObjectContract) -> str:
    """The row as JSON text, by the names in the file."""
    fields = ", ".join(
        f"{sql.text(column.title)}, {sql.name(column.name)}::varchar" for column in obj.columns
    )
    return f"json_object({fields})::varchar"


def mark_duplicate_keys(con: duckdb.DuckDBPyConnection, obj: ObjectContract) -> None:
    """Of rows with one key (and version) in one file but other content, only the first stays."""
    names = [*obj.key, *(name for name in (obj.version, obj.valid_from) if name)]
    columns = ["_file", *(sql.name(name) for name in dict.fromkeys(names))]
    key = ", ".join(columns)
    checked_key = ", ".join(f"checked.{column}" for column in columns)
    same_key = " and ".join(
        f"checked.{column} is not distinct from doubles.{column}" for column in columns
    )
    reason = f"another row of the file has the same key ({', '.join(names)}) but other values"
    con.execute(f"""
        create or replace temp table raw_double_keys as
        select {key}
        from {CHECKED}
        where _rule is null
        group by {key}
        having count(*) > 1 and min(_row_hash) <> max(_row_hash)
    """).fetchall()
    if con.execute("select count(*) from temp.raw_double_keys").fetchall() == [(0,)]:
        return
    con.execute(f"""
        with candidates as (
            select
                checked.rowid as row_id,
                _row_hash,
                first_value(_row_hash) over (
                    partition by {checked_key} order by _position
                ) as first_hash
            from {CHECKED} as checked
            inner join temp.raw_double_keys as doubles on {same_key}
            where checked._rule is null
        )

        update {CHECKED}
        set
            _rule = 'duplicate_key',
            _reason = {sql.text(reason)},
            _payload = {_payload(obj)}
        from candidates
        where {CHECKED}.rowid = candidates.row_id and candidates._row_hash <> first_hash
    """).fetchall()
