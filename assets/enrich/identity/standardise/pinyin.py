"""Pinyin: how a character is read in a name, and how a run of letters splits into syllables."""

from __future__ import annotations

import os
import unicodedata
from functools import cache, lru_cache

from assets.enrich.identity.standardise.surnames import (
    COMPOUND,
    GIVEN_READINGS,
    READINGS,
    SINGLE,
)
from assets.enrich.identity.standardise.text import words_of

# Interjections and dialect syllables: no name has them, and English words would split into them.
_NOT_IN_NAMES = words_of(
    "m n ng hm hng o yo lo ei dei tei zhei shei kei len dia rua chua fiao nun den lia seng eng gei"
    " me cei nia biang"
)
_LONGEST = 6
_LONGEST_RUN = 40


def without_tones(reading: str) -> str:
    """ASCII letters of a syllable or word; ü is v, as Chinese keyboards write it."""
    letters = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@cache
def given_readings() -> dict[str, str]:
    """Reading of each character outside surnames; characters that no name has are left out."""
    # Its dictionary of phrases would take longer to load than everything else here.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin.constants import PINYIN_DICT

    usual: dict[str, str] = {}
    found: dict[str, str] = {}
    for code, readings in PINYIN_DICT.items():
        if readings not in usual:
            usual[readings] = _usual_syllable(readings)
        if usual[readings]:
            found[chr(code)] = usual[readings]
    return found | GIVEN_READINGS


def _usual_syllable(readings: str) -> str:
    for reading in readings.split(","):
        syllable = without_tones(reading)
        if syllable.isascii() and syllable.isalpha() and syllable not in _NOT_IN_NAMES:
            return syllable
    return ""


@cache
def surname_readings() -> dict[str, str]:
    """Reading of each single surname."""
    readings = given_readings()
    return {surname: READINGS.get(surname, readings[surname]) for surname in SINGLE}


@cache
def surname_ranks() -> dict[str, int]:
    """Letters of every surname to its rank: 0 is the most common; compound ones come before.

    Who is called Ouyang Na has the rare surname: a given name that reads like one is rarer still.
    """
    ranks: dict[str, int] = {}
    for rank, reading in enumerate(surname_readings().values()):
        ranks.setdefault(reading, rank)
    for syllables in COMPOUND.values():
        ranks.setdefault("".join(syllables), -1)
    return ranks


@cache
def compound_letters() -> frozenset[str]:
    """Letters of the compound surnames: ouyang, sima."""
    return frozenset("".join(syllables) for syllables in COMPOUND.values())


@cache
def _syllables() -> frozenset[str]:
    return frozenset((*given_readings().values(), *surname_readings().values()))


@lru_cache(maxsize=1 << 18)
def split_syllables(letters: str) -> tuple[str, ...]:
    """The syllables of a run of letters, long ones first; empty if it is no pinyin.

    A run has one split however it was typed, so 李西安, "Li Xi'an" and "Li Xian" come out the same.
    """
    if len(letters) > _LONGEST_RUN:
        return ()
    syllables = _syllables()
    # A syllable that begins with a vowel would have an apostrophe before it: nana is na na.
    for may_begin_with_vowel in (False, True):
        for size in range(min(_LONGEST, len(letters)), 0, -1):
            if letters[:size] not in syllables:
                continue
            if size == len(letters):
                return (letters,)
            if (letters[size] in "aeo") == may_begin_with_vowel:
                rest = split_syllables(letters[size:])
                if rest:
                    return (letters[:size], *rest)
    return ()
