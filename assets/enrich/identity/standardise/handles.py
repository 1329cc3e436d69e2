"""Handles: ids that a platform, a shop, a device maker or a state issued, checked and trimmed."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from assets.enrich.identity.standardise.arrays import (
    first_match,
    mended,
    one_chunk,
    text_set,
    to_arrow,
    to_bytes,
    to_numpy,
)
from assets.enrich.identity.standardise.text import clean_text, identifier_columns, with_fillers
from pipelines.runtime.check_digits import ID_CHARACTERS, ID_WEIGHTS

_SAME = "^(?:" + "|".join(f"{character}{{5,}}" for character in "0123456789xf") + ")$"
_ANYTHING = r"^\S{1,128}$"


class _Handle(NamedTuple):
    pattern: str
    filler: str
    dropped: str = ""
    """Characters between the groups of an id that is printed in groups."""


_HANDLES = {
    "handle": _Handle(_ANYTHING, r"^0+$"),
    # Tencent promises no form; in use are 28-29 characters that keep their case.
    "unionid": _Handle(r"^[A-Za-z0-9_\-]{6,64}$", _SAME),
    # An openid may stand after the app that it belongs to.
    "openid": _Handle(r"^[A-Za-z0-9_\-:.]{6,96}$", _SAME),
    "weibo_uid": _Handle(r"^[1-9][0-9]{4,19}$", _SAME),
    # A shop numbers its customers itself: 11111 is one of them, only zero is nobody.
    "shop_customer_id": _Handle(r"^\S{1,64}$", r"^0+$"),
    "loyalty_id": _Handle(r"^\S{1,64}$", r"^0+$", dropped=r"\s+"),
    "device_id": _Handle(
        r"^\S{4,128}$",
        # Advertising ids switched off, the Android 2.2 bug, hidden MAC addresses, emulators.
        r"^(?:[0\-:]+|[f\-:]+|9774d56d682e549c|02(?:[:\-]?00){5}|123456789012345|"
        r"004999010640000|358240051111110|1{8,}|unsupported|not_available)$",
        dropped=r"\s+",
    ),
    "national_id": _Handle(r"^[0-9A-Z]{5,32}$", _SAME, dropped=r"[\s\-‐-―.·/]+"),
}
_HEXADECIMAL = r"^(?i)(?:[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}|[0-9a-f:\-]{12,64})$"
_UUID = r"^([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})$"
_NATIONAL_FILLERS = ("123456789", "1234567890", "12345678", "123456", "078051120", "987654321")
_RESIDENT = (
    r"^[1-9][0-9]{5}(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X]$"
)


def standardise_handles(raw: pa.Array, standardiser: str) -> pa.Table:
    """Standardise one kind of handle.

    Args:
        raw: the values as the sources wrote them.
        standardiser: one of `registry.HANDLES`.

    Returns:
        One row per value, see `registry.standardise`.
    """
    raw = one_chunk(raw)
    text = clean_text(raw)
    handle = _HANDLES[standardiser]
    value = mended(text, pc.match_substring(text, ".0"), _without_decimals)
    if handle.dropped:
        grouped = pc.match_substring_regex(value, pattern=handle.dropped)
        value = mended(value, grouped, partial(_ungrouped, separators=handle.dropped))
    if standardiser == "device_id":
        value = _lower_hexadecimal(value)
    if standardiser in ("loyalty_id", "national_id"):
        value = pc.utf8_upper(value)
    lowered = pc.utf8_lower(value)
    verdicts = [
        ("masked", pc.match_substring(value, "**")),
        ("filler", pc.match_substring_regex(lowered, pattern=handle.filler)),
        ("bad_syntax", pc.invert(pc.match_substring_regex(value, pattern=handle.pattern))),
    ]
    if standardiser == "national_id":
        is_filler = pc.is_in(value, value_set=text_set(_NATIONAL_FILLERS))
        verdicts += [("filler", is_filler), ("bad_checksum", _is_bad_resident_id(value))]
    found = identifier_columns(value, with_fillers(text, first_match(*verdicts)))
    return found.add_column(0, "raw_value", raw)


def _without_decimals(value: pa.Array) -> pa.Array:
    """A column of ids read by a spreadsheet comes back as 2038.0."""
    return pc.replace_substring_regex(value, pattern=r"^([0-9]+)\.0+$", replacement=r"\1")


def _ungrouped(value: pa.Array, separators: str) -> pa.Array:
    value = pc.replace_substring_regex(value, pattern=separators, replacement="")
    # Letter and accent that a separator kept apart become one character.
    return pc.utf8_normalize(value, form="NFKC")


def _lower_hexadecimal(value: pa.Array) -> pa.Array:
    """Android writes an advertising id in lower case, iOS in upper case; others keep theirs."""

    def grouped(found: pa.Array) -> pa.Array:
        return pc.replace_substring_regex(
            pc.utf8_lower(found), pattern=_UUID, replacement=r"\1-\2-\3-\4-\5"
        )

    return mended(value, pc.match_substring_regex(value, pattern=_HEXADECIMAL), grouped)


def _is_bad_resident_id(value: pa.Array) -> pa.Array:
    """Whether 18 characters mean to be a Chinese resident id (身份证) and are not a correct one."""
    means_to_be = pc.match_substring_regex(value, pattern=r"^[0-9]{17}[0-9X]$")
    chosen = value.filter(means_to_be)
    digits = to_bytes(chosen)[0].reshape(-1, 18)
    sums = (digits[:, :17].astype(np.int64) - ord("0")) @ np.array(ID_WEIGHTS)
    expected = np.frombuffer(ID_CHARACTERS.encode("ascii"), np.uint8)[sums % 11]
    has_form = to_numpy(pc.match_substring_regex(chosen, pattern=_RESIDENT))
    bad = np.zeros(len(value), bool)
    bad[to_numpy(means_to_be)] = (digits[:, 17] != expected) | ~has_form
    return to_arrow(bad)
