"""Identifiers that are numbers and look like it: phones, identity cards and bank cards."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence

from assets.privacy.redaction.rules import Rule, finds, names_nothing
from assets.privacy.redaction.spans import Find, matches
from pipelines.runtime.check_digits import is_bank_card, is_id_card

_NOT_PART = r"(?<![0-9A-Za-z])"
"""Not inside a longer number or a code."""

_BEGAN = r"(?<![0-9A-Za-z].)"
"""The same, said after the first digit: what begins with digits is looked for faster."""

_TEL = (
    r"(?:(?<![0-9A-Za-z])(?<![0-9][.])|(?<=[Tt][Ee][Ll])|(?<=[Pp][Hh])|(?<=hone)|(?<=obile)|"
    r"(?<=ell))"
)
"""Before a phone: a word for it may touch, a number may not."""

_PHONE_BEGINS = re.compile(
    r"[+(0-9](?<![0-9].)(?:(?<![A-Za-z].)|(?<=tel.)|(?<=ph.)|(?<=hone.)|(?<=obile.)|(?<=ell.))",
    re.IGNORECASE,
)
"""Where a phone may begin (`_TEL`); found in a tenth of the time that all ways of writing cost."""

_NO_GROUP = r"(?<![0-9]{4}[ -])"
"""Not one of the groups of four digits that a longer number is written in."""

_END = r"(?![0-9])(?![ -][0-9]{4}(?![0-9/.年-]))"
_GAP = r"[ .·-]{0,3}"


def _digits(text: str) -> str:
    return re.sub(r"[^0-9Xx]", "", text)


def _is_id(text: str, found: re.Match[str]) -> bool:
    return is_id_card(_digits(found[0]))


def _is_card(text: str, found: re.Match[str]) -> bool:
    return is_bank_card(_digits(found[0]))


_MOBILE = rf"1[3-9][0-9](?:{_GAP}[0-9]){{8}}"
_EXTENSION = r"(?: {0,2}(?:转分机|转|分机|ext\.?|x|#)[ .:：]?[0-9]{1,6})?"
_AREA = r"0(?:10|2[0-9]|[3-9][0-9]{2})"
_CHINA = rf"(?:[(]?(?:[+]|00)?86[)]?{_GAP})?"

_RUN = re.compile(r"[0-9](?:[ ()+.·-]{0,3}[0-9]){6,}")
"""Seven digits or more, however they are written: the shortest phone."""

_SHORTEST_CARD = 15

CONTACT_DIGITS = 10
"""Last digits by which a known phone is known again: a country code may be there or not."""

_FARTHEST = 14
"""Characters after the last digit that belong to a phone (转分机 123) or tell that it is none."""

_CARDS = (
    Rule(
        "id",
        re.compile(
            rf"[1-9]{_BEGAN}[0-9]{{5}}[ -]?(?:18|19|20)[0-9]{{2}}[ -]?(?:0[1-9]|1[0-2])[ -]?"
            r"(?:[0-2][0-9]|3[01])[ -]?[0-9]{3}[ -]?[0-9Xx](?![0-9A-Za-z])"
        ),
        _is_id,
    ),
    Rule(
        "card",
        re.compile(rf"[3-6]{_BEGAN}[0-9](?:[ -]?[0-9]){{13,17}}(?![0-9A-Za-z])"),
        lambda text, found: _is_card(text, found) and names_nothing(text, found),
    ),
)

_MAINLAND_MOBILE = rf"{_TEL}{_CHINA}(?:{_MOBILE}|1[ .·-][3-9](?:[ .·-][0-9]){{9}}){_END}"
_LANDLINE = (
    rf"{_TEL}{_NO_GROUP}{_CHINA}[(]?{_AREA}[)]?{_GAP}[2-9](?:[ -]?[0-9]){{6,7}}"
    rf"(?:-[0-9]{{1,5}}|{_EXTENSION}){_END}"
)
_WITH_COUNTRY = (
    rf"{_NOT_PART}(?:[+]|00(?=[1-9]))[ (]?[1-9](?:[ .()-]{{0,2}}[0-9]){{7,14}}{_EXTENSION}{_END}"
)
_NORTH_AMERICA = (
    rf"{_TEL}{_NO_GROUP}(?<![-])(?:1[ .-])?"
    r"(?![(]?(?:[48]00|833|844|855|866|877|888))(?:[(][2-9][0-9]{2}[)] ?|[2-9][0-9]{2}[ .-])"
    rf"[2-9][0-9]{{2}}[ .-][0-9]{{4}}{_EXTENSION}{_END}"
)
_OTHERS = (
    rf"{_TEL}{_NO_GROUP}(?<![-])(?:07[0-9]{{3}}[ -]?[0-9]{{3}}[ -]?[0-9]{{3}}|"
    r"09[0-9]{2}[ -]?[0-9]{3}[ -]?[0-9]{3}|01[0-9]{3} [0-9]{6}|"
    r"0[12][0-9]{1,2} [0-9]{3,4} [0-9]{4}|0[2-8][ -][0-9]{3,4}-[0-9]{4}|"
    r"[(]0[2-8][0-9]?[)] ?[0-9]{3,4}[ -]?[0-9]{4}|"
    rf"[(]?(?:852|853|886)[)]?[ -][0-9]{{4}}[ -]?[0-9]{{4}}){_END}"
)
"""Britain, Taiwan, Hong Kong and Macao."""

_PHONE = re.compile(
    "|".join((_MAINLAND_MOBILE, _LANDLINE, _WITH_COUNTRY, _NORTH_AMERICA, _OTHERS)), re.IGNORECASE
)


def digit_runs(text: str) -> list[tuple[int, int]]:
    """Where seven digits or more stand together: no phone and no card is outside."""
    return [run.span() for run in _RUN.finditer(text)]


def find_numbers(
    text: str, runs: Sequence[tuple[int, int]], contacts: Container[str]
) -> Iterator[Find]:
    """Phones, identity cards and bank cards; later finds may overlap earlier ones.

    Args:
        text: With half-width signs.
        runs: Its `digit_runs`.
        contacts: Known phones, of each the last ten digits, and other numbers of people.
    """
    beginnings = [start for start, _ in runs[1:]]
    for (start, end), following in zip(runs, [*beginnings, len(text)], strict=False):
        # Not into the next number, of which a part would look like a whole.
        first, last = max(0, start - 3), min(following, end + _FARTHEST)
        if end - start >= _SHORTEST_CARD:
            yield from finds(_CARDS, text, first, last)
        phone = None
        for phone in matches(_PHONE, _PHONE_BEGINS, text, first, last):
            # An order of eleven digits: the gate before the reader cannot tell it from a phone.
            yield Find(*phone.span(), "phone" if names_nothing(text, phone) else "number")
        if phone is None and contacts and _is_known(text[start:end], contacts):
            yield Find(start, end, "phone")


def _is_known(run: str, contacts: Container[str]) -> bool:
    digits = _digits(run)
    return digits in contacts or digits[-CONTACT_DIGITS:] in contacts
