"""Rows of a Bulk Read file as records in the shape of Get Records, typed by the metadata."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO

import msgspec

from assets.raw.connector import strict_json
from assets.raw.connector.errors import Retryable
from assets.raw.zoho_crm.metadata import Field

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_LONGEST_TEXT = 16 << 20
_TRUTH = {"true": True, "false": False, "1": True, "0": False}


def records(archive: BinaryIO, fields: Mapping[str, Field], expected: int) -> Iterator[bytes]:
    """The records of a downloaded result.

    Args:
        archive: Open zip file with one CSV file.
        fields: The fields that were asked for, by name.
        expected: How many rows Zoho counted.

    Raises:
        Retryable: the file is broken, cut, or not what was asked for.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            (name,) = opened.namelist()
            with opened.open(name) as raw:
                text = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
                yield from _rows(text, fields, expected)
    except (zipfile.BadZipFile, ValueError, csv.Error):
        raise Retryable("the Bulk Read file is broken") from None


def _rows(text: io.TextIOWrapper, fields: Mapping[str, Field], expected: int) -> Iterator[bytes]:
    csv.field_size_limit(_LONGEST_TEXT)
    reader = csv.reader(text, strict=True)
    header = next(reader, [])
    if set(header) != set(fields) or len(header) != len(fields):
        raise Retryable("the Bulk Read file has other columns than were asked for")
    converters = [converter(fields[name]) for name in header]
    count = 0
    for cells in reader:
        if len(cells) != len(header):
            raise Retryable(
                "the Bulk Read file has a row that is narrower or wider than its header"
            )
        count += 1
        yield strict_json.dumps(
            {
                name: convert(cell) if cell else None
                for name, convert, cell in zip(header, converters, cells, strict=True)
            }
        )
    if count != expected:
        raise Retryable("the Bulk Read file holds another number of rows than Zoho counted")


def converter(field: Field) -> Callable[[str], Any]:
    """How a cell of a field becomes the JSON that Get Records gives; a number keeps its digits."""
    match field.json_type:
        case "boolean":
            return lambda cell: _TRUTH.get(cell.strip().lower(), cell)
        case "integer" | "double":
            return lambda cell: msgspec.Raw(cell.encode()) if _NUMBER.fullmatch(cell) else cell
        case "jsonobject":
            return lambda cell: {"id": cell}
        case "jsonarray":
            return lambda cell: [part.strip() for part in cell.split(";")]
    return str
