"""What `names_array.py` looks up: tables over all code points, made once in a process."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from assets.enrich.identity.standardise import names_words as words
from assets.enrich.identity.standardise.arrays import Array, constant, texts, to_arrow
from assets.enrich.identity.standardise.pinyin import given_readings, surname_readings
from assets.enrich.identity.standardise.surnames import COMPOUND
from assets.enrich.identity.standardise.text import LAST_CODE_POINT, SEPARATOR

OTHER, HAN, BETWEEN, IGNORED = 0, 1, 2, 3
_INVISIBLE = (9, 10, 13, 0x20, 0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF)


class Tables(NamedTuple):
    """Tables by code point, unless said otherwise."""

    script: Array
    """HAN, BETWEEN (the separator of parts), IGNORED (spaces) or OTHER."""
    surname: Array
    """Number of the syllable of a single surname; 0 if it is none."""
    given: Array
    """Number of the syllable in a given name; 0 if it has none."""
    slow: Array
    """Whether only Python understands a name with this character; likewise the next two."""
    slow_first: Array
    slow_last: Array
    opens_word: Array
    """Whether a title, filler or organisation starts with it; closes_word: has it second."""
    closes_word: Array
    words: Array
    """First two characters of each of these, as sorted pairs of code points."""
    titles: Array
    """Titles of two characters as sorted pairs of code points."""
    compounds: Array
    """Compound surnames as sorted pairs of code points."""
    compound_syllables: Array
    """Numbers of the two syllables of each of them."""
    syllables: pa.Array
    """Syllable of each number in alphabetical order; number 0 is empty."""
    families: pa.Array
    """The syllables, then the letters of the compound surnames."""
    number: dict[str, int]
    """Number of each syllable."""

    def numbers_of(self, splits: Sequence[Sequence[str]]) -> Array:
        """Numbers of the syllables of each row, 0 behind the last one."""
        made = np.zeros((len(splits), max([1, *map(len, splits)])), np.int16)
        for row, syllables in enumerate(splits):
            made[row, : len(syllables)] = [self.number[syllable] for syllable in syllables]
        return made

    def joined(self, numbers: Array) -> pa.Array:
        """The syllables of each row in alphabetical order, with spaces between them."""
        columns = np.sort(numbers, axis=1).T
        columns = columns[columns.any(axis=1).argmax() :]
        joined = pc.binary_join_element_wise(
            *(self.syllables.take(to_arrow(column)) for column in columns), constant(" ")
        )
        return pc.utf8_ltrim(joined, " ")


def pairs_of(first: Array, second: Array) -> Array:
    """One number for two code points."""
    made: Array = first.astype(np.int64) * LAST_CODE_POINT + second
    return made


@cache
def name_tables() -> Tables:
    """The tables; 0.3 CPU s, most of it for the import of pypinyin."""
    given, surnames = given_readings(), surname_readings()
    in_compounds = [part for parts in COMPOUND.values() for part in parts]
    syllables = sorted({"", *given.values(), *surnames.values(), *in_compounds})
    number = {syllable: place for place, syllable in enumerate(syllables)}
    script = np.zeros(LAST_CODE_POINT, np.uint8)
    for start, stop in ((0x3007, 0x3008), (0x3400, 0xA000), (0x20000, 0x323B0)):
        script[start:stop] = HAN
    script[list(_INVISIBLE)] = IGNORED
    script[ord(SEPARATOR)] = BETWEEN
    fillers = re.findall(r"[\u3400-\u9fff]{2,}", words.HAN_FILLER.pattern)
    organisations = re.findall(r"[\u3400-\u9fff]{2,}", words.ORGANISATION.pattern)
    phrases = [*fillers, *organisations, *words.HAN_TITLES]
    titles = [title for title in words.HAN_TITLES if len(title) == 2]
    compounds = sorted(COMPOUND)
    return Tables(
        script=script,
        surname=_numbers(surnames, number),
        given=_numbers(given, number),
        slow=_flags(words.HAN_NOT_IN_NAMES),
        slow_first=_flags({prefix[0] for prefix in words.HAN_PREFIXES} | words.HAN_FAMILIAR),
        slow_last=_flags(words.HAN_SHORT_TITLES | words.HAN_LAST_TITLES),
        opens_word=_flags(phrase[0] for phrase in phrases),
        closes_word=_flags(phrase[1] for phrase in phrases),
        words=_sorted_pairs(phrases),
        titles=_sorted_pairs(titles),
        compounds=_sorted_pairs(compounds),
        compound_syllables=np.array(
            [[number[part] for part in COMPOUND[surname]] for surname in compounds]
        ),
        syllables=texts(syllables),
        families=texts([*syllables, *("".join(COMPOUND[surname]) for surname in compounds)]),
        number=number,
    )


def _numbers(readings: dict[str, str], number: dict[str, int]) -> Array:
    table = np.zeros(LAST_CODE_POINT, np.int16)
    table[[ord(character) for character in readings]] = [
        number[syllable] for syllable in readings.values()
    ]
    return table


def _flags(characters: Iterable[str]) -> Array:
    table = np.zeros(LAST_CODE_POINT, bool)
    table[[ord(character) for character in characters]] = True
    return table


def _sorted_pairs(texts: list[str]) -> Array:
    codes = np.array([[ord(text[0]), ord(text[1])] for text in texts])
    return np.sort(pairs_of(codes[:, 0], codes[:, 1]))


def name_table(
    kind: str, key: pa.Array, family: pa.Array, given: pa.Array, han: pa.Array | None = None
) -> pa.Table:
    """The columns of names of one kind."""
    nothing = pa.nulls(len(key), pa.string())
    return pa.table(
        {
            "name_han": nothing if han is None else han,
            "name_key": key,
            "name_family": family,
            "name_given": given,
            "name_kind": pa.repeat(constant(kind), len(key)),
            "invalid_reason": nothing,
        }
    )
