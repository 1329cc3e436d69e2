"""A landed file of any format without some of its records, in the clear and beside the old one."""

from __future__ import annotations

import gzip
import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

import duckdb

from assets.privacy.erasure.erasing import Erasing
from assets.privacy.erasure.rewrite_text import (
    Judging,
    clear_json,
    delimited_records,
    remaining_delimited,
    remaining_json_lines,
)
from assets.privacy.erasure.verdicts import GOES, STAYS, Tally, Verdict
from assets.privacy.subject.leads import Lead
from assets.privacy.subject.traces import Held
from assets.raw import sql
from assets.raw.contract_model import ObjectContract
from assets.raw.files.encoding import CHUNK, open_bytes
from assets.raw.files.source_rows import Reading
from pipelines.runtime.private_files import private_file

BYTES_STAY = "surrogateescape"
"""Bytes that are no text stay as they are: they are one refused record, not a broken file."""

GZIP_LEVEL = 6


def rewrite_file(
    erasing: Erasing,
    reading: Reading,
    records: str,
    leads: Sequence[Lead],
    held: Sequence[Held],
    target: Path,
) -> Tally:
    """Write a file of the same format without the records that hold one of the values.

    No file is written where none does.

    Args:
        erasing: What is compared.
        reading: The file in the clear.
        records: SQL of all of its records.
        leads: Of its object.
        held: What is known to stand in the object.
        target: The new file.
    """
    gone, cleared = judged_rows(erasing, records, reading.obj, leads, held)
    lost = {position for positions in cleared.values() for position in positions} - set(gone)
    if not gone and not lost:
        return Tally()
    return rewrite_records(reading, gone, cleared, target)


def rewrite_records(
    reading: Reading, gone: Sequence[int], cleared: dict[str, list[int]], target: Path
) -> Tally:
    """Write a file of the same format without the records of these numbers.

    Args:
        reading: The file in the clear.
        gone: Numbers of the records that go, from 1, in order.
        cleared: By title of a column, numbers of the records that lose its value.
        target: The new file.
    """
    if reading.obj.format in ("csv", "jsonl"):
        return _rewrite_text(reading, judge_of_numbers(gone, cleared), target)
    if reading.obj.format == "parquet":
        _rewrite_parquet(reading, gone, cleared, target)
    else:
        _rewrite_excel(reading, gone, cleared, target)
    lost = {position for positions in cleared.values() for position in positions} - set(gone)
    return Tally(list(gone), len(lost))


def judge_of_numbers(gone: Collection[int], cleared: Mapping[str, Collection[int]]) -> Judging:
    """The judge of records that are known by their numbers."""
    goes = set(gone)
    losing: dict[int, set[str]] = {}
    for title, numbers in cleared.items():
        for number in numbers:
            losing.setdefault(number, set()).add(title)

    def verdict(number: int) -> Verdict:
        if number in goes:
            return GOES
        titles = losing.get(number)
        return Verdict(cleared=frozenset(titles)) if titles else STAYS

    return verdict


def judged_rows(
    erasing: Erasing, query: str, obj: ObjectContract, leads: Sequence[Lead], held: Sequence[Held]
) -> tuple[list[int], dict[str, list[int]]]:
    """Positions of the records that go, and by title of the column those that lose its value."""
    gone = _positions(erasing, query, erasing.matching(leads, held))
    titles = {column.name: column.title for column in obj.columns}
    cleared = {}
    for lead in leads:
        if lead.clears:
            found = _positions(erasing, query, erasing.matching([lead], held, clears=True))
            if found:
                cleared[titles[lead.column]] = found
    return gone, cleared


def _positions(erasing: Erasing, query: str, matching: str) -> list[int]:
    if matching == "false":
        return []
    found = erasing.con.execute(
        f"select distinct _position from ({query}) as read where {matching} order by 1"
    ).fetchall()
    return [position for (position,) in found]


def _rewrite_text(reading: Reading, judge: Judging, target: Path) -> Tally:
    tally = Tally()
    with _text_of(reading) as text, _text_to(reading, target) as written:
        if reading.obj.format == "csv":
            records = delimited_records(text, _quotes(reading))
            written.writelines(remaining_delimited(records, reading.obj, judge, tally))
        else:
            left = remaining_json_lines(_json_lines(text), judge, clear_json, tally)
            written.writelines(line.decode(errors=BYTES_STAY) for line in left)
    return tally


def _text_of(reading: Reading) -> io.TextIOWrapper:
    ends = "" if reading.obj.format == "csv" else "\n"
    return io.TextIOWrapper(
        open_bytes(reading.plain), reading.obj.encoding, BYTES_STAY, newline=ends
    )


@contextmanager
def _text_to(reading: Reading, target: Path) -> Iterator[io.TextIOWrapper]:
    with private_file(target) as handle, ExitStack() as stack:
        content: BinaryIO = handle
        if reading.plain.suffix == ".gz":
            # No name and no time in it: the same text gives the same bytes.
            packed = gzip.GzipFile("", "wb", GZIP_LEVEL, handle, mtime=0)
            content = cast(BinaryIO, stack.enter_context(packed))
        text = io.TextIOWrapper(content, reading.obj.encoding, BYTES_STAY, newline="")
        yield text
        text.detach()


def _quotes(reading: Reading) -> int:
    with _text_of(reading) as text:
        return sum(piece.count('"') for piece in iter(partial(text.read, CHUNK), ""))


def _json_lines(text: Iterable[str]) -> Iterator[bytes]:
    for number, line in enumerate(text):
        yield (line if number else line.removeprefix("\ufeff")).encode(errors=BYTES_STAY)


def _rewrite_parquet(
    reading: Reading, gone: Sequence[int], cleared: dict[str, list[int]], target: Path
) -> None:
    con: duckdb.DuckDBPyConnection = reading.con
    for name, positions in {"erasure_gone": gone, **_numbered(cleared)}.items():
        con.execute(f"create or replace temp table {name} (position bigint)").fetchall()
        if positions:
            con.executemany(f"insert into {name} values (?)", [[it] for it in positions]).fetchall()
    emptied = ", ".join(
        f"case when file_row_number + 1 not in (select position from {name})"
        f" then {sql.name(title)} end as {sql.name(title)}"
        for name, title in zip(_numbered(cleared), cleared, strict=True)
    )
    replaced = f" replace ({emptied})" if emptied else ""
    con.execute(f"""
        copy (
            select * exclude (file_row_number){replaced}
            from read_parquet([{sql.text(reading.plain)}], file_row_number = true)
            where file_row_number + 1 not in (select position from erasure_gone)
            order by file_row_number
        ) to {sql.text(target)} (format parquet, compression zstd)
    """).fetchall()
    target.chmod(0o600)


def _numbered(cleared: dict[str, list[int]]) -> dict[str, list[int]]:
    return {f"erasure_cleared_{number}": it for number, it in enumerate(cleared.values())}


def _rewrite_excel(
    reading: Reading, gone: Sequence[int], cleared: dict[str, list[int]], target: Path
) -> None:
    import openpyxl

    # Values only: a formula's result would be lost with its first save.
    book = openpyxl.load_workbook(reading.plain, data_only=True)
    sheet = book[reading.obj.sheet] if reading.obj.sheet else book.worksheets[0]
    header = [cell.value for cell in sheet[1]]
    for title, positions in cleared.items():
        for position in positions:
            sheet.cell(position + 1, header.index(title) + 1).value = None
    for position in reversed(gone):
        sheet.delete_rows(position + 1)
    with private_file(target) as handle:
        book.save(handle)
