"""Plain names in Chinese characters, read as arrays instead of one by one.

Says the same as `names.read_name`, or leaves the value to it (a test compares the two).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from assets.enrich.identity.standardise.arrays import (
    Array,
    constant,
    count_before,
    from_codes,
    to_arrow,
    to_codes,
    to_numpy,
)
from assets.enrich.identity.standardise.names_tables import (
    BETWEEN,
    HAN,
    Tables,
    name_table,
    name_tables,
    pairs_of,
)
from assets.enrich.identity.standardise.pinyin import split_syllables
from assets.enrich.identity.standardise.text import SEPARATOR, normalised, simplify_codes

_WIDTH = 6  # four characters of a name and a title of two


def read_plain_han(text: pa.Array) -> tuple[Array, pa.Table]:
    """Read the values that are a Chinese name and at most one common title.

    Returns:
        Which values these are, and their columns.
    """
    tables = name_tables()
    has_parts = pc.match_substring(text, SEPARATOR).true_count > 0
    if has_parts:
        text = pc.replace_substring_regex(
            text, pattern=r"(?s)^([^\x1f]*)\x1f(.*)$", replacement="\\2\x1f\\1"
        )
    codes, starts = to_codes(normalised(text))
    script = tables.script[codes]
    kept = script <= HAN
    before = count_before(kept)
    han_before = count_before(script == HAN)[starts]
    stated = _stated_family_lengths(script, starts, before) if has_parts else None
    starts = before[starts]
    length = np.diff(starts)
    chosen = (length == np.diff(han_before)) & (length >= 2) & (length <= _WIDTH)
    rows = np.flatnonzero(chosen)
    if not len(rows):
        return chosen, name_table("han", *[pa.nulls(0, pa.string())] * 4)
    codes = simplify_codes(codes[kept])
    length, first = length[rows], starts[:-1][rows]
    column = np.arange(_WIDTH)
    matrix = codes[np.minimum(first[:, None] + column, len(codes) - 1)]
    matrix[column >= length[:, None]] = 0
    length, is_titled = _without_title(matrix, length, tables)
    is_good, family = _judge(matrix, length, tables)
    if stated is not None:
        given_stated = stated[rows]
        starts_again = matrix[:, 0] == np.where(family == 1, matrix[:, 1], matrix[:, 2])
        is_good &= (given_stated == 0) | ((given_stated == family) & ~starts_again & ~is_titled)
    chosen[rows[~is_good]] = False
    return chosen, _columns(matrix[is_good], length[is_good], family[is_good], tables)


def _stated_family_lengths(script: Array, starts: Array, before: Array) -> Array:
    """Characters before the separator; 0 without one, -1 where the value is not for us."""
    at = np.flatnonzero(script == BETWEEN)
    row = np.searchsorted(starts, at, side="right") - 1
    stated = np.zeros(len(starts) - 1, np.int64)
    size = before[at] - before[starts[row]]
    stated[row] = np.where(size > 0, size, -1)
    stated[np.bincount(row, minlength=len(stated)) > 1] = -1
    return stated


def _within(pairs: Array, known: Array) -> Array:
    position = np.minimum(np.searchsorted(known, pairs), len(known) - 1)
    found: Array = known[position] == pairs
    return found


def _without_title(matrix: Array, length: Array, tables: Tables) -> tuple[Array, Array]:
    every = np.arange(len(matrix))
    last, previous = matrix[every, length - 1], matrix[every, length - 2]
    likely = np.flatnonzero(tables.closes_word[last] & tables.opens_word[previous])
    titled = np.zeros(len(matrix), bool)
    titled[likely] = _within(pairs_of(previous[likely], last[likely]), tables.titles)
    length = np.where(titled, length - 2, length)
    matrix[np.arange(_WIDTH) >= length[:, None]] = 0
    return length, titled


def _judge(matrix: Array, length: Array, tables: Tables) -> tuple[Array, Array]:
    """Whether a row is a plain name, and the length of its surname."""
    every = np.arange(len(matrix))
    family = (tables.surname[matrix[:, 0]] > 0).astype(np.int64)
    compound = _within(pairs_of(matrix[:, 0], matrix[:, 1]), tables.compounds)
    family[compound] = 2
    given = length - family
    good = (family > 0) & (given >= 1) & (given <= 2) & (length >= 2)
    good |= (family == 1) & (given == 3) & (tables.surname[matrix[:, 1]] > 0)
    good &= ~tables.slow_first[matrix[:, 0]]
    good &= ~tables.slow_last[matrix[every, np.maximum(length - 1, 0)]]
    for column in range(4):
        code = matrix[:, column]
        good &= ~tables.slow[code] & ((code == 0) | (tables.given[code] > 0))
        following = matrix[:, column + 1]
        # 用户, 公司, a second title: rare enough to look again one by one.
        likely = tables.opens_word[code] & tables.closes_word[following]
        rows = np.flatnonzero(likely)
        good[rows[_within(pairs_of(code[rows], following[rows]), tables.words)]] = False
    return good, family


def _columns(matrix: Array, length: Array, family: Array, tables: Tables) -> pa.Table:
    count = len(matrix)
    column = np.arange(4)
    matrix = matrix[:, :4]
    pair = np.searchsorted(tables.compounds, pairs_of(matrix[:, 0], matrix[:, 1]))
    pair = np.minimum(pair, len(tables.compounds) - 1)
    compound = family == 2
    ids = np.zeros((count, 2), np.int16)
    ids[:, 0] = tables.surname[matrix[:, 0]]
    ids[compound] = tables.compound_syllables[pair[compound]]
    families = np.where(compound, len(tables.syllables) + pair, ids[:, 0])
    given_ids = tables.given[matrix]
    given_ids[column < family[:, None]] = 0
    given = pc.binary_join_element_wise(
        *(tables.syllables.take(to_arrow(given_ids[:, place])) for place in range(1, 4)),
        constant(""),
    ).dictionary_encode()
    # Syllables of the letters, which may split otherwise than the characters are read.
    splits = tables.numbers_of(list(map(split_syllables, given.dictionary.to_pylist())))
    splits = splits[to_numpy(given.indices)]
    return name_table(
        "han",
        key=tables.joined(np.concatenate([ids, splits], axis=1)),
        family=tables.families.take(to_arrow(families)),
        given=given.dictionary_decode(),
        han=from_codes(matrix[column < length[:, None]], np.append(0, np.cumsum(length))),
    )
