"""What an answer means: statuses and error codes of the body, sorted by what to do about them."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime

import httpx

from assets.raw.connector import strict_json
from assets.raw.connector.answers import retry_after
from assets.raw.connector.errors import (
    Fatal,
    PositionExpired,
    Retryable,
    SourceError,
    StopForToday,
    TokenRejected,
)
from assets.raw.connector.http import judge_status
from assets.raw.rest import paths
from assets.raw.rest.settings import CODE_LISTS, Errors

also_empty: ContextVar[frozenset[int]] = ContextVar("also_empty", default=frozenset())
"""Statuses that mean "no records" for the request under way, such as 404 below a deleted record."""

KINDS: dict[str, tuple[type[SourceError], str]] = {
    "retry": (Retryable, "is busy"),
    "refresh": (TokenRejected, "rejects the credentials; check them under connection.auth"),
    "stop_for_today": (StopForToday, "has no quota left for today; run again tomorrow"),
    "position_expired": (PositionExpired, "forgot the position of the listing"),
    "fatal": (Fatal, "refuses the request; look the code up in its documentation"),
}


class Judge:
    """Judges answers by the `errors` of a contract, and then by their status."""

    def __init__(self, errors: Errors, clock: Callable[[], datetime]) -> None:
        self._errors = errors
        self._clock = clock
        self._codes = {str(code): name for name in CODE_LISTS for code in getattr(errors, name)}
        self._success = {str(code) for code in errors.success}

    def __call__(self, response: httpx.Response) -> None:
        """Raise what is wrong with an answer; return when it is good."""
        if self.is_empty(response):
            return
        code = self._code(response)
        if code is not None and code in self._codes:
            raise self._error(self._codes[code], f"(code {_shown(code)})", response)
        for name in ("retry", "refresh", "stop_for_today", "position_expired"):
            if response.status_code in getattr(self._errors.statuses, name):
                raise self._error(name, f"(status {response.status_code})", response)
        self._by_status(response)
        if self._errors.code is not None:
            self._by_success(code)

    def is_empty(self, response: httpx.Response) -> bool:
        """Whether the status says that there are no records."""
        status = response.status_code
        return status in self._errors.statuses.empty or status in also_empty.get()

    def _by_status(self, response: httpx.Response) -> None:
        try:
            judge_status(response)
        except Retryable as error:
            raise Retryable(str(error), after=self._wait(response)) from None

    def _by_success(self, code: str | None) -> None:
        if self._success and code is None:
            raise Retryable(f"answers without {self._errors.code}")
        if code is not None and code not in self._success:
            raise Fatal(
                f"answers with the error code {_shown(code)}; look it up in its documentation, "
                "and put it into one of the lists under connection.errors"
            )

    def _code(self, response: httpx.Response) -> str | None:
        """The error code; also a check that a good answer is whole, so that it is asked again."""
        body = response.content
        if not response.is_success and self._errors.code is None:
            return None
        try:
            if paths.is_array(body):
                strict_json.records(body)
                return None
            strict_json.parts(body)
            if self._errors.code is None:
                return None
            found = paths.value_at(body, self._errors.code)
        except Retryable:
            if response.is_success:
                raise Retryable("sends an answer that is cut or no JSON") from None
            return None
        return None if found is None else _text(found)

    def _error(self, name: str, why: str, response: httpx.Response) -> SourceError:
        kind, text = KINDS[name]
        if kind is Retryable:
            return Retryable(f"{text} {why}", after=self._wait(response))
        return kind(f"{text} {why}")

    def _wait(self, response: httpx.Response) -> float | None:
        """Seconds that the answer asks us to wait, in one way or the other."""
        after = retry_after(response)
        return self._until_reset(response) if after is None else after

    def _until_reset(self, response: httpx.Response) -> float | None:
        header = self._errors.reset_header
        found = response.headers.get(header, "") if header else ""
        if not found.isdigit():
            return None
        return max(0.0, int(found) - self._clock().timestamp()) + 1


def _text(code: object) -> str:
    # Success is written `true` in YAML and in JSON; str() of both says True.
    return str(code)


def _shown(code: str) -> str:
    """The code, unless it is a text that could hold anything."""
    return code if re.fullmatch(r"[\w.\-]{1,60}", code) else "that is no short word"
