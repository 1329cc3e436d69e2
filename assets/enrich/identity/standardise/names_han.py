"""A name in Chinese characters: which part is the surname, how it is read, what is no name."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from assets.enrich.identity.standardise import names_words as words
from assets.enrich.identity.standardise.pinyin import (
    given_readings,
    split_syllables,
    surname_readings,
)
from assets.enrich.identity.standardise.surnames import COMPOUND, SINGLE

_COMMON_SURNAMES = frozenset(SINGLE[:150])


class Name(NamedTuple):
    """What is known of one name; all None but the reason where it is no usable name."""

    han: str | None = None
    key: str | None = None
    family: str | None = None
    given: str | None = None
    kind: str | None = None
    reason: str | None = None


@cache
def no_name(reason: str) -> Name:
    """The verdict on a text that names nobody."""
    return Name(reason=reason)


def read_han(characters: str) -> Name:
    """Read simplified characters without anything between them."""
    if words.HAN_FILLER.search(characters):
        return no_name("filler")
    if words.ORGANISATION.search(characters):
        return no_name("organisation")
    bare, is_titled = strip_titles(characters)
    if not bare:
        return no_name("filler")
    if len(bare) == 2 and bare[0] in words.HAN_FAMILIAR and bare[1] in _COMMON_SURNAMES:
        return surname_only(bare[1])
    if bare in COMPOUND or (len(bare) == 1 and bare in surname_readings()):
        return surname_only(bare)
    family_length = surname_length(bare)
    if family_length and is_name_shaped(bare, family_length):
        return han_name(bare[:family_length], bare[family_length:])
    return no_name("not_a_name" if is_titled or len(bare) == 1 else "nickname")


def strip_titles(characters: str) -> tuple[str, bool]:
    """The name without 先生, 女士, 经理 …; and whether there was one."""
    bare = characters
    for prefix in words.HAN_PREFIXES:
        bare = bare.removeprefix(prefix)
    while bare:
        if bare[-3:] in words.HAN_TITLES:
            bare = bare[:-3]
        elif bare[-2:] in words.HAN_TITLES:
            bare = bare[:-2]
        elif _ends_with_short_title(bare):
            bare = bare[:-1]
        else:
            break
    return bare, bare != characters


def _ends_with_short_title(bare: str) -> bool:
    if bare[-1] in words.HAN_LAST_TITLES:
        return len(bare) > 1
    return bare[-1] in words.HAN_SHORT_TITLES and is_surname(bare[:-1])


def is_surname(characters: str) -> bool:
    """Whether this is a surname and nothing else."""
    return characters in COMPOUND or (len(characters) == 1 and characters in surname_readings())


def surname_length(characters: str) -> int:
    """Number of characters of the surname; 0 if no known one stands in front."""
    if len(characters) > 2 and characters[:2] in COMPOUND:
        return 2
    return 1 if characters[:1] in surname_readings() else 0


def is_name_shaped(characters: str, family_length: int) -> bool:
    """Whether surname and rest have the form of a name rather than of a nickname."""
    given_length = len(characters) - family_length
    if not words.HAN_NOT_IN_NAMES.isdisjoint(characters[1:]):
        return False
    if given_length == 3:
        # 张杨紫涵 carries both parents' surnames; other names of four characters are nicknames.
        return family_length == 1 and characters[1] in surname_readings()
    return 1 <= given_length <= 2


def han_name(family: str, given: str) -> Name:
    """The name of which both parts are known; the family name may be empty (阿依古丽·买买提)."""
    family_syllables = read_surname(family)
    readings = given_readings()
    given_syllables = [readings.get(character, character) for character in given]
    given_letters = "".join(given_syllables)
    syllables = [*family_syllables, *(split_syllables(given_letters) or given_syllables)]
    return Name(
        han=family + given,
        key=" ".join(sorted(syllables)),
        family="".join(family_syllables) or None,
        given=given_letters or None,
        kind="han",
    )


def surname_only(family: str) -> Name:
    """A record that is known by its surname alone, as 王先生."""
    return Name(family="".join(read_surname(family)), kind="surname_only")


def read_surname(family: str) -> tuple[str, ...]:
    """The syllables of a surname in characters."""
    if family in COMPOUND:
        return COMPOUND[family]
    if family in surname_readings():
        return (surname_readings()[family],)
    readings = given_readings()
    return tuple(readings.get(character, character) for character in family)
