"""One system's HTTP side: connections, waiting for the rate limit, tokens, retries.

httpx asks, pyrate-limiter counts, tenacity repeats; what an answer means is the judge's to say.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import httpx
import tenacity
from pyrate_limiter import Limiter, Rate

from assets.raw.connector.answers import judge_status, moment, transport_errors
from assets.raw.connector.errors import (
    Fatal,
    PositionExpired,
    Retryable,
    SourceError,
    StopForToday,
    TokenRejected,
)
from assets.raw.connector.model import Connection
from assets.raw.connector.settings import HttpSettings, checked_settings, http_settings
from pipelines.runtime.private_files import written_whole

__all__ = ["Api", "GaveUp", "HttpSettings", "checked_settings", "http_settings", "judge_status"]

LONGEST_WAIT_SECONDS = 600
"""A system that asks us to wait longer than this is done with us for the night."""

# Some systems take the token in the query, and httpx logs the address of every request.
for noisy in ("httpx", "httpcore"):
    logging.getLogger(noisy).setLevel(logging.WARNING)

Answer = TypeVar("Answer")
Judge = Callable[[httpx.Response], None]
Authorize = Callable[[str | None], dict[str, str]]


@cache
def _trusted_authorities() -> ssl.SSLContext:
    """Read once in a process: it takes longer than a request."""
    return httpx.create_ssl_context()


class GaveUp(SourceError):  # noqa: N818
    """Every attempt failed; the next run goes on where this one stopped."""


class Api:
    """Asks one system, as often and as fast as it may be asked.

    Args:
        connection: Whose settings, clock and sleep are used.
        base_url: Address that paths are relative to.
        authorize: Gives the headers of a request, the token in the first; called with None, or
            with the token that was rejected.
        judge: Raises what is wrong with an answer, returns when it is good.
        http: Defaults of the system for what the contract does not say.
    """

    def __init__(
        self,
        connection: Connection,
        base_url: str = "",
        *,
        authorize: Authorize | None = None,
        judge: Judge = judge_status,
        http: Mapping[str, Any] | None = None,
    ) -> None:
        self._source = connection.source
        self._sleep = connection.sleep
        self._authorize = authorize
        self._judge = judge
        self._settings = http_settings(connection, http)
        self._limiter = Limiter(
            Rate(self._settings.calls, max(1, int(self._settings.per_seconds * 1000))), buffer_ms=1
        )
        self._client = httpx.Client(
            base_url=base_url,
            verify=_trusted_authorities(),
            timeout=httpx.Timeout(self._settings.timeout_seconds, pool=None),
            limits=httpx.Limits(max_connections=self._settings.concurrency),
            headers={"User-Agent": "customer-360-warehouse"},
        )
        self.server_time: datetime | None = None

    def send(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send a request until there is a good answer.

        Raises:
            SourceError: there will be none, and why.
        """

        def ask(authorization: Mapping[str, str]) -> httpx.Response:
            response = self._client.request(
                method,
                url,
                params=params,
                json=json,
                data=data,
                headers={**authorization, **(headers or {})},
            )
            self._look_at_clock(response)
            self._judge(response)
            return response

        return self._until_good(ask)

    def stream_to(
        self, method: str, url: str, target: Path, *, headers: Mapping[str, str] | None = None
    ) -> None:
        """Send a request and write the good answer's body to a file, whole or not at all.

        Raises:
            SourceError: there will be no good answer, and why.
        """

        def ask(authorization: Mapping[str, str]) -> None:
            with self._client.stream(
                method,
                url,
                headers={**authorization, **(headers or {})},
                follow_redirects=True,
            ) as response:
                if not response.is_success:
                    response.read()
                self._judge(response)
                with written_whole(target) as handle:
                    for chunk in response.iter_bytes():
                        handle.write(chunk)

        self._until_good(ask)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _until_good(self, ask: Callable[[Mapping[str, str]], Answer]) -> Answer:
        try:
            for attempt in self._attempts():
                with attempt:
                    return self._with_token(ask)
        except Retryable as error:
            tried = f"tried {self._settings.attempts} times; run again later"
            raise GaveUp(f"{self._source}: the system {error}; {tried}") from None
        except (Fatal, StopForToday, PositionExpired, TokenRejected) as error:
            raise type(error)(self._named(str(error))) from None
        raise AssertionError("tenacity ends with an answer or an error")

    def _named(self, text: str) -> str:
        # A token request fails inside another request, and has its name already.
        name = f"{self._source}: "
        return text if text.startswith(name) else f"{name}the system {text}"

    def _attempts(self) -> tenacity.Retrying:
        return tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self._settings.attempts),
            retry=tenacity.retry_if_exception_type(Retryable),
            wait=self._wait,
            sleep=self._sleep,
            reraise=True,
        )

    def _wait(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, Retryable) and error.after is not None:
            return error.after
        backoff = tenacity.wait_random_exponential(self._settings.first_wait_seconds, max=60)
        return float(backoff(state))

    def _with_token(self, ask: Callable[[Mapping[str, str]], Answer]) -> Answer:
        """Ask; when the token is rejected, ask once more with a new one."""
        if self._authorize is None:
            return self._once(ask, {})
        authorization = self._authorize(None)
        try:
            return self._once(ask, authorization)
        except TokenRejected:
            return self._once(ask, self._authorize(_credential(authorization)))

    def _once(
        self, ask: Callable[[Mapping[str, str]], Answer], authorization: Mapping[str, str]
    ) -> Answer:
        self._limiter.try_acquire(self._source)
        with transport_errors():
            try:
                return ask(authorization)
            except Retryable as error:
                if error.after is not None and error.after > LONGEST_WAIT_SECONDS:
                    raise StopForToday(
                        f"asks for a pause of {error.after:.0f} seconds; run again after it"
                    ) from None
                raise

    def _look_at_clock(self, response: httpx.Response) -> None:
        if date := response.headers.get("Date"):
            self.server_time = moment(date)


def _credential(authorization: Mapping[str, str]) -> str:
    """The token, without the word before it."""
    return next(iter(authorization.values()), "").rpartition(" ")[2]
