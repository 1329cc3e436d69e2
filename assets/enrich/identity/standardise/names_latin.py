"""A name in letters: pinyin in whatever order and spelling, or a Western name."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from assets.enrich.identity.standardise import names_words as words
from assets.enrich.identity.standardise.names_han import Name, no_name
from assets.enrich.identity.standardise.pinyin import (
    compound_letters,
    split_syllables,
    surname_ranks,
)

_APOSTROPHES = re.compile(r"(?<=\w)['’‘`´ʼ](?=\w)")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_TOKEN = re.compile(r"[^\W\d_]+")
_UNFOLDABLE = str.maketrans(
    {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
MOST_GIVEN_SYLLABLES = 3


@lru_cache(maxsize=1 << 18)
def fold(token: str) -> str:
    """Lower case without diacritics; other scripts keep their letters."""
    if token.isascii():
        return token.lower()
    letters = unicodedata.normalize("NFKD", token.lower()).translate(_UNFOLDABLE)
    return "".join(letter for letter in letters if letter.isalpha())


@lru_cache(maxsize=1 << 18)
def pinyin_letters(token: str) -> str:
    """The token as pinyin writes it, ü and the passports' yu as v; empty if it is no pinyin."""
    letters = unicodedata.normalize("NFD", token.lower()).replace("u\u0308", "v")
    folded = letters if letters.isascii() else fold(letters)
    if folded in words.NOT_PINYIN:
        return ""
    if split_syllables(folded):
        return folded
    if folded[:3] in ("lyu", "nyu") and split_syllables(folded[0] + "v" + folded[3:]):
        return folded[0] + "v" + folded[3:]
    return ""


def read_latin(text: str) -> Name:
    """Read a full name in letters."""
    family_part, comma, rest = _APOSTROPHES.sub("", text).partition(",")
    family, titled = _tokens(family_part)
    others, also_titled = _tokens(rest)
    comma = comma if family and others else ""
    return _read(family, others, by_comma=bool(comma), is_titled=titled or also_titled)


def read_latin_parts(given: str, family: str) -> Name:
    """Read given and family name of two columns; they are taken at their word."""
    family_tokens, titled = _tokens(_APOSTROPHES.sub("", family))
    given_tokens, also_titled = _tokens(_APOSTROPHES.sub("", given))
    if not given_tokens and len(family_tokens) == 1 and not _filler(family_tokens):
        return Name(family=fold(family_tokens[0]), kind="surname_only")
    size = len(family_tokens)
    if len(given_tokens) > size and given_tokens[-size:] == family_tokens:
        given_tokens = given_tokens[:-size]
    if not given_tokens or not family_tokens:
        return _read(given_tokens + family_tokens, [], False, titled or also_titled)
    reason = _filler(family_tokens + given_tokens)
    if reason:
        return no_name(reason)
    pinyin = _read_pinyin(family_tokens + given_tokens, family_tokens)
    if pinyin is not None:
        joined = "".join(pinyin_letters(token) for token in family_tokens)
        rest = "".join(pinyin_letters(token) for token in given_tokens)
        return pinyin._replace(family=joined, given=rest)
    return _western(family_tokens, given_tokens)


def _read(first: list[str], others: list[str], by_comma: bool, is_titled: bool) -> Name:
    tokens = first + others
    if not tokens:
        return no_name("filler" if is_titled else "not_a_name")
    reason = _filler(tokens)
    if reason:
        return no_name(reason)
    if is_titled and len(tokens) == 1:
        return Name(family=pinyin_letters(tokens[0]) or fold(tokens[0]), kind="surname_only")
    pinyin = _read_pinyin(tokens, first if by_comma else [])
    if pinyin is not None:
        return pinyin
    if by_comma:
        return _western(first, others)
    if len(tokens) == 1:
        return _western([], tokens)
    start = len(tokens) - 1
    while start > 1 and fold(tokens[start - 1]) in words.PARTICLES:
        start -= 1
    return _western(tokens[start:], tokens[:start])


def _tokens(text: str) -> tuple[list[str], bool]:
    """The words of a name without titles and suffixes; and whether there was a title."""
    found: list[str] = []
    is_titled = False
    for token in _TOKEN.findall(text):
        lowered = token.lower()
        if lowered in words.LATIN_TITLES:
            is_titled = True
        elif lowered not in words.LATIN_SUFFIXES:
            found.append(token)
    return found, is_titled


def _filler(tokens: list[str]) -> str | None:
    folded = [fold(token) for token in tokens]
    if not words.LATIN_ORGANISATION.isdisjoint(folded):
        return "organisation"
    if words.LATIN_FILLERS.issuperset(folded) or not words.LATIN_NEVER_NAMES.isdisjoint(folded):
        return "filler"
    if " ".join(sorted(folded)) in words.PLACEHOLDERS:
        return "filler"
    if len("".join(folded)) < 2:
        return "not_a_name"
    return None


def _western(family: list[str], given: list[str]) -> Name:
    family_words = [fold(token) for token in family]
    given_words = [fold(token) for token in given]
    return Name(
        key=" ".join(sorted(family_words + given_words)),
        family="".join(family_words) or None,
        given="".join(given_words) or None,
        kind="latin",
    )


def _read_pinyin(tokens: list[str], family_by_comma: list[str]) -> Name | None:
    if len(tokens) == 1:
        parts = _CAMEL.split(tokens[0])
        tokens = parts if len(parts) > 1 and all(map(pinyin_letters, parts)) else tokens
    letters = [pinyin_letters(token) for token in tokens]
    if not all(letters):
        return None
    if len(letters) == 1:
        return _read_run(letters[0])
    stated = "".join(pinyin_letters(token) for token in family_by_comma)
    options = _family_options(letters)
    if not options:
        return None
    shouted = [letter for letter, token in zip(letters, tokens, strict=True) if shouts(token)]
    loud = shouted[0] if len(shouted) == 1 else None

    def preference(option: tuple[str, str]) -> tuple[bool, bool, int]:
        family = option[0]
        return family != stated, family != loud, surname_ranks()[family]

    family, given = min(options, key=preference)
    return _pinyin_name(family, given)


def shouts(token: str) -> bool:
    """Whether a word is in capitals, as surnames often are."""
    return len(token) > 1 and token.isupper()


def _family_options(letters: list[str]) -> list[tuple[str, str]]:
    """Ways to part the words into surname and given name."""
    ranks = surname_ranks()
    options = []
    if len(letters) > 2:
        for family, rest in (
            ("".join(letters[:2]), letters[2:]),
            ("".join(letters[-2:]), letters[:-2]),
        ):
            if family in compound_letters():
                options.append((family, "".join(rest)))
        if options:
            return options
    for family, rest in ((letters[0], letters[1:]), (letters[-1], letters[:-1])):
        if family in ranks:
            options.append((family, "".join(rest)))
    return options


def _read_run(letters: str) -> Name | None:
    """zhangxiaoming: the surname in front, or else behind."""
    if letters in words.WESTERN_GIVEN:
        return None
    syllables = split_syllables(letters)
    ranks = surname_ranks()
    if letters in compound_letters():
        return Name(family=letters, kind="surname_only")
    if len(syllables) == 1:
        return Name(family=letters, kind="surname_only") if letters in ranks else None
    if len(letters) < 6 or any(len(syllable) < 2 for syllable in syllables):
        return None
    pair = "".join(syllables[:2])
    if len(syllables) > 2 and pair in compound_letters():
        return _pinyin_name(pair, "".join(syllables[2:]))
    if syllables[0] in ranks:
        return _pinyin_name(syllables[0], "".join(syllables[1:]))
    if syllables[-1] in ranks:
        return _pinyin_name(syllables[-1], "".join(syllables[:-1]))
    return None


def _pinyin_name(family: str, given: str) -> Name | None:
    given_syllables = split_syllables(given)
    if not 1 <= len(given_syllables) <= MOST_GIVEN_SYLLABLES:
        return None
    key = " ".join(sorted((*split_syllables(family), *given_syllables)))
    return Name(key=key, family=family, given=given, kind="pinyin")
