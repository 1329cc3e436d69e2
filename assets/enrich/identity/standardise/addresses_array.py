"""Plain Chinese addresses as arrays: what stands before the first digit repeats, and is read once.

文三路90号3幢502室 and a million others on the same streets differ in their numbers only. Says the
same as `addresses.read_address`, or leaves the value to it (a test compares the two).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from assets.enrich.identity.standardise.addresses_han import (
    ADDRESS_FILLERS,
    numbers_of,
    read_han_street,
)
from assets.enrich.identity.standardise.text import (
    LAST_CODE_POINT,
    SEPARATOR,
    from_codes,
    simplify_codes,
    to_codes,
)

Array = np.ndarray[Any, Any]

COLUMNS = ("region_key", "city_key", "street_key", "number_key", "postcode")
_DROPPED = " \t\n\r,。.;:_·\"'\u200b\u200c\u200d\u2060\ufeff\u00ad"
_UNIT = "(?:号楼|号院|号|弄|栋|幢|座|单元|楼|层|室|户|-)"
_PLAIN_TAIL = (
    rf"^(?P<number>[1-9][0-9]{{0,4}}[a-z]?(?:{_UNIT}[1-9][0-9]{{0,4}}[a-z]?)*{_UNIT}?)?"
    rf"(?:{SEPARATOR}{SEPARATOR}(?P<postcode>[0-9]{{6}})?)?$"
)
_OTHER, _HAN, _DIGIT, _SEPARATOR, _IGNORED = range(5)


def read_plain_han(text: pa.Array) -> tuple[Array, pa.Table]:
    """Read the addresses of plain form.

    Args:
        text: values in NFKC, none of them null.

    Returns:
        Which values these are, and their columns.
    """
    codes, starts = to_codes(text)
    kinds = _kinds()[codes]
    kept = kinds != _IGNORED
    starts = np.concatenate([[0], np.cumsum(kept, dtype=np.int32)])[starts]
    codes, kinds = _lower(simplify_codes(codes[kept])), kinds[kept]
    rows = len(starts) - 1
    row = np.repeat(np.arange(rows, dtype=np.int32), np.diff(starts))
    separators = np.bincount(row[kinds == _SEPARATOR], minlength=rows)
    first_digit = _first(row, kinds == _DIGIT, starts)
    is_head = np.arange(len(codes), dtype=np.int32) < first_digit[row]
    is_strange = (kinds == _OTHER) & is_head
    plain = np.bincount(row[is_strange], minlength=rows) == 0
    plain &= (separators == 0) | (separators == 4)
    plain &= np.bincount(row[kinds == _HAN], minlength=rows) > 0
    if not plain.any():
        return plain, _table([pa.array([], pa.string())] * len(COLUMNS))
    of_plain = plain[row]
    lengths = np.bincount(row[is_head & of_plain], minlength=rows)[plain]
    head = from_codes(codes[is_head & of_plain], _starts(lengths))
    lengths = np.bincount(row[~is_head & of_plain], minlength=rows)[plain]
    tail = from_codes(codes[~is_head & of_plain], _starts(lengths))
    places, is_known = _read_heads(head)
    found = pc.extract_regex(tail, pattern=_PLAIN_TAIL)
    good = is_known & pc.is_valid(found).to_numpy(zero_copy_only=False)
    plain[np.flatnonzero(plain)[~good]] = False
    chosen = pa.array(good)
    number = pc.replace_substring_regex(
        pc.struct_field(found, "number").filter(chosen), pattern="[^0-9a-z]+", replacement="-"
    )
    postcode = pc.struct_field(found, "postcode").filter(chosen)
    columns = [*places.filter(chosen).columns, pc.utf8_rtrim(number, "-"), postcode]
    return plain, _table([pc.if_else(pc.equal(found, ""), None, found) for found in columns])


def _read_heads(head: pa.Array) -> tuple[pa.Table, Array]:
    """Region, city and street of each head; and whether there is no number hidden in it."""
    encoded = head.dictionary_encode()
    found = []
    known = []
    for text in encoded.dictionary.to_pylist():
        parts = text.split(SEPARATOR)
        region, city, address = parts[:3] if len(parts) > 2 else ("", "", parts[-1])
        region, city, street, left = read_han_street(region, city, address)
        found.append((region, city, street))
        known.append(not numbers_of(left) and not any(parts[3:]) and address not in ADDRESS_FILLERS)
    columns = {
        name: pa.array([row[place] for row in found], pa.string()).take(encoded.indices)
        for place, name in enumerate(COLUMNS[:3])
    }
    return pa.table(columns), np.array(known, bool)[encoded.indices.to_numpy()]


def _first(row: Array, flags: Array, starts: Array) -> Array:
    """Place of the first flagged character of each row; its end if there is none."""
    places = np.flatnonzero(flags)
    owners = row[places]
    is_first = np.ones(len(places), bool)
    is_first[1:] = owners[1:] != owners[:-1]
    first = starts[1:].copy()
    first[owners[is_first]] = places[is_first]
    return first


def _starts(lengths: Array) -> Array:
    return np.concatenate([[0], np.cumsum(lengths)])


def _lower(codes: Array) -> Array:
    return np.where((codes >= ord("A")) & (codes <= ord("Z")), codes + 32, codes)


@cache
def _kinds() -> Array:
    table = np.full(LAST_CODE_POINT, _OTHER, np.uint8)
    for start, stop in ((0x3007, 0x3008), (0x3400, 0xA000), (0x20000, 0x323B0)):
        table[start:stop] = _HAN
    table[ord("0") : ord("9") + 1] = _DIGIT
    table[ord(SEPARATOR)] = _SEPARATOR
    table[[ord(character) for character in _DROPPED]] = _IGNORED
    return table


def _table(columns: list[pa.Array]) -> pa.Table:
    return pa.table(dict(zip(COLUMNS, columns, strict=True)))
