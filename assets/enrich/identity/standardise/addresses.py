"""Addresses to keys of region, city, street and number that survive different ways of writing."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from assets.enrich.identity.standardise.addresses_array import COLUMNS, read_plain_han
from assets.enrich.identity.standardise.addresses_han import (
    ADDRESS_FILLERS,
    read_han_address,
    read_place,
)
from assets.enrich.identity.standardise.addresses_latin import read_latin_address
from assets.enrich.identity.standardise.arrays import (
    BATCH,
    by_flag,
    has_byte,
    mended,
    one_chunk,
    texts,
    to_arrow,
    without_nulls,
)
from assets.enrich.identity.standardise.places import PROVINCE_OF
from assets.enrich.identity.standardise.text import SEPARATOR, normalised, simplify

_PARTS = 5
_FULL_WIDTH = 0xEF
"""First byte of full-width letters and digits in UTF-8, and of little else."""
_WORD = re.compile("[a-z]{2}")
_HAN = re.compile("[\u3007\u3400-\u9fff\U00020000-\U000323af]")


def standardise_addresses(raw: pa.Array) -> pa.Table:
    """Standardise addresses; region, city, address, house number, postcode with U+001F between.

    Any part may be empty; a value without a separator is an address in free text.

    Returns:
        One row per value in the same order: raw_value, region_key, city_key, street_key,
        number_key, postcode; each null where the address does not tell.
    """
    raw = one_chunk(raw)
    parts = [_read_batch(raw.slice(start, BATCH)) for start in range(0, max(len(raw), 1), BATCH)]
    return pa.concat_tables(parts).add_column(0, "raw_value", raw)


def _read_batch(raw: pa.Array) -> pa.Table:
    text = without_nulls(raw)
    text = mended(text, to_arrow(has_byte(text, _FULL_WIDTH)), normalised)
    is_plain, plain = read_plain_han(text)
    others = _read_one_by_one(text.filter(to_arrow(~is_plain)))
    return by_flag(is_plain, plain, others)


def _read_one_by_one(text: pa.Array) -> pa.Table:
    text = pc.replace_substring_regex(normalised(text), r"[\p{Cf}]+|[\x00-\x1e\x7f]+", " ")
    rows = [read_address(value) for value in pc.utf8_lower(simplify(text)).to_pylist()]
    columns = zip(*rows, strict=True) if rows else [()] * len(COLUMNS)
    return pa.table(
        {
            name: texts(value or None for value in values)
            for name, values in zip(COLUMNS, columns, strict=True)
        }
    )


def read_address(text: str) -> tuple[str, str, str, str, str]:
    """Region, city, street, number and postcode of one cleaned, simplified, lower-case address."""
    parts = text.split(SEPARATOR)
    if len(parts) == 1:
        region, city, address, number, postcode = "", "", text, "", ""
    else:
        parts += [""] * (_PARTS - len(parts))
        region, city, address, number = (part.strip() for part in parts[:4])
        postcode = parts[4].strip()
    if address.strip() in ADDRESS_FILLERS:
        address = ""
    if text.isascii() or not _HAN.search(text):
        return read_latin_address(region, city, address, number, postcode)
    if _HAN.search(address) or not _WORD.search(address):
        return read_han_address(region, city, address, number, postcode)
    # A street in letters in a city written in Chinese.
    _, _, street, numbers, postcode = read_latin_address(region, city, address, number, postcode)
    region_key, city_key = read_place(region, city)
    return region_key or PROVINCE_OF.get(city_key, ""), city_key, street, numbers, postcode
