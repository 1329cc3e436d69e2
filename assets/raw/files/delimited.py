"""CSV files, read by DuckDB with everything declared and nothing guessed.

All columns are read as text, with spare columns behind them: a record with a value in a spare one
is too wide, a record without its last declared column is too narrow. Strict mode alone would load
both, shifted.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from assets.raw import sql
from assets.raw.contract_model import Column
from assets.raw.errors import FileError
from assets.raw.files.encoding import as_utf8, open_bytes
from assets.raw.files.headers import match_header
from assets.raw.files.quoting import STRAY, look_at_quotes, with_stray_quotes_marked
from assets.raw.files.rejects import REJECT_SCANS, REJECTS
from assets.raw.files.source_rows import Reading, SourceRows

SPARE = ("_overflow_1", "_overflow_2", "_overflow_3")
ABSENT = "\x01\x02absent\x02\x01"
"""What no field holds: makes an empty field an empty text, and an absent field null."""

STRAY_IN_JSON, QUOTE_IN_JSON = json.dumps(STRAY)[1:-1], '\\"'
MAX_RECORD_BYTES = 32 << 20


def read_delimited(reading: Reading) -> SourceRows:
    """The rows of one csv file.

    Raises:
        FileError: no header, other columns than declared, or text that is not as declared.
    """
    path = as_utf8(reading)
    columns = match_header(reading, _header(reading, path))
    quotes = look_at_quotes(reading, path)
    if not quotes.are_regular:
        path = with_stray_quotes_marked(reading, path)
    rules = _rules(columns, quotes.are_regular)
    names = ", ".join(f'read."{column.name}"' for column in columns)
    if not quotes.are_regular:
        names = ", ".join(
            f"{_with_quotes(f'read.{name}')} as {name}" for name in _quoted_names(columns)
        )
    query = f"""
        select
            row_number() over () as _position,
            case {" ".join(f"when {condition} then '{rule}'" for rule, condition, _ in rules)} end
                as _rule,
            case {" ".join(f"when {condition} then '{words}'" for _, condition, words in rules)} end
                as _reason,
            case when {" or ".join(condition for _, condition, _ in rules)}
                then {_payload(columns, quotes.are_regular)} end as _payload,
            {names}
        from {_scan(reading, path, columns, is_parallel=quotes.count == 0)} as read
    """
    return SourceRows(
        query=query,
        types={column.name: "VARCHAR" for column in columns},
        rejects=_rejects(),
        is_ended=quotes.is_ended,
    )


def _rules(columns: list[Column], are_regular: bool) -> list[tuple[str, str, str]]:
    """What can be wrong with a record as such: rule, condition and reason, the first that holds."""
    width = len(columns)
    found = [
        (
            "too_few_fields",
            f'read."{columns[-1].name}" is null',
            f"the record has fewer than {width} fields",
        ),
        (
            "too_many_fields",
            f'read."{SPARE[0]}" is not null',
            f"the record has more than {width} fields",
        ),
    ]
    if not are_regular:
        cells = ", ".join(f"read.{name}" for name in _quoted_names(columns))
        found.append(
            (
                "stray_quote",
                f"contains(concat_ws(',', {cells}), {sql.text(STRAY)})",
                "a quote stands where none may be: in a field that is not in quotes, or before "
                "the end of one that is",
            )
        )
    titles = " and ".join(f'read."{column.name}" = {sql.text(column.title)}' for column in columns)
    return [*found, ("repeated_header", titles, "the record is the header once more")]


def _quoted_names(columns: list[Column]) -> list[str]:
    return [sql.name(column.name) for column in columns]


def _with_quotes(value: str) -> str:
    """The value as it stands in the file, with the quotes that were marked."""
    return f"""replace({value}, {sql.text(STRAY)}, '"')"""


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


def _payload(columns: list[Column], are_regular: bool) -> str:
    fields = [f'{sql.text(column.title)}, read."{column.name}"' for column in columns]
    spare = ", ".join(f'read."{name}"' for name in SPARE)
    overflow = f"list_filter([{spare}], lambda field: field is not null)"
    payload = f"json_object({', '.join(fields)}, '_overflow', {overflow})::varchar"
    if are_regular:
        return payload
    return f"replace({payload}, {sql.text(STRAY_IN_JSON)}, {sql.text(QUOTE_IN_JSON)})"


def _rejects() -> str:
    """Records that DuckDB could not split; the reader counts the header as line 1."""
    return f"""
        select
            greatest(line - 1, 1) as _position,
            case
                when bool_or(error_type = 'TOO MANY COLUMNS') then 'too_many_fields'
                else 'wrong_type'
            end as _rule,
            'the record cannot be split into fields: ' || lower(
                string_agg(distinct error_type, ', ' order by error_type)
            ) as _reason,
            json_object('_line', {_with_quotes("any_value(csv_line)")})::varchar as _payload
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
