"""Names of people that the vault knows, wherever they stand in a text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import TypeVar

from assets.privacy.redaction.spans import Find

_HAN = r"[\u3400-\u9fff·]"
_HAN_NAME = re.compile(rf"{_HAN}{{2,}}")
_HAN_RUN = re.compile(rf"{_HAN}(?: ?{_HAN})+")
_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:['’-][A-Za-z\u00c0-\u024f]+)*")
_LETTERS = re.compile(r"[a-z\u00df-\u024f]+")
_BETWEEN_WORDS = re.compile(r"[ ,.·]{1,3}")
_TITLE = re.compile(r"(?:先生|女士|小姐|太太|老师|师傅|经理|博士|教授|医生|总)$")
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof"})

_Key = TypeVar("_Key", str, tuple[str, ...])


class KnownNames:
    """Names in the ways that people write them, to be looked up in one pass over a text.

    A name that stands whole inside the name of a company is none: 沈阳远 in 沈阳远大贸易有限公司.
    """

    def __init__(self, names: Iterable[str], companies: Iterable[str] = ()) -> None:
        """`names`, of people, and `companies`: as the sources write them, with titles or without.

        A company that is called like a person is the person.
        """
        self._han: dict[str, bool] = {}
        """Whether a name in Chinese characters is a person's."""
        self._latin: dict[tuple[str, ...], bool] = {}
        for name in companies:
            self._add(name, is_person=False)
        for name in names:
            self._add(name, is_person=True)
        self._han_sizes = _sizes((name[:2], name) for name in self._han)
        self._latin_sizes = _sizes((words[0], words) for words in self._latin)
        self._latin_pairs = {tuple(_LETTERS.findall(" ".join(words))[:2]) for words in self._latin}
        self._han_begins = re.compile(
            f"{_one_of(pair[0] for pair in self._han_sizes)} ?"
            f"(?={_one_of(pair[1] for pair in self._han_sizes)})"
        )

    def _add(self, name: str, *, is_person: bool) -> None:
        compact = "".join(name.split())
        if is_person:
            compact = _TITLE.sub("", compact)
        if _HAN_NAME.fullmatch(compact):
            self._han[compact] = is_person
            return
        words = tuple(word.casefold() for word in _WORD.findall(name))
        if not is_person:
            # Of a company that is called by more than letters only a part would be protected.
            words = words if re.fullmatch(r"[\W\d_A-Za-z\u00c0-\u024f]+", name) else ()
            forms = {words}
        else:
            words = tuple(word for word in words if word not in _TITLES)
            # Anna Smith; Smith, Anna; and as Chinese companies write it, Smith Anna.
            forms = {words, words[-1:] + words[:-1], words[1:] + words[:1]}
        if len(words) > 1:
            self._latin.update(dict.fromkeys(forms, is_person))

    def find(self, text: str, folded: str) -> list[Find]:
        """Finds in the order in which they stand, the longest at each place.

        Args:
            text: With half-width signs.
            folded: Its `casefold`.
        """
        found = self._find_han(text)
        if not self._latin_pairs.isdisjoint(pairwise(_LETTERS.findall(folded))):
            found += self._find_latin(text)
        return found

    def _find_han(self, text: str) -> list[Find]:
        found, end, company_end = [], 0, 0
        for begin in self._han_begins.finditer(text):
            at = begin.start()
            sizes = self._han_sizes.get(text[at] + text[begin.end()])
            if sizes is None or at < end:
                continue
            letters = text[at : at + sizes[0]]
            places = None
            if " " in letters:
                places = _letters(text, at)[: sizes[0]]
                letters = "".join(text[place] for place in places)
            name = next((letters[:size] for size in sizes if letters[:size] in self._han), "")
            if name:
                last = (places[len(name) - 1] if places else at + len(name) - 1) + 1
                if not self._han[name]:
                    company_end = max(company_end, last)
                elif last > company_end:
                    end = last
                    found.append(Find(at, end, "name"))
        return found

    def _find_latin(self, text: str) -> list[Find]:
        words = list(_WORD.finditer(text))
        folded = [word[0].casefold() for word in words]
        found, end, company_end = [], 0, 0
        for at in [at for at, word in enumerate(folded) if word in self._latin_sizes]:
            pieces = (tuple(folded[at : at + size]) for size in self._latin_sizes[folded[at]])
            name = next((piece for piece in pieces if self._stands(text, piece, words[at:])), ())
            last = at + len(name)
            if name and not self._latin[name]:
                company_end = max(company_end, last)
            elif name and at >= end and last > company_end:
                end = last
                found.append(Find(words[at].start(), words[end - 1].end(), "name"))
        return found

    def _stands(self, text: str, name: tuple[str, ...], words: list[re.Match[str]]) -> bool:
        return name in self._latin and all(
            _BETWEEN_WORDS.fullmatch(text, left.end(), right.start())
            for left, right in pairwise(words[: len(name)])
        )


def _sizes(named: Iterable[tuple[str, _Key]]) -> dict[str, tuple[int, ...]]:
    """By beginning, how long the names are that begin so, the longest first."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for beginning, name in named:
        found[beginning].add(len(name))
    return {beginning: tuple(sorted(sizes, reverse=True)) for beginning, sizes in found.items()}


def _one_of(letters: Iterable[str]) -> str:
    """Regular expression: one of the letters; without any, what no text has."""
    wanted = "".join(map(re.escape, sorted({*letters})))
    return f"[{wanted}]" if wanted else r"(?!)"


def _letters(text: str, at: int) -> list[int]:
    """Places of the Chinese characters from a place on, with at most a blank between them."""
    run = _HAN_RUN.match(text, at)
    return [place for place in range(at, run.end()) if text[place] != " "] if run else [at]
