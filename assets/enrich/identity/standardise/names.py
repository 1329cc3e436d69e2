"""Names to keys that are equal however a person's name is written: 張偉先生, ZHANG Wei, Wei Zhang.

Plain names are read as arrays (`names_array.py`, `names_latin_array.py`), all others one by one.
"""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pyarrow as pa

from assets.enrich.identity.standardise import names_words as words
from assets.enrich.identity.standardise.arrays import (
    BATCH,
    in_order,
    one_chunk,
    texts,
    to_arrow,
    without_nulls,
)
from assets.enrich.identity.standardise.names_array import read_plain_han
from assets.enrich.identity.standardise.names_han import (
    Name,
    han_name,
    is_surname,
    no_name,
    read_han,
    read_surname,
    strip_titles,
    surname_only,
)
from assets.enrich.identity.standardise.names_latin import fold, read_latin, read_latin_parts
from assets.enrich.identity.standardise.names_latin_array import read_plain_latin
from assets.enrich.identity.standardise.text import (
    FILLERS,
    SEPARATOR,
    simplified_characters,
)

_HAN = re.compile(r"[\u3007\u3400-\u9fff\U00020000-\U000323af]+")
_HAN_TITLE = re.compile(rf"\s*(?:{'|'.join(sorted(words.HAN_TITLES))})\s*$")
_OTHER_SCRIPT = re.compile(r"[\u3040-\u30ff\uac00-\ud7af]")
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+")
_BRACKETS = re.compile(r"[(\[{<【《「『]([^()\[\]{}<>【】《》「」『』]*)[)\]}>】》」』]")
_QUOTED = re.compile(r"[\"“”][^\"“”]*[\"“”]")
_DOTTED = re.compile(r"(?<=[\u3400-\u9fff])\s*[·•・‧∙⋅.]\s*(?=[\u3400-\u9fff])")
_USER_NAME = re.compile(r"[^\W\d_][._\-]?[0-9]|[0-9][^\W\d_]|_")
_TOGETHER = re.compile(r"\s*[&/;+|、]\s*|\s+(?:and|und|et)\s+", re.IGNORECASE)
_LONGEST_HAN = 20
_FILLERS = frozenset(FILLERS) | {"."}
# Behind or before another part these are 娜 and 南 rather than "not available".
_PART_FILLERS = _FILLERS - {"na", "nan"}


def standardise_names(raw: pa.Array) -> pa.Table:
    """Standardise full names, or given and family name with U+001F between them.

    Returns:
        One row per value in the same order: raw_value, name_han, name_key, name_family,
        name_given, name_kind (han, pinyin, latin, surname_only; null: no usable name) and
        invalid_reason (why not).
    """
    raw = one_chunk(raw)
    parts = [_read_batch(raw.slice(start, BATCH)) for start in range(0, max(len(raw), 1), BATCH)]
    return pa.concat_tables(parts).add_column(0, "raw_value", raw)


def _read_batch(raw: pa.Array) -> pa.Table:
    text = without_nulls(raw)
    is_latin, latin = read_plain_latin(text)
    text = text.filter(to_arrow(~is_latin))
    is_han, han = read_plain_han(text)
    rest = _read_one_by_one(text.filter(to_arrow(~is_han)))
    others = np.flatnonzero(~is_latin)
    return in_order(
        (np.flatnonzero(is_latin), latin), (others[is_han], han), (others[~is_han], rest)
    )


def _read_one_by_one(text: pa.Array) -> pa.Table:
    names = [read_name(value) for value in text.to_pylist()]
    return pa.table(
        {
            column: texts(getattr(name, field) for name in names)
            for column, field in _COLUMNS.items()
        }
    )


_COLUMNS = {
    "name_han": "han",
    "name_key": "key",
    "name_family": "family",
    "name_given": "given",
    "name_kind": "kind",
    "invalid_reason": "reason",
}


def read_name(raw: str) -> Name:
    """Read one raw name, whole or in parts."""
    if SEPARATOR not in raw:
        return _read_whole(_clean(raw))
    given, _, family = (_clean(part) for part in raw.partition(SEPARATOR))
    given = "" if given.lower() in _PART_FILLERS else given
    family = "" if family.lower() in _PART_FILLERS else family
    if not family:
        return _read_given_only(given)
    if not given:
        return _read_family_only(family)
    if given == family and (" " in given or (len(given) > 1 and not given.isascii())):
        return _read_whole(given)
    return _read_parts(given, family)


def _clean(text: str) -> str:
    if text.isascii():
        return _INVISIBLE.sub(" ", text).strip()
    text = _INVISIBLE.sub(" ", unicodedata.normalize("NFKC", text)).strip()
    return text.translate(simplified_characters())


def _read_whole(text: str) -> Name:
    if not text:
        return no_name("missing")
    if text.lower() in _FILLERS:
        return no_name("filler")
    if "@" in text:
        return no_name("not_a_name")
    return _read_with_han(text) if _HAN.search(text) else _read_letters(text)


def _read_letters(text: str) -> Name:
    if "*" in text:
        return no_name("masked")
    bare = _QUOTED.sub(" ", _BRACKETS.sub(" ", text))
    bare = bare if any(map(str.isalpha, bare)) else _BRACKETS.sub(r" \1 ", text)
    if not any(map(str.isalpha, bare)) or _USER_NAME.search(bare):
        return no_name("filler" if _is_filler_user(bare) else "not_a_name")
    people = _TOGETHER.split(bare)
    if len(people) > 1:
        # Mr and Mrs Smith are one household name, Wei & Na Zhang are two people.
        name = read_latin(" ".join(people))
        return name if name.kind in ("surname_only", None) else no_name("several_values")
    return read_latin(bare)


def _is_filler_user(text: str) -> bool:
    letters = re.findall(r"[a-z]+", text.lower())
    return bool(letters) and words.LATIN_FILLERS.issuperset(letters)


def _read_with_han(text: str) -> Name:
    outside = _BRACKETS.sub(" ", text)
    text = outside if _HAN.search(outside) else _BRACKETS.sub(r" \1 ", text)
    if words.SEVERAL.search(text):
        return no_name("several_values")
    if _OTHER_SCRIPT.search(text):
        return no_name("nickname")
    without_title = _HAN_TITLE.sub("", text)
    if not _HAN.search(without_title) and any(map(str.isalpha, without_title)):
        # Wang Wei 先生: a title after a name in letters.
        return _read_letters(without_title)
    characters = "".join(_HAN.findall(text))
    if "*" in text:
        starts = text.startswith(characters) and is_surname(characters)
        return surname_only(characters) if starts else no_name("masked")
    if len(characters) > _LONGEST_HAN:
        return no_name("not_a_name")
    dotted = _DOTTED.split(text)
    if len(dotted) > 1 and not is_surname(dotted[0]) and not words.HAN_FILLER.search(characters):
        return han_name("", strip_titles(characters)[0] or characters)
    bare, _ = strip_titles(characters)
    letters = _HAN.sub(" ", text)
    if is_surname(bare) and any(map(str.isalpha, letters)) and not _USER_NAME.search(letters):
        return read_latin_parts(letters, "".join(read_surname(bare)))
    return read_han(characters)


def _read_given_only(given: str) -> Name:
    name = _read_whole(given)
    if name.kind != "surname_only" or not given.isascii() or not given.isalpha():
        return name if name.kind != "surname_only" or len(given) > 1 else no_name("not_a_name")
    return Name(key=fold(given), given=fold(given), kind="latin")


def _read_family_only(family: str) -> Name:
    name = _read_whole(family)
    return read_latin_parts("", family) if name.kind == "latin" else name


def _read_parts(given: str, family: str) -> Name:
    given_han, family_han = ("".join(_HAN.findall(part)) for part in (given, family))
    if not given_han and not family_han:
        if _USER_NAME.search(given + family) or "@" in given + family or "*" in given + family:
            return no_name("not_a_name")
        return read_latin_parts(_BRACKETS.sub(" ", given), _BRACKETS.sub(" ", family))
    if not given_han or not family_han:
        whole = _read_whole(given_han or family_han)
        if whole.kind == "han":
            return whole
        if is_surname(family_han):
            return read_latin_parts(given, "".join(read_surname(family_han)))
        spoken = "".join(read_surname(given_han)) if len(given_han) < 3 else ""
        return read_latin_parts(spoken, family) if spoken else whole
    if len(given_han) > len(family_han) and given_han.startswith(family_han):
        return read_han(given_han)
    if words.HAN_FILLER.search(family_han + given_han):
        return no_name("filler")
    bare = strip_titles(given_han)[0]
    if not bare:
        return read_han(family_han)
    if is_surname(bare) and not is_surname(family_han):
        # Chinese names in a Western form are often the wrong way round.
        bare, family_han = family_han, bare
    if len(family_han) > 2 or len(bare) > 3:
        return read_han(family_han + bare)
    return han_name(family_han, bare)
