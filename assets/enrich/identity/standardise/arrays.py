"""Arrow arrays as the memory they lie in: bytes, code points, flags and places for numpy.

`pa.array()`, `pa.scalar()`, `to_numpy()` and every Python value handed to a compute function would
load pandas, at a third of a CPU second and more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow.lib import StringBuilder

Array = np.ndarray[Any, Any]

BATCH = 1 << 18
"""Values that are read as arrays at once; code points take a multiple of the memory of text."""
NO_TEXT = pa.nulls(1, pa.string())[0]


def texts(values: Iterable[str | None]) -> pa.Array:
    """An array of texts."""
    builder = StringBuilder()
    builder.append_values(values)
    return builder.finish()


@cache
def constant(text: str) -> pa.Scalar:
    """One text, to be compared or joined with an array."""
    return texts([text])[0]


@cache
def text_set(values: tuple[str, ...] | frozenset[str]) -> pa.Array:
    """Texts to look others up in."""
    return texts(values)


def one_chunk(raw: pa.Array | pa.ChunkedArray) -> pa.Array:
    """The values as one array of strings."""
    raw = raw.combine_chunks() if isinstance(raw, pa.ChunkedArray) else raw
    return raw.cast(pa.string())


def without_nulls(text: pa.Array) -> pa.Array:
    """The texts, empty ones for null."""
    return pc.coalesce(text, constant("")) if text.null_count else text


def mended(text: pa.Array, wanted: pa.Array, mend: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """The texts, of which only the wanted ones go through a function."""
    if not wanted.true_count:
        return text
    return pc.replace_with_mask(text, wanted, mend(text.filter(wanted)))


def first_match(*reasons: tuple[str, pa.Array]) -> pa.Array:
    """Of each row the first reason whose flag is set; null where none is."""
    names, flags = zip(*reasons, strict=True)
    return pc.case_when(pc.make_struct(*flags), *map(constant, names), NO_TEXT)


def to_arrow(numbers: Array) -> pa.Array:
    """An array of numbers or flags."""
    if numbers.dtype == bool:
        kind, memory = pa.bool_(), np.packbits(numbers, bitorder="little")
    else:
        kind, memory = pa.from_numpy_dtype(numbers.dtype), np.ascontiguousarray(numbers)
    return pa.Array.from_buffers(kind, len(numbers), [None, pa.py_buffer(memory)])


def to_numpy(numbers: pa.Array) -> Array:
    """The numbers or flags of an array without nulls."""
    if not len(numbers):
        return np.empty(0, numbers.type.to_pandas_dtype())
    if not pa.types.is_boolean(numbers.type):
        return np.from_dlpack(numbers)
    bits = np.unpackbits(np.frombuffer(numbers.buffers()[1], np.uint8), bitorder="little")
    return bits[numbers.offset : numbers.offset + len(numbers)].view(bool)


def to_bytes(text: pa.Array) -> tuple[Array, Array]:
    """All bytes of an array without nulls one after another, and where each value starts."""
    if not len(text):
        return np.empty(0, np.uint8), np.zeros(1, np.int32)
    _, starts, content = text.buffers()
    starts = np.frombuffer(starts, np.int32)[text.offset : text.offset + len(text) + 1]
    data = np.frombuffer(content or b"", np.uint8)[starts[0] : starts[-1]]
    return data, starts - starts[0]


def from_bytes(data: Array, starts: Array) -> pa.Array:
    """The reverse of `to_bytes`."""
    offsets = pa.py_buffer(starts.astype(np.int32, copy=False))
    content = pa.py_buffer(np.ascontiguousarray(data))
    return pa.Array.from_buffers(pa.string(), len(starts) - 1, [None, offsets, content])


def without_characters(text: pa.Array, dropped: str) -> pa.Array:
    """The texts without some ASCII characters."""
    data, starts = to_bytes(text)
    is_kept = np.ones(256, bool)
    is_kept[list(dropped.encode("ascii"))] = False
    kept = is_kept[data]
    return from_bytes(data[kept], count_before(kept)[starts])


def count_before(flags: Array) -> Array:
    """How many flags are set before each place, and at last in all."""
    counts = np.zeros(len(flags) + 1, np.int32)
    np.cumsum(flags, dtype=np.int32, out=counts[1:])
    return counts


def split_before(text: pa.Array, find: Callable[[Array], Array]) -> tuple[pa.Array, pa.Array]:
    """Each text up to its first byte of some kind, and from there on."""
    data, starts = to_bytes(text)
    places = np.flatnonzero(find(data)).astype(np.int32)
    first = np.append(places, len(data))[np.searchsorted(places, starts[:-1])]
    cuts = np.empty(2 * len(text) + 1, np.int32)
    cuts[::2] = starts
    cuts[1::2] = np.minimum(first, starts[1:])
    halves = from_bytes(data, cuts)
    every_other = np.arange(0, 2 * len(text), 2, dtype=np.int32)
    return halves.take(to_arrow(every_other)), halves.take(to_arrow(every_other + 1))


def has_byte(text: pa.Array, byte: int) -> Array:
    """Which of the texts hold a byte."""
    data, starts = to_bytes(text)
    found = np.zeros(len(text), bool)
    found[np.searchsorted(starts, np.flatnonzero(data == byte), side="right") - 1] = True
    return found


def to_codes(text: pa.Array) -> tuple[Array, Array]:
    """All characters of an array without nulls one after another, and where each value starts."""
    data, starts = to_bytes(text)
    codes = np.frombuffer(data.tobytes().decode("utf-8").encode("utf-32-le"), np.uint32)
    if len(codes) == len(data):
        return codes, starts
    is_first = (data & 0xC0) != 0x80
    return codes, count_before(is_first)[starts]


def from_codes(codes: Array, starts: Array) -> pa.Array:
    """The reverse of `to_codes`."""
    content = codes.astype("<u4", copy=False).tobytes().decode("utf-32-le").encode("utf-8")
    widths = 1 + (codes >= 0x80).astype(np.int8) + (codes >= 0x800) + (codes >= 0x10000)
    return from_bytes(np.frombuffer(content, np.uint8), count_before(widths)[starts])


def in_order(*parts: tuple[Array, pa.Table]) -> pa.Table:
    """The rows of several tables as one, where numbers say which row each of them becomes."""
    filled = [(rows, table) for rows, table in parts if len(rows)] or list(parts[:1])
    if len(filled) == 1:
        return filled[0][1]
    rows = np.concatenate([rows for rows, _ in filled])
    place = np.empty(len(rows), np.int32)
    place[rows] = np.arange(len(rows))
    return pa.concat_tables([table for _, table in filled]).combine_chunks().take(to_arrow(place))


def by_flag(is_first: Array, first: pa.Table, second: pa.Table) -> pa.Table:
    """The rows of two tables as one, where a flag says which table has the row."""
    return in_order((np.flatnonzero(is_first), first), (np.flatnonzero(~is_first), second))
