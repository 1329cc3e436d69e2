"""Names of people that the vault knows, wherever they stand in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from operator import add

from assets.privacy.redaction.spans import Find

_HAN_RUN = re.compile(r"[\u3400-\u9fff·](?:[ ]?[\u3400-\u9fff·])+")
_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:['’-][A-Za-z\u00c0-\u024f]+)*")
_LONGEST_WORDS = 4


class KnownNames:
    """Names in the ways that people write them, to be looked up in one pass over a text."""

    def __init__(self, names: Iterable[str]) -> None:
        """`names`: as the sources write them, without titles."""
        self._han: set[str] = set()
        self._latin: set[tuple[str, ...]] = set()
        for name in names:
            self._add(name)
        self._han_lengths = sorted({len(name) for name in self._han}, reverse=True)
        self._han_beginnings = {name[:2] for name in self._han}
        self._latin_beginnings = {words[0] for words in self._latin}

    def _add(self, name: str) -> None:
        compact = re.sub(r"[\s　]", "", name)
        if re.fullmatch(r"[\u3400-\u9fff·]{2,}", compact):
            self._han.add(compact)
            return
        words = tuple(word.casefold() for word in _WORD.findall(name))
        if len(words) > 1:
            # Anna Smith; Smith, Anna; and as Chinese companies write it, Smith Anna.
            self._latin |= {words, words[-1:] + words[:-1], words[1:] + words[:1]}

    def find(self, text: str) -> Iterator[Find]:
        """Finds in the order in which they stand, the longest at each place."""
        if self._han_lengths:
            yield from self._find_han(text)
        if self._latin:
            yield from self._find_latin(text)

    def _find_han(self, text: str) -> Iterator[Find]:
        for run in _HAN_RUN.finditer(text):
            places = None
            letters = run[0]
            if " " in letters:
                places = [place for place, letter in enumerate(letters) if letter != " "]
                letters = letters.replace(" ", "")
            end = 0
            for at in self._beginnings(letters):
                pieces = (letters[at : at + size] for size in self._han_lengths)
                length = next((len(piece) for piece in pieces if piece in self._han), 0)
                if length and at >= end:
                    end = at + length
                    first, last = (places[at], places[end - 1]) if places else (at, end - 1)
                    yield Find(run.start() + first, run.start() + last + 1, "name")

    def _beginnings(self, letters: str) -> list[int]:
        known = self._han_beginnings
        pairs = map(add, letters, letters[1:])
        return [at for at, pair in enumerate(pairs) if pair in known]

    def _find_latin(self, text: str) -> Iterator[Find]:
        words = list(_WORD.finditer(text))
        folded = [word[0].casefold() for word in words]
        known, end = self._latin_beginnings, 0
        for at in [at for at, word in enumerate(folded) if word in known]:
            sizes = range(min(_LONGEST_WORDS, len(words) - at), 1, -1)
            length = next(
                (
                    size
                    for size in sizes
                    if tuple(folded[at : at + size]) in self._latin
                    and _are_beside(text, words[at : at + size])
                ),
                0,
            )
            if length and at >= end:
                end = at + length
                yield Find(words[at].start(), words[end - 1].end(), "name")


def _are_beside(text: str, words: list[re.Match[str]]) -> bool:
    return all(
        re.fullmatch(r"[ ,.·]{1,3}", text[left.end() : right.start()])
        for left, right in pairwise(words)
    )
