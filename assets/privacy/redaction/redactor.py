"""Direct identifiers found in free text and replaced by what they are: [phone], [name], …"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import pairwise

from assets.privacy.redaction.addresses import (
    find_chinese_addresses,
    find_emails,
    find_english_addresses,
)
from assets.privacy.redaction.codes import PROVINCES, find_codes, find_said_phones
from assets.privacy.redaction.names import KnownNames
from assets.privacy.redaction.numbers import digit_runs, find_numbers
from assets.privacy.redaction.spans import Find, half_width

_CODE_WORDS = (
    *("信", "护照", "扣扣", "企鹅", "微博"),
    *("wechat", "weixin", "vx", "wx", "qq", "weibo", "passport"),
)
_PLATE = re.compile(rf"[{PROVINCES}](?= ?[A-Za-z])")
_PASSPORT = re.compile(r"[0-9](?:(?<=[EeGg].)[0-9]|(?<=[Ee][A-Za-z].))[0-9]{6}")
_PLACE_ZH = re.compile(
    r"[号號弄巷栋棟幢座单组社队楼樓层室户门房期-](?:(?<=[0-9]-)[0-9]{1,3}-[0-9]{3}|"
    r"(?<=[0-9一二三四五六七八九十百A-Za-z][^-])|(?<=[0-9一二三四五六七八九十百A-Za-z] [^-]))"
)
_PLACE_EN = re.compile(r"[0-9][A-Za-z]? [A-Za-z]")


def find_identifiers(
    texts: Sequence[str], known: KnownNames, contacts: Container[str] = frozenset()
) -> Iterator[list[Find]]:
    """The identifiers of each text, in the order in which they stand; none overlaps another.

    Args:
        texts: As people wrote them; many at once are cheaper than one by one.
        known: Names of people.
        contacts: Known numbers of people, as `find_numbers` takes them.
    """
    return (_identifiers(plain, known, contacts) for plain in half_width(texts))


def redact(texts: Sequence[str], known: KnownNames) -> list[str]:
    """The texts with a label such as [phone] in the place of each identifier."""
    found = find_identifiers(texts, known)
    return [labelled(text, finds) for text, finds in zip(texts, found, strict=True)]


def labelled(text: str, found: Iterable[Find]) -> str:
    """The text with the kind of each find in its place; finds stand in order."""
    pieces: list[str] = []
    end = 0
    for find in found:
        pieces += (text[end : find.start], "[", find.kind, "]")
        end = find.end
    return "".join((*pieces, text[end:]))


def _identifiers(plain: str, known: KnownNames, contacts: Container[str]) -> list[Find]:
    found: list[Find] = []
    if "@" in plain:
        found += find_emails(plain)
    runs = digit_runs(plain)
    if runs:
        found += find_numbers(plain, runs, contacts)
        found += find_said_phones(plain)
    folded = plain.casefold()
    if (
        any(map(folded.__contains__, _CODE_WORDS))
        or _PLATE.search(plain)
        or (runs and _PASSPORT.search(plain))
    ):
        found += find_codes(plain)
    found = _apart(found)
    # A phone may touch the road's name.
    rest = _without(plain, found)
    place = _PLACE_ZH.search(rest)
    if place:
        found += find_chinese_addresses(rest, place.start())
    if _PLACE_EN.search(rest):
        found += find_english_addresses(rest)
    found += known.find(plain, folded)
    return _apart(found)


def _without(text: str, found: Sequence[Find]) -> str:
    """The text, as long as before, with blanks where something was found."""
    for find in found:
        text = f"{text[: find.start]}{' ' * (find.end - find.start)}{text[find.end :]}"
    return text


def _apart(found: list[Find]) -> list[Find]:
    """In order, without those that overlap one that was found before them."""
    if len(found) < 2:
        return found
    ordered = sorted(found)
    if all(left.end <= right.start for left, right in pairwise(ordered)):
        return ordered
    kept: list[Find] = []
    for find in found:
        if all(find.end <= other.start or other.end <= find.start for other in kept):
            kept.append(find)
    return sorted(kept)
