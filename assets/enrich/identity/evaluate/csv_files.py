"""CSV read strictly: nothing is guessed, nothing dropped, and no message quotes a line.

The files hold personal data, and so does the first line where somebody forgot the header.

Arrow splits the records, not DuckDB: where line ends within quotes differ from those of the file,
DuckDB 2.0 can give no record at all and no error.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from assets.enrich.identity.evaluate.errors import EvaluationError

if TYPE_CHECKING:
    import pyarrow as pa

NOT_UTF8 = (
    "is not UTF-8; save it as UTF-8, or convert it: iconv -f gb18030 -t utf-8 old.csv > new.csv"
)
LONGEST = 16 << 20
"""Bytes that Arrow reads at a time; no record can be longer."""


def read_header(path: Path, delimiter: str, what: str) -> list[str]:
    """The columns that the first line of a CSV file names.

    Raises:
        EvaluationError: no such file, or its first line is not CSV in UTF-8.
    """
    where = f"{path} ({what})"
    try:
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            columns = next(csv.reader(file, delimiter=delimiter, strict=True), None)
        "".join(columns or []).encode()
    except FileNotFoundError:
        raise EvaluationError(f"{where}: no such file; paths begin at DIR") from None
    except OSError as error:
        raise EvaluationError(f"{where}: cannot be read ({error.strerror})") from None
    except UnicodeEncodeError:
        raise EvaluationError(f"{where}: {NOT_UTF8}") from None
    except csv.Error:
        raise EvaluationError(f"{where}: line 1: quotes do not match; mend the file") from None
    if not columns:
        raise EvaluationError(f"{where}: is empty; the first line must name the columns")
    return [column.strip() for column in columns]


def read_csv(path: Path, delimiter: str, width: int, places: set[int], what: str) -> pa.Table:
    """Some columns of a CSV file, c0, c1, … by their place, all of them text.

    Args:
        path: file in UTF-8, with or without a byte order mark.
        delimiter: what separates two fields.
        width: number of fields of every record, as the header has it.
        places: columns to read.
        what: what the file is, for messages.

    Raises:
        EvaluationError: a record has more or fewer fields, quotes do not match, or no UTF-8.
    """
    import pyarrow as pa
    import pyarrow.csv

    names = [f"c{place}" for place in range(width)]
    if _has_odd_quotes(path):
        # Arrow takes the end of the file for the end of a quote that is never closed.
        _find_fault(path, delimiter, width, what)
    try:
        return pyarrow.csv.read_csv(
            path,
            pyarrow.csv.ReadOptions(
                column_names=names, skip_rows_after_names=1, block_size=LONGEST
            ),
            pyarrow.csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            pyarrow.csv.ConvertOptions(
                column_types={name: pa.string() for name in names},
                include_columns=[names[place] for place in sorted(places)],
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        # Arrow's own words quote the record.
        _find_fault(path, delimiter, width, what)
        raise EvaluationError(
            f"{path} ({what}): is not sound CSV, or a record is longer than "
            f"{LONGEST >> 20} MB; save it anew as CSV in UTF-8"
        ) from None


def _has_odd_quotes(path: Path) -> bool:
    quotes = 0
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            quotes += chunk.count(b'"')
    return quotes % 2 == 1


def _find_fault(path: Path, delimiter: str, width: int, what: str) -> None:
    """Look for the first record that is wrong, one by one; raise if there is one."""
    where = f"{path} ({what}): line"
    start = 1
    csv.field_size_limit(LONGEST)
    try:
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            reader = csv.reader(file, delimiter=delimiter, strict=True)
            for record in reader:
                if record and len(record) != width:
                    raise EvaluationError(
                        f"{where} {start}: has {len(record)} fields, the first line has {width}; "
                        "put fields that hold the delimiter or a line break in quotes"
                    )
                "".join(record).encode()
                start = reader.line_num + 1
    except csv.Error:
        raise EvaluationError(
            f"{where} {start}: quotes do not match; within a quoted field, a quote is written "
            'twice (""), and the field ends with one'
        ) from None
    except UnicodeEncodeError:
        raise EvaluationError(f"{where} {start}: {NOT_UTF8}") from None
