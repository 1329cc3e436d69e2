"""Direct identifiers found in free text and replaced by what they are: [phone], [name], …"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assets.privacy.redaction.addresses import (
    find_chinese_addresses,
    find_emails,
    find_english_addresses,
)
from assets.privacy.redaction.names import KnownNames
from assets.privacy.redaction.numbers import PROVINCES, find_codes, find_numbers
from assets.privacy.redaction.spans import Find, half_width

_CODE = re.compile(rf"[0-9]{{4}}|[信{PROVINCES}]|[vVwW][xX]|[wW]e[cC]hat|[wW]eixin")
_PLACE_ZH = re.compile(r"[0-9一二三四五六七八九十] ?[号號弄巷栋棟幢座单组社队-]|座 ?[0-9]{3}")
_PLACE_EN = re.compile(r"[0-9][A-Za-z]? [A-Za-z]")


def find_identifiers(text: str, known: KnownNames) -> list[Find]:
    """The identifiers of a text, in the order in which they stand; none overlaps another.

    Args:
        text: As people wrote it.
        known: Names of people.
    """
    plain = half_width(text)
    found: list[Find] = []
    if "@" in plain:
        found += find_emails(plain)
    found += find_numbers(plain)
    if _CODE.search(plain):
        found += find_codes(plain)
    found = _apart(found)
    # A phone may touch the road's name.
    if _PLACE_ZH.search(plain):
        found += find_chinese_addresses(_without(plain, found))
    if _PLACE_EN.search(plain):
        found += find_english_addresses(_without(plain, found))
    return _apart([*found, *known.find(plain)])


def redact(texts: Iterable[str], known: KnownNames) -> list[str]:
    """The texts with a label such as [phone] in the place of each identifier."""
    return [_replaced(text, find_identifiers(text, known)) for text in texts]


def _replaced(text: str, found: Sequence[Find]) -> str:
    for find in reversed(found):
        text = f"{text[: find.start]}[{find.kind}]{text[find.end :]}"
    return text


def _without(text: str, found: Sequence[Find]) -> str:
    """The text, as long as before, with blanks where something was found."""
    for find in found:
        text = f"{text[: find.start]}{' ' * (find.end - find.start)}{text[find.end :]}"
    return text


def _apart(found: Sequence[Find]) -> list[Find]:
    """Without those that overlap one that was found before them."""
    kept: list[Find] = []
    for find in found:
        if all(find.end <= other.start or other.end <= find.start for other in kept):
            kept.append(find)
    return sorted(kept, key=lambda find: find.start)
