"""Masks in every log record of this process: personal values that have a shape, and secrets.

Belongs here: what is masked, and how it is put before all loggers. A name has no shape and is not
found: not to log personal values remains the rule, and this the net below it. Texts that a tool
prints by itself, and errors that Dagster keeps as events, do not pass here.
"""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pipelines.runtime.check_digits import is_bank_card, is_id_card

SECRET_NAME = re.compile(
    r"(?i)(secret|token|passw|api_?key|private_?key|credential|webhook|(?<!_)pwd)(?!.*_(file|path)$)"
)
"""Names of variables whose values are secrets; not those of files that hold one."""
SHORTEST_SECRET = 6
"""Characters. Shorter values are words of other texts, too."""

WHO = r"""(?:\w*(?:password|passwd|secret|token|api_?key|authorization|credential)\w*)"""
LEFT = r"(?<![A-Za-z0-9_])(?<![A-Za-z0-9]-)(?<!\d[.,:])"
RIGHT = r"(?![A-Za-z0-9_]|-[A-Za-z0-9]|[.,]\d)"
"""Where a number stands for itself: not in UUIDs, hashes, decimals, times. 汉字 may touch it."""


def _card(found: re.Match[str]) -> str:
    digits = re.sub(r"[ -]", "", found[0])
    return "[card]" if 13 <= len(digits) <= 19 and is_bank_card(digits) else found[0]


def _resident(found: re.Match[str]) -> str:
    return "[id number]" if is_id_card(found[0]) else found[0]


Replacement = str | Callable[[re.Match[str]], str]
Rule = tuple[re.Pattern[str], Replacement]

WORDS = (
    *("passw", "secret", "token", "apikey", "api_key", "authoriz", "credential"),
    *("bearer", "basic ", "-----begin", "&", "?"),
)
NAMED: tuple[Rule, ...] = (
    (re.compile(r"-----BEGIN [A-Z ]*KEY.*?(-----END [A-Z ]*-----|\Z)", re.DOTALL), "[secret]"),
    (re.compile(r"(?i)\b(bearer|basic|zoho-oauthtoken)\s+[\w.~+/=-]{8,}"), r"\1 [secret]"),
    (
        re.compile(rf"""(?i)([?&](?:{WHO}|key|sig|signature|sign|code|auth)=)[^&\s"'<>]+"""),
        r"\1[secret]",
    ),
    (
        re.compile(rf"""(?i)\b({WHO}["']?(?:=|["']\s?:\s?)["']?)(?!\[secret)[^\s"',;&)}}]{{4,}}"""),
        r"\1[secret]",
    ),
)
"""Secrets, told by what stands before them; looked for where one of `WORDS` is."""

ADDRESSES: tuple[Rule, ...] = (
    (re.compile(r"(\w://[^\s:/@]{0,200}):[^\s/]{1,200}@"), r"\1:[secret]@"),
    (re.compile(r"[\w.+%-]{1,64}[@＠][\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"), "[e-mail]"),
)
"""Looked for where an @ is."""

LONG_NUMBER = re.compile(r"\d[\d ().-]{5,}\d")
NUMBERS: tuple[Rule, ...] = (
    (re.compile(rf"{LEFT}[1-9]\d{{5}}(?:19|20)\d{{9}}[\dXx]{RIGHT}"), _resident),
    (re.compile(rf"{LEFT}\d{{3}}-\d{{2}}-\d{{4}}{RIGHT}"), "[id number]"),
    (re.compile(rf"{LEFT}[2-6]\d{{3}}(?:[ -]?\d{{3,6}}){{2,4}}{RIGHT}"), _card),
    (re.compile(rf"{LEFT}\+?(?:86[ -]?)?1[3-9]\d[ -]?\d{{4}}[ -]?\d{{4}}{RIGHT}"), "[phone]"),
    (re.compile(r"(?<![A-Za-z0-9_+])\+\d(?:[ ()-]{0,2}\d){7,14}(?!\d)"), "[phone]"),
    (re.compile(rf"{LEFT}(?:\(\d{{3}}\) ?|\d{{3}}[-.])\d{{3}}[-.]\d{{4}}{RIGHT}"), "[phone]"),
    (re.compile(rf"{LEFT}0\d{{2,3}}-\d{{7,8}}{RIGHT}"), "[phone]"),
)
"""Looked for where a `LONG_NUMBER` is."""


class RedactingFilter(logging.Filter):
    """Masks message, arguments, exception and stack of a record; lets every record pass.

    Args:
        secrets: values that are masked wherever they occur.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self.know(secrets)

    def know(self, secrets: Iterable[str]) -> None:
        """Mask these values from now on, and no longer those of before."""
        known = sorted({it for it in secrets if len(it) >= SHORTEST_SECRET}, key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, known))) if known else None

    def redact(self, text: str) -> str:
        """The text with masks."""
        if self._secrets is not None:
            text = self._secrets.sub("[secret]", text)
        lowered = text.lower()
        if any(word in lowered for word in WORDS):
            text = _masked(text, NAMED)
        if "@" in text or "＠" in text:
            text = _masked(text, ADDRESSES)
        if LONG_NUMBER.search(text):
            text = _masked(text, NUMBERS)
        return text

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask a record in place; whatever it holds, nothing is raised."""
        text = _message(record)
        masked = self.redact(text)
        if masked != text or not _fits(record):
            record.msg, record.args = masked, ()
        if isinstance(record.exc_info, tuple) and record.exc_info[1] is not None:
            # A formatter takes the text that is there, and makes none of its own.
            record.exc_text = self.redact(_exception(record.exc_info))
        if isinstance(record.stack_info, str):
            record.stack_info = self.redact(record.stack_info)
        return True


def _masked(text: str, rules: tuple[Rule, ...]) -> str:
    for rule, replacement in rules:
        text = rule.sub(replacement, text)
    return text


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # any object may be logged, and its __str__ may raise anything
        return f"{_text(record.msg)} (its arguments do not fit)"


def _fits(record: logging.LogRecord) -> bool:
    """Whether a handler will be able to write it: else it would print the arguments as they are."""
    try:
        record.getMessage()
    except Exception:  # as above
        return False
    return True


def _text(value: Any) -> str:
    try:
        return str(value)
    except Exception:  # as above
        return f"a {type(value).__name__} that cannot be written"


def _exception(raised: Any) -> str:
    try:
        return "".join(traceback.format_exception(*raised)).rstrip("\n")
    except Exception:  # as above, now of the exception
        return f"{type(raised[1]).__name__} (its text cannot be written)"


def secret_values(*sources: Mapping[str, str | None]) -> list[str]:
    """Values of all variables whose names tell that they are secrets."""
    return [
        value
        for source in sources
        for name, value in source.items()
        if value and SECRET_NAME.search(name)
    ]


_FILTER = RedactingFilter()
_MAKE_RECORD = logging.getLogRecordFactory()


def _record(*args: Any, **named: Any) -> logging.LogRecord:
    record = _MAKE_RECORD(*args, **named)
    _FILTER.filter(record)
    return record


def install(secrets: Iterable[str]) -> None:
    """Put the filter before every logger of this process, those that come later too.

    Loggers ask their filters for their own records only, not for those of loggers below them, so
    that one would be needed on each of hundreds; all records are made in one place.
    """
    _FILTER.know(secrets)
    logging.setLogRecordFactory(_record)
