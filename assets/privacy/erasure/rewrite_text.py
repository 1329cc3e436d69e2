"""CSV files and JSON lines without some of their records; the others stay as they were written."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

import msgspec

from assets.privacy.erasure.verdicts import Tally, Verdict
from assets.raw.contract_model import ObjectContract

_DECODER = msgspec.json.Decoder(float_hook=Decimal)
_ENCODER = msgspec.json.Encoder(decimal_format="number")

Judging = Callable[[int], Verdict]
"""From the number of a record to what becomes of it."""


def remaining_delimited(
    records: Iterable[str], obj: ObjectContract, judge: Judging, tally: Tally
) -> Iterator[str]:
    """The records of a CSV file that are left; they are counted from 1 after the header.

    Args:
        records: With their line ends, the header first.
        obj: Its contract.
        judge: Of the records.
        tally: Takes what went.
    """
    places: dict[str, int] | None = None
    number = 0
    for record in records:
        if places is None:
            header = _fields(record, obj.delimiter)
            places = {title.removeprefix("\ufeff"): place for place, title in enumerate(header)}
        elif record.strip("\r\n"):
            number += 1
            verdict = judge(number)
            if verdict.goes:
                tally.gone.append(number)
                continue
            if verdict.cleared:
                tally.cleared += 1
                fields = _fields(record, obj.delimiter)
                for title in verdict.cleared:
                    fields[places[title]] = ""
                yield _written(fields, obj.delimiter, record)
                continue
        yield record


def remaining_json_lines(
    lines: Iterable[bytes], judge: Judging, clear: Callable[[Any, str], None], tally: Tally
) -> Iterator[bytes]:
    """JSON objects that are left, one a line; they are counted from 1, blank lines do not count.

    Args:
        lines: With or without line ends.
        judge: Of the lines.
        clear: Empties in the decoded object what a verdict names.
        tally: Takes what went.
    """
    number = 0
    for line in lines:
        if not line.strip():
            continue
        number += 1
        verdict = judge(number)
        if verdict.goes:
            tally.gone.append(number)
            continue
        record = _decoded(line) if verdict.cleared else None
        if isinstance(record, dict):
            tally.cleared += 1
            for title in verdict.cleared:
                clear(record, title)
            line = _ENCODER.encode(record)
        yield line.removesuffix(b"\n") + b"\n"


def delimited_records(lines: Iterable[str], quotes: int) -> Iterator[str]:
    """Records with their line ends: a line end inside quotes does not end one.

    Args:
        lines: With their line ends, whichever they are.
        quotes: How many the file has. Where they are out of order, every line counts as a record:
            a quote that is never closed must not hide the rest of the file.
    """
    if quotes % 2:
        yield from lines
        return
    held: list[str] = []
    is_quoted = False
    for line in lines:
        held.append(line)
        is_quoted ^= line.count('"') % 2 == 1
        if not is_quoted:
            yield "".join(held)
            held.clear()


def json_value(record: Any, title: str) -> str | None:
    """The value of a title such as `address.city` as text, as a load reads it."""
    value = record.get(title) if isinstance(record, dict) else None
    if value is None:
        for part in title.split("."):
            record = record.get(part) if isinstance(record, dict) else None
        value = record
    if value is None or isinstance(value, (dict, list)):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def clear_json(record: Any, title: str) -> None:
    """Empty the value of a title, and what a CRM system writes beside it of the same reference.

    Zoho names who is referred to beside the id (`Contact_Name.name`), Fxiaoke in a second field
    (`field_contact__c__r`).
    """
    if title in record:
        last = title
    else:
        *path, last = title.split(".")
        for part in path[:-1]:
            record = record[part]
        last = path[-1] if path else last
    for key in record:
        if key == last or key.startswith(f"{last}__"):
            record[key] = None


def _decoded(line: bytes) -> Any:
    try:
        # Numbers keep the digits that they were written with.
        return _DECODER.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _fields(record: str, delimiter: str) -> list[str]:
    return next(csv.reader(io.StringIO(record, newline=""), delimiter=delimiter), [])


def _written(fields: list[str], delimiter: str, like: str) -> str:
    ending = like[len(like.rstrip("\r\n")) :]
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=delimiter, lineterminator=ending).writerow(fields)
    return target.getvalue()
