"""What all standardisers share: cleaning, filler words, traditional to simplified characters."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from assets.enrich.identity.standardise.arrays import (
    Array,
    constant,
    from_codes,
    mended,
    text_set,
    to_codes,
    without_nulls,
)

FILLERS = (
    *("n/a", "na", "none", "null", "nil", "nan", "unknown", "undefined", "test", "todo", "tbd"),
    *("无", "没有", "未知", "暂无", "不详", "空", "-", "--", "---", "0", "x", "xx", "xxx", "?"),
)
SEPARATOR = "\x1f"
"""Stands between the parts of a composed raw value: given and family name, parts of an address."""

LAST_CODE_POINT = 0x110000
_HAN_BLOCKS = ((0x3007, 0x3008), (0x3400, 0xA000), (0xF900, 0xFB00), (0x20000, 0x323B0))
# A name keeps 乾 (qián, 李乾), which the dictionaries take for 干; the others are variants that
# they leave as they are.
_KEPT = "乾"
_VARIANTS = {"喩": "喻", "淸": "清", "靑": "青", "尙": "尚", "濬": "浚", "麼": "么"}


def words_of(text: str) -> frozenset[str]:
    """The words of a text; lists of words are easier to read and to change as text."""
    return frozenset(text.split())


def clean_text(raw: pa.Array) -> pa.Array:
    """NFKC (full-width to half-width), invisible characters out, trimmed; null becomes empty."""
    text = without_nulls(raw)
    text = mended(text, pc.invert(pc.ascii_is_printable(text)), _visible)
    return pc.utf8_trim_whitespace(text)


def _visible(text: pa.Array) -> pa.Array:
    text = pc.utf8_normalize(text, form="NFKC")
    # Few values hold such characters; to look for them is cheaper than to replace them.
    invisible = pc.match_substring_regex(text, pattern=r"[\p{Cf}\p{Cc}]")
    return mended(
        text,
        invisible,
        lambda found: pc.replace_substring_regex(
            found, pattern=r"[\p{Cf}\p{Cc}]+", replacement=" "
        ),
    )


def normalised(raw: pa.Array) -> pa.Array:
    """NFKC alone: full-width to half-width; null becomes empty."""
    return pc.utf8_normalize(without_nulls(raw), form="NFKC")


def han_characters() -> list[str]:
    """Every Chinese character that Unicode knows."""
    return [chr(code) for start, stop in _HAN_BLOCKS for code in range(start, stop)]


@cache
def simplified_characters() -> dict[int, str]:
    """Traditional to simplified, character by character, for `str.translate`.

    Characters, not words: a name must not change with the characters around it.
    """
    import opencc

    characters = han_characters()
    converted = opencc.OpenCC("t2s").convert("\n".join(characters)).split("\n")
    table = {
        ord(before): after
        for before, after in zip(characters, converted, strict=True)
        if before != after and len(after) == 1 and before not in _KEPT
    }
    return table | {ord(before): after for before, after in _VARIANTS.items()}


@cache
def _simplified_codes() -> Array:
    codes = np.arange(LAST_CODE_POINT, dtype=np.uint32)
    for before, after in simplified_characters().items():
        codes[before] = ord(after)
    return codes


def simplify(text: pa.Array) -> pa.Array:
    """Traditional characters of a whole array to simplified ones."""
    codes, starts = to_codes(text)
    return from_codes(simplify_codes(codes), starts)


def simplify_codes(codes: Array) -> Array:
    """Traditional code points to simplified ones."""
    made: Array = _simplified_codes()[codes]
    return made


def with_fillers(text: pa.Array, reason: pa.Array) -> pa.Array:
    """Why cleaned texts are invalid, after the fillers that all identifiers share."""
    is_filler = pc.is_in(pc.utf8_lower(text), value_set=text_set(FILLERS))
    reason = pc.if_else(is_filler, constant("filler"), reason)
    return pc.if_else(pc.equal(text, constant("")), constant("missing"), reason)


def identifier_columns(value: pa.Array, reason: pa.Array) -> pa.Table:
    """What an identifier's standardiser found.

    Args:
        value: the standard values; cleaned texts where the value is invalid.
        reason: why a value is invalid; null where it is valid.
    """
    return pa.table(
        {
            "identifier_value": value,
            "is_valid": pc.is_null(reason),
            "invalid_reason": reason,
        }
    )
