"""Plain Chinese addresses as arrays: what stands before the first digit repeats, and is read once.

文三路90号3幢502室 and a million others on the same streets differ in their numbers only. Says the
same as `addresses.read_address`, or leaves the value to it (a test compares the two).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from assets.enrich.identity.standardise.addresses_han import (
    ADDRESS_FILLERS,
    numbers_of,
    read_han_street,
)
from assets.enrich.identity.standardise.arrays import (
    NO_TEXT,
    Array,
    constant,
    count_before,
    from_bytes,
    split_before,
    texts,
    to_arrow,
    to_bytes,
    to_numpy,
)
from assets.enrich.identity.standardise.text import SEPARATOR, simplified_characters

COLUMNS = ("region_key", "city_key", "street_key", "number_key", "postcode")
_DROPPED = " \t\n\r,。.;:_·\"'\u200b\u200c\u200d\u2060\ufeff\u00ad"
_HAN = re.compile("[\u3007\u3400-\u9fff\U00020000-\U000323af]")
_PLAIN_HEAD = re.compile(f"(?:{_HAN.pattern}|{SEPARATOR})*")
_UNIT = f"[{_DROPPED}]*(?:号楼|号院|号|弄|栋|幢|座|单元|楼|层|室|户|-)[{_DROPPED}]*"
# Each number is one 0.
_PLAIN_NUMBERS = re.compile(f"(?:0[a-zA-Z]?(?:{_UNIT}0[a-zA-Z]?)*(?:{_UNIT})?)?[{_DROPPED}]*")
_LONGEST_NUMBER = 5
_PLAIN_REST = re.compile(f"(?:{SEPARATOR}{SEPARATOR}([0-9]{{6}})?)?")
_NOT_PLAIN = -1


def read_plain_han(text: pa.Array) -> tuple[Array, pa.Table]:
    """Read the addresses of plain form.

    Args:
        text: values without nulls.

    Returns:
        Which values these are, and their columns.
    """
    is_wide = pc.invert(pc.string_is_ascii(text))
    chosen = to_numpy(is_wide).copy()
    plain, columns = _read(text.filter(is_wide))
    chosen[chosen] = plain
    return chosen, columns


def _read(text: pa.Array) -> tuple[Array, pa.Table]:
    head, tail = split_before(text, _is_digit)
    number, rest = split_before(tail, lambda data: data == ord(SEPARATOR))
    head, rest = head.dictionary_encode(), rest.dictionary_encode()
    places, before = _read_heads(head.dictionary)
    postcodes, behind = _read_rests(rest.dictionary)
    number_key, plain = _read_numbers(number)
    before, behind = before[to_numpy(head.indices)], behind[to_numpy(rest.indices)]
    # Without parts, with a number in the third of five parts, without any number.
    plain &= (
        ((before == 0) & (behind == 0))
        | ((before == 2) & (behind == 2))
        | ((before == 4) & (behind == 0) & (to_numpy(pc.binary_length(number)) == 0))
    )
    chosen = to_arrow(plain)
    number_key = number_key.filter(chosen)
    columns = [
        *places.take(head.indices.filter(chosen)).columns,
        pc.if_else(pc.equal(number_key, constant("")), NO_TEXT, number_key),
        postcodes.take(rest.indices.filter(chosen)),
    ]
    return plain, pa.table(dict(zip(COLUMNS, columns, strict=True)))


def _read_heads(heads: pa.Array) -> tuple[pa.Table, Array]:
    """Region, city and street of each head; and how many separators it has if it is plain."""
    found = []
    separators = []
    for raw in heads.to_pylist():
        text = unicodedata.normalize("NFKC", raw).translate(_plain_characters())
        parts = text.split(SEPARATOR)
        region, city, address = parts[:3] if len(parts) > 2 else ("", "", parts[-1])
        street = ""
        is_plain = bool(_PLAIN_HEAD.fullmatch(text) and _HAN.search(text))
        is_plain &= address not in ADDRESS_FILLERS
        if is_plain:
            region, city, street, left = read_han_street(region, city, address)
            is_plain = not numbers_of(left) and not any(parts[3:])
        found.append((region or None, city or None, street or None))
        separators.append(len(parts) - 1 if is_plain else _NOT_PLAIN)
    columns = {name: texts(row[place] for row in found) for place, name in enumerate(COLUMNS[:3])}
    return pa.table(columns), np.array(separators, np.int8)


def _read_rests(rests: pa.Array) -> tuple[pa.Array, Array]:
    """Postcode behind each address; and how many separators stand there if it is plain."""
    found = [_PLAIN_REST.fullmatch(rest) for rest in rests.to_pylist()]
    separators = [match.group().count(SEPARATOR) if match else _NOT_PLAIN for match in found]
    return texts(match and match.group(1) for match in found), np.array(separators, np.int8)


def _read_numbers(number: pa.Array) -> tuple[pa.Array, Array]:
    """House, building, unit and room of 90号3幢502室 as 90-3-502; and which texts are plain."""
    data, starts = to_bytes(number)
    is_digit = _is_digit(data)
    is_letter = (data | 0x20) - np.uint8(ord("a")) < 26
    is_first = np.zeros(len(data), bool)
    is_first[starts[:-1][np.diff(starts) > 0]] = True

    opens_number = is_digit & (is_first | ~_before(is_digit))
    in_shape = opens_number | ~is_digit
    shape = np.where(is_digit, np.uint8(ord("0")), data)[in_shape]
    plain = _are_plain_shapes(from_bytes(shape, count_before(in_shape)[starts]))
    opening = np.flatnonzero(opens_number)
    digits = count_before(is_digit)
    size = np.diff(digits[opening], append=digits[-1])
    is_odd = (size > _LONGEST_NUMBER) | (data[opening] == ord("0"))
    plain[np.searchsorted(starts, opening[is_odd], side="right") - 1] = False

    is_kept = is_digit | is_letter
    opens_gap = ~is_kept & _before(is_kept)
    written = np.where(is_kept, data | 0x20, np.uint8(ord("-")))[is_kept | opens_gap]
    key = from_bytes(written, count_before(is_kept | opens_gap)[starts])
    return pc.utf8_rtrim(key, "-"), plain


def _are_plain_shapes(shape: pa.Array) -> Array:
    encoded = shape.dictionary_encode()
    plain = [
        unicodedata.is_normalized("NFKC", text)
        and _PLAIN_NUMBERS.fullmatch(text.translate(simplified_characters())) is not None
        for text in encoded.dictionary.to_pylist()
    ]
    found: Array = np.array(plain, bool)[to_numpy(encoded.indices)]
    return found


def _before(flags: Array) -> Array:
    """Whether the flag of the byte before is set."""
    return np.append(False, flags[:-1])


def _is_digit(data: Array) -> Array:
    return data - np.uint8(ord("0")) < 10


@cache
def _plain_characters() -> dict[int, str]:
    return simplified_characters() | dict.fromkeys(map(ord, _DROPPED), "")
