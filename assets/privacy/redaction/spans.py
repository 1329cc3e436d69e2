"""A find in a text, and texts in which full-width signs stand as half-width ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
HALF_WIDTH |= dict.fromkeys(map(ord, "\u3000\u00a0\u2002\u2003"), ord(" "))
HALF_WIDTH |= dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212\ufe63"), ord("-"))
HALF_WIDTH |= dict.fromkeys(map(ord, "\u2022\u30fb\u2219"), ord("·"))
"""Full-width letters and signs, and all sorts of blanks, dashes and middle dots."""

_BEYOND = 0x10000
"""No sign of `HALF_WIDTH` has a code from here on."""


class Find(NamedTuple):
    """An identifier: half-open places in the text, and its kind, which is its label."""

    start: int
    end: int
    kind: str


def half_width(texts: Sequence[str]) -> list[str]:
    """Texts with full-width letters, digits and signs as half-width ones, as long as before.

    All of them at once: letter by letter, it would cost more than to look for e-mail addresses.
    """
    import numpy as np

    letters = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    near = letters < _BEYOND
    plain = np.where(near, _table()[letters * near], letters)
    joined = plain.astype(np.uint32).tobytes().decode("utf-32-le", "surrogatepass")
    return [joined[start:end] for start, end in pairwise(accumulate(map(len, texts), initial=0))]


def matches(
    pattern: re.Pattern[str],
    begins: re.Pattern[str],
    text: str,
    start: int,
    end: int,
) -> Iterator[re.Match[str]]:
    """Like `pattern.finditer`, tried only where another pattern finds that it may begin."""
    for begin in begins.finditer(text, start, end):
        if begin.start() >= start:
            found = pattern.match(text, begin.start(), end)
            if found:
                start = found.end()
                yield found


@cache
def _table() -> npt.NDArray[np.uint32]:
    import numpy as np

    table = np.arange(_BEYOND, dtype=np.uint32)
    table[list(HALF_WIDTH)] = list(HALF_WIDTH.values())
    return table
