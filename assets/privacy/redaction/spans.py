"""A find in a text, and texts in which full-width signs stand as half-width ones."""

from __future__ import annotations

import re
from dataclasses import dataclass

HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
HALF_WIDTH |= dict.fromkeys(map(ord, "\u3000\u00a0\u2002\u2003"), ord(" "))
HALF_WIDTH |= dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212\ufe63"), ord("-"))
HALF_WIDTH |= dict.fromkeys(map(ord, "\u2022\u30fb\u2219"), ord("·"))
"""Full-width letters and signs, and all sorts of blanks, dashes and middle dots."""


_OTHER_WIDTH = re.compile(f"[{''.join(map(chr, HALF_WIDTH))}]")


@dataclass(frozen=True, slots=True)
class Find:
    """An identifier: half-open places in the text, and its kind, which is its label."""

    start: int
    end: int
    kind: str


def half_width(text: str) -> str:
    """The text with full-width letters, digits and signs as half-width ones, as long as before."""
    return text.translate(HALF_WIDTH) if _OTHER_WIDTH.search(text) else text
