"""Names of two plain words (Wei ZHANG, "Zhang, Wei", given and family name), read as arrays.

Their words repeat: each is looked at once. Says the same as `names.read_name`, or leaves the value
to it (a test compares the two).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from assets.enrich.identity.standardise import names_words as words
from assets.enrich.identity.standardise.arrays import (
    Array,
    by_flag,
    constant,
    split_before,
    texts,
    to_arrow,
    to_bytes,
    to_numpy,
)
from assets.enrich.identity.standardise.names_latin import (
    MOST_GIVEN_SYLLABLES,
    pinyin_letters,
    shouts,
)
from assets.enrich.identity.standardise.names_tables import name_table, name_tables
from assets.enrich.identity.standardise.pinyin import split_syllables, surname_ranks
from assets.enrich.identity.standardise.text import FILLERS, SEPARATOR

_TWO_WORDS = rf"^[A-Za-z]+(?:,? |{SEPARATOR})[A-Za-z]+$"
# With one of these the two words may be no name of two words, or none at all.
_ODD = (
    words.LATIN_TITLES
    | words.LATIN_SUFFIXES
    | words.LATIN_ORGANISATION
    | words.LATIN_FILLERS
    | words.LATIN_NEVER_NAMES
    | {placeholder.split()[0] for placeholder in words.PLACEHOLDERS}
    | set(FILLERS)
)
_NO_SURNAME = 1 << 20
_NOT_LOUD = 1 << 16
_NOT_TOLD = 1 << 17


class _Words(NamedTuple):
    """What is known of each distinct word."""

    lowered: pa.Array
    place: Array
    """Place in alphabetical order."""
    is_odd: Array
    shouts: Array
    letters: pa.Array
    """As pinyin writes it; empty if it is no pinyin. Likewise the next two."""
    rank: Array
    """Rank of the surname that reads so; _NO_SURNAME if none does."""
    syllables: Array
    """Numbers of the syllables, 0 behind the last one."""


def read_plain_latin(text: pa.Array) -> tuple[Array, pa.Table]:
    """Read the values that are two words of ASCII letters.

    Returns:
        Which values these are, and their columns.
    """
    has_form = pc.match_substring_regex(text, pattern=_TWO_WORDS)
    first, rest = split_before(text.filter(has_form), lambda data: data < ord("A"))
    second = pc.utf8_ltrim(rest, f", {SEPARATOR}")
    data, starts = to_bytes(rest)
    between = data[starts[:-1]]
    both = pa.concat_arrays([first, second]).dictionary_encode()
    known = _look_at(both.dictionary.to_pylist())
    pair = to_numpy(both.indices).reshape(2, -1)
    is_plain = ~known.is_odd[pair].any(axis=0)
    pair, between = pair[:, is_plain], between[is_plain]
    chosen = to_numpy(has_form).copy()
    chosen[chosen] = is_plain
    in_columns = between == ord(SEPARATOR)
    family_first = np.where(in_columns, pair[::-1], pair)
    return chosen, _read(family_first, between != ord(" "), in_columns, known)


def _look_at(found: list[str]) -> _Words:
    lowered = [word.lower() for word in found]
    letters = [pinyin_letters(word) for word in found]
    ranks = surname_ranks()
    return _Words(
        lowered=texts(lowered),
        place=np.unique(np.array(lowered), return_inverse=True)[1],
        is_odd=np.array([word in _ODD for word in lowered], bool),
        shouts=np.array([shouts(word) for word in found], bool),
        letters=texts(letters),
        rank=np.array([ranks.get(word, _NO_SURNAME) for word in letters], np.int64),
        syllables=name_tables().numbers_of([split_syllables(word) for word in letters]),
    )


def _read(pair: Array, is_told: Array, in_columns: Array, known: _Words) -> pa.Table:
    """Columns of pairs of words, of which the first is the surname where that is told."""
    shouts = known.shouts[pair]
    cost = known.rank[pair] + _NOT_LOUD * ~(shouts & ~shouts[::-1])
    cost[0] += _NOT_TOLD * ~is_told
    cost[1] += _NOT_TOLD
    is_last = cost[1] < cost[0]
    sizes = np.count_nonzero(known.syllables, axis=1)[pair]
    is_pinyin = (
        (sizes > 0).all(axis=0)
        & (known.rank[pair] < _NO_SURNAME).any(axis=0)
        & (np.where(is_last, sizes[0], sizes[1]) <= MOST_GIVEN_SYLLABLES)
    )
    # Columns are taken at their word.
    is_last = np.where(is_pinyin, is_last & ~in_columns, ~is_told)
    family, given = np.where(is_last, pair[::-1], pair)
    return by_flag(
        is_pinyin,
        _pinyin(family[is_pinyin], given[is_pinyin], known),
        _western(family[~is_pinyin], given[~is_pinyin], known),
    )


def _pinyin(family: Array, given: Array, known: _Words) -> pa.Table:
    syllables = np.concatenate([known.syllables[family], known.syllables[given]], axis=1)
    return name_table(
        "pinyin",
        key=name_tables().joined(syllables),
        family=known.letters.take(to_arrow(family)),
        given=known.letters.take(to_arrow(given)),
    )


def _western(family: Array, given: Array, known: _Words) -> pa.Table:
    in_front = known.place[family] <= known.place[given]
    front, behind = np.where(in_front, [family, given], [given, family])
    lowered = [known.lowered.take(to_arrow(word)) for word in (front, behind, family, given)]
    key = pc.binary_join_element_wise(*lowered[:2], constant(" "))
    return name_table("latin", key=key, family=lowered[2], given=lowered[3])
