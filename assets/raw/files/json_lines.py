"""JSON lines (one JSON object a line), plain or gzip-compressed."""

from __future__ import annotations

from assets.raw import sql
from assets.raw.contract_model import ObjectContract
from assets.raw.files.delimited import MAX_RECORD_BYTES
from assets.raw.files.encoding import as_utf8
from assets.raw.files.rejects import REJECT_SCANS, REJECTS
from assets.raw.files.source_rows import Reading, SourceRows

NEVER = "\x01\x02\x03\x04"
"""A separator that no valid JSON holds: control characters must be escaped in it."""


TEXT = r'"(?:\\.|[^"\\])*"'
NOT_STRICT = r"(?i),\s*[\]}]|nan|inf"
"""Outside of texts: what DuckDB lets pass and JSON does not know."""

DEEPEST = 500
"""Levels: each opening before any closing."""


def read_json_lines(reading: Reading) -> SourceRows:
    """The rows of one file of JSON lines; blank lines do not count.

    Keys that the contract does not name are left alone: systems add keys every month.

    Raises:
        FileError: text that is not as declared.
    """
    path = as_utf8(reading)
    columns = reading.obj.columns
    paths = ", ".join(sql.json_path(column.title) for column in columns)
    values = ",\n            ".join(
        f'json_extract(line, {sql.json_path(column.title)})::varchar as "{column.name}"'
        if column.type == "json"
        else f'_values[{position}] as "{column.name}"'
        for position, column in enumerate(columns, start=1)
    )
    query = f"""
        with lines as (
            select
                line,
                case
                    when not json_valid(line) or not starts_with(ltrim(line, e' \\t\\r'), '{{')
                        then 'the line is no valid JSON object'
                    {_strictness(reading.obj)}
                end as _fault
            from read_csv(
                [{sql.text(path)}], columns = {{'line': 'VARCHAR'}}, auto_detect = false,
                header = false, delim = {sql.text(NEVER)}, quote = '', escape = '',
                strict_mode = false, max_line_size = {MAX_RECORD_BYTES},
                compression = '{"gzip" if path.suffix == ".gz" else "none"}',
                store_rejects = true, rejects_limit = 0,
                rejects_table = '{REJECTS}', rejects_scan = '{REJECT_SCANS}'
            )
            where trim(line) <> ''
        ),

        objects as (
            select
                line as _line,
                _fault,
                row_number() over () as _position,
                case when _fault is null then line else '{{}}' end as line
            from lines
        ),

        extracted as (
            select *, json_extract_string(line, [{paths}]) as _values
            from objects
        )

        select
            _position,
            case when _fault is not null then 'invalid_json' end as _rule,
            _fault as _reason,
            case when _fault is null then _line else to_json(_line)::varchar end as _payload,
            {values}
        from extracted
    """
    return SourceRows(
        query=query,
        types={column.name: "VARCHAR" for column in columns},
        rejects=f"""
            select
                line as _position,
                'invalid_json' as _rule,
                'the line cannot be read: ' || lower(any_value(error_type)) as _reason,
                json_object('_line', any_value(csv_line))::varchar as _payload
            from {REJECTS}
            group by scan_id, file_id, line
        """,
    )


def _strictness(obj: ObjectContract) -> str:
    """Cases of what DuckDB takes for valid and RFC 8259 does not, or leaves open.

    Texts are taken out before a line is looked through for signs, and only where one may be.
    """
    bare = f"regexp_replace(line, {sql.text(TEXT)}, '\"\"', 'g')"
    # Cheap to look for, and rarely there.
    signs = "regexp_matches(line, ',\\s*[}\\]]')" + "".join(
        f" or contains(line, '{sign}')" for sign in ("NaN", "nan", "NAN", "Inf", "inf", "INF")
    )
    openings = "length(line) - length(replace(replace(line, '[', ''), '{', ''))"
    parents = dict.fromkeys(
        ".".join(column.title.split(".")[:depth])
        for column in obj.columns
        for depth in range(1, len(column.title.split(".")))
    )
    paths = ", ".join(["'$'", *map(sql.json_path, parents)])
    doubled = f"list_bool_or([len(k) <> list_unique(k) for k in json_keys(line, [{paths}])])"
    return f"""when {doubled} then 'the object has a key twice'
                    when ({signs})
                        and regexp_matches({bare}, {sql.text(NOT_STRICT)})
                        then 'the line has a comma too many, or a number that is none'
                    when {openings} >= {DEEPEST}
                        and regexp_matches({bare}, '(?:[\\[{{][^\\]}}\\[{{]*){{{DEEPEST}}}')
                        then 'the object is nested more than {DEEPEST} levels deep'
                    """
