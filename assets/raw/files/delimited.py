"""CSV files, read by DuckDB with everything declared and nothing guessed.

All columns are read as text, with spare columns behind them: a record with a value in a spare one
is too wide, a record without its last declared column is too narrow. Strict mode alone would load
both, shifted.
"""

from __future__ import annotations

import csv
import io
import itertools
from pathlib import Path

from assets.raw import sql
from assets.raw.contract_model import Column
from assets.raw.errors import FileError
from assets.raw.files.encoding import CHUNK, as_utf8, open_bytes
from assets.raw.files.headers import match_header
from assets.raw.files.source_rows import Reading, SourceRows

SPARE = ("_overflow_1", "_overflow_2", "_overflow_3")
ABSENT = "\x01\x02absent\x02\x01"
"""What no field holds: makes an empty field an empty text, and an absent field null."""

MAX_RECORD_BYTES = 32 << 20
REJECTS = "raw_reject_errors"
REJECT_SCANS = "raw_reject_scans"


def read_delimited(reading: Reading) -> SourceRows:
    """The rows of one csv file.

    Raises:
        FileError: no header, other columns than declared, or text that is not as declared.
    """
    path = as_utf8(reading)
    columns = match_header(reading, _header(reading, path))
    quotes = _count_quotes(reading, path)
    if quotes % 2:
        _refuse_open_quote(reading, path)
    last = f'read."{columns[-1].name}"'
    overflow = f'read."{SPARE[0]}" is not null'
    width = len(columns)
    spare = ", ".join(f'"{name}"' for name in SPARE)
    query = f"""
        select
            row_number() over () as _position,
            case
                when {last} is null then 'too_few_fields'
                when {overflow} then 'too_many_fields'
            end as _rule,
            case
                when {last} is null then 'the record has fewer than {width} fields'
                when {overflow} then 'the record has more than {width} fields'
            end as _reason,
            case when {last} is null or {overflow} then {_payload(columns)} end as _payload,
            * exclude ({spare})
        from {_scan(reading, path, columns, is_parallel=quotes == 0)} as read
    """
    return SourceRows(
        query=query,
        types={column.name: "VARCHAR" for column in columns},
        rejects=_rejects(),
    )


def _scan(reading: Reading, path: Path, columns: list[Column], is_parallel: bool) -> str:
    names = [column.name for column in columns] + list(SPARE)
    declared = ", ".join(f"{sql.text(name)}: 'VARCHAR'" for name in names)
    return f"""read_csv(
        [{sql.text(path)}], columns = {{{declared}}}, auto_detect = false, header = false,
        skip = 1, delim = {sql.text(reading.obj.delimiter)}, quote = '"', escape = '"',
        strict_mode = true, null_padding = true, nullstr = {sql.text(ABSENT)},
        max_line_size = {MAX_RECORD_BYTES}, parallel = {str(is_parallel).lower()},
        compression = '{"gzip" if path.suffix == ".gz" else "none"}',
        store_rejects = true, rejects_limit = 0,
        rejects_table = '{REJECTS}', rejects_scan = '{REJECT_SCANS}'
    )"""


def _payload(columns: list[Column]) -> str:
    fields = [f'{sql.text(column.title)}, read."{column.name}"' for column in columns]
    spare = ", ".join(f'read."{name}"' for name in SPARE)
    overflow = f"list_filter([{spare}], lambda field: field is not null)"
    return f"json_object({', '.join(fields)}, '_overflow', {overflow})::varchar"


def _rejects() -> str:
    """Records that DuckDB could not split; the reader counts the header as line 1."""
    return f"""
        select
            greatest(line - 1, 1) as _position,
            case
                when bool_or(error_type = 'TOO MANY COLUMNS') then 'too_many_fields'
                else 'wrong_type'
            end as _rule,
            'the record cannot be split into fields: ' || lower(any_value(error_type)) as _reason,
            json_object('_line', any_value(csv_line))::varchar as _payload
        from {REJECTS}
        group by scan_id, file_id, line
    """


def _header(reading: Reading, path: Path) -> list[str]:
    try:
        with open_bytes(path) as handle:
            text = io.TextIOWrapper(handle, "utf-8-sig", errors="surrogateescape", newline="")
            rows = csv.reader(text, delimiter=reading.obj.delimiter, strict=True)
            header = next(rows, None)
            "".join(header or []).encode()
    except UnicodeEncodeError:
        raise FileError(
            f"{reading.path}: is not {reading.obj.encoding}; mend 'encoding' in the contract, "
            "for example gb18030 for a file saved by Chinese Excel"
        ) from None
    except (csv.Error, EOFError, OSError) as error:
        raise FileError(
            f"{reading.path}: the header cannot be read ({error}); deliver the file again"
        ) from None
    if not header:
        raise FileError(f"{reading.path}: is empty, without a header; deliver the file again")
    return header


def _count_quotes(reading: Reading, path: Path) -> int:
    count = 0
    try:
        with open_bytes(path) as handle:
            while chunk := handle.read(CHUNK):
                count += chunk.count(b'"')
    except (EOFError, OSError) as error:
        raise FileError(
            f"{reading.path}: cannot be unpacked ({error}); deliver the file again"
        ) from None
    return count


def _refuse_open_quote(reading: Reading, path: Path) -> None:
    """Refuse a file whose end lies inside a quoted field: DuckDB would drop that field in silence.

    Only asked when the quotes of a file do not pair up, because it reads record by record.
    """
    csv.field_size_limit(MAX_RECORD_BYTES)
    with open_bytes(path) as handle:
        text = io.TextIOWrapper(handle, encoding="utf-8", errors="replace", newline="")
        rows = csv.reader(text, delimiter=reading.obj.delimiter, strict=True)
        for record in itertools.count():
            try:
                if next(rows, None) is None:
                    return
            except csv.Error as error:
                if "unexpected end" in str(error):
                    raise FileError(
                        f"{reading.path}: ends inside a quoted field that starts in record "
                        f"{record}; the file was cut or a quote is missing: deliver it again"
                    ) from None
