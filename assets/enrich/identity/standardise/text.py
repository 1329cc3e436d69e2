"""What all standardisers share: cleaning, filler words, traditional to simplified characters."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    import numpy as np

FILLERS = (
    *("n/a", "na", "none", "null", "nil", "nan", "unknown", "undefined", "test", "todo", "tbd"),
    *("无", "没有", "未知", "暂无", "不详", "空", "-", "--", "---", "0", "x", "xx", "xxx", "?"),
)
# pa.scalar(None) would load pandas, a third of a second.
NO_TEXT = pa.nulls(1, pa.string())[0]
SEPARATOR = "\x1f"
"""Stands between the parts of a composed raw value: given and family name, parts of an address."""

BATCH = 1 << 18
"""Values that are read as arrays at once; code points take a multiple of the memory of text."""

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
    text = pc.utf8_normalize(pc.fill_null(raw.cast(pa.string()), ""), form="NFKC")
    # Few values hold such characters; to look for them is cheaper than to replace them.
    invisible = pc.match_substring_regex(text, pattern=r"[\p{Cf}\p{Cc}]")
    mended = pc.replace_substring_regex(
        text.filter(invisible), pattern=r"[\p{Cf}\p{Cc}]+", replacement=" "
    )
    return pc.utf8_trim_whitespace(pc.replace_with_mask(text, invisible, mended))


def normalised(raw: pa.Array) -> pa.Array:
    """NFKC alone: full-width to half-width; null becomes empty."""
    return pc.utf8_normalize(pc.fill_null(raw, ""), form="NFKC")


def one_chunk(raw: pa.Array | pa.ChunkedArray) -> pa.Array:
    """The values as one array of strings."""
    raw = raw.combine_chunks() if isinstance(raw, pa.ChunkedArray) else raw
    return raw.cast(pa.string())


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
def _simplified_codes() -> np.ndarray[Any, Any]:
    import numpy as np

    codes = np.arange(LAST_CODE_POINT, dtype=np.uint32)
    for before, after in simplified_characters().items():
        codes[before] = ord(after)
    return codes


def to_codes(text: pa.Array) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """All characters of an array without nulls one after another, and where each value starts."""
    import numpy as np

    joined = text.cast(pa.large_string())
    offsets = np.frombuffer(joined.buffers()[1], np.int64)[text_slice(joined)]
    data = joined.buffers()[2]
    content = bytes(data[offsets[0] : offsets[-1]]) if data is not None and len(joined) else b""
    codes = np.frombuffer(content.decode("utf-8").encode("utf-32-le"), np.uint32)
    lengths = pc.utf8_length(text).to_numpy(zero_copy_only=False)
    return codes, np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])


def text_slice(text: pa.Array) -> slice:
    """The offsets of an array inside its offset buffer."""
    return slice(text.offset, text.offset + len(text) + 1)


def from_codes(codes: np.ndarray[Any, Any], starts: np.ndarray[Any, Any]) -> pa.Array:
    """The reverse of `to_codes`."""
    import numpy as np

    content = codes.astype("<u4").tobytes().decode("utf-32-le").encode("utf-8")
    widths = 1 + (codes >= 0x80).astype(np.int64) + (codes >= 0x800) + (codes >= 0x10000)
    offsets = np.concatenate([[0], np.cumsum(widths)])[starts].astype(np.int64)
    made = pa.LargeStringArray.from_buffers(
        len(starts) - 1, pa.py_buffer(offsets), pa.py_buffer(content)
    )
    return made.cast(pa.string())


def simplify(text: pa.Array) -> pa.Array:
    """Traditional characters of a whole array to simplified ones."""
    codes, starts = to_codes(text)
    return from_codes(_simplified_codes()[codes], starts)


def simplify_codes(codes: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Traditional code points to simplified ones."""
    made: np.ndarray[Any, Any] = _simplified_codes()[codes]
    return made


def in_order(is_first: np.ndarray[Any, Any], first: pa.Table, second: pa.Table) -> pa.Table:
    """The rows of two tables as one, where a flag says which table has the row."""
    import numpy as np

    place = np.empty(len(is_first), np.int64)
    place[is_first] = np.arange(len(first))
    place[~is_first] = np.arange(len(first), len(is_first))
    return pa.concat_tables([first, second]).combine_chunks().take(pa.array(place))


def identifier_table(raw: pa.Array, text: pa.Array, value: pa.Array, reason: pa.Array) -> pa.Table:
    """The result of an identifier's standardiser, after the fillers that all of them share.

    Args:
        raw: the values as they came.
        text: the same, cleaned.
        value: the standard values; cleaned texts where the value is invalid.
        reason: why a value is invalid; null where it is valid.
    """
    is_filler = pc.is_in(pc.utf8_lower(text), value_set=pa.array(FILLERS))
    reason = pc.if_else(is_filler, "filler", reason)
    reason = pc.if_else(pc.equal(text, ""), "missing", reason)
    return pa.table(
        {
            "raw_value": raw,
            "identifier_value": value,
            "is_valid": pc.is_null(reason),
            "invalid_reason": reason,
        }
    )
