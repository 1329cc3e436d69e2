"""Which texts may be one of a few phone numbers, without reading each of them as one."""

from __future__ import annotations

from collections.abc import Sequence

from assets.raw import sql

LAST = 6
"""Digits at the end of a number that no writing of it changes: prefixes stand before them."""


def may_be_phone(text: str, numbers: Sequence[str]) -> str:
    """SQL of whether `standardise_phones` may give one of some standard values for a text.

    Never false for a text of which it does. Letters may stand for digits (1.39e10, 1-800-FLOWERS),
    other scripts have digits of their own: such texts are always let through.

    Args:
        text: SQL of the text.
        numbers: E.164, also with an extension.
    """
    ends = {number.partition(";")[0][-LAST:] for number in numbers}
    digits = f"regexp_replace({text}, '[^0-9]', '', 'g')"
    found = [f"contains({digits}, {sql.text(end)})" for end in sorted(ends)]
    return f"(regexp_matches({text}, '[^ -@\\[-`{{-~]'){''.join(f' or {it}' for it in found)})"
