"""JSON lines (one JSON object a line), plain or gzip-compressed."""

from __future__ import annotations

from assets.raw import sql
from assets.raw.files.delimited import MAX_RECORD_BYTES, REJECT_SCANS, REJECTS
from assets.raw.files.encoding import as_utf8
from assets.raw.files.source_rows import Reading, SourceRows

NEVER = "\x01\x02\x03\x04"
"""A separator that no valid JSON holds: control characters must be escaped in it."""


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
                case when json_valid(line) then json_type(line) = 'OBJECT' else false end
                    as _is_object
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
                _is_object,
                row_number() over () as _position,
                case when _is_object then line else '{{}}' end as line
            from lines
        ),

        extracted as (
            select *, json_extract_string(line, [{paths}]) as _values
            from objects
        )

        select
            _position,
            case when not _is_object then 'invalid_json' end as _rule,
            case when not _is_object then 'the line is no valid JSON object' end as _reason,
            case when _is_object then _line else to_json(_line)::varchar end as _payload,
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
