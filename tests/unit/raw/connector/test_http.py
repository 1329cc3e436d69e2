"""Asking a system: what is asked again, what is given up, and what a message never tells."""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from assets.raw.connector.errors import (
    Fatal,
    PositionExpired,
    Retryable,
    SourceError,
    StopForToday,
    TokenRejected,
)
from assets.raw.connector.http import GaveUp, judge_status
from demo.servers.base import Answer, Fault, Request
from tests.unit.raw.connector.books import Shelf
from tests.unit.raw.connector.echo_server import (
    BODY,
    QUERY,
    TOKEN,
    EchoServer,
    api_of,
    assert_tells_nothing,
    busy,
)

DATE = "Sun, 31 Dec 2017 02:00:00 GMT"


@pytest.mark.parametrize(
    ("fault", "waits"),
    [
        (Fault(answer=busy()), None),
        (Fault(answer=busy(Retry_After="7")), 7),
        (Fault(answer=busy(Retry_After="0")), 0),
        (Fault(answer=busy(Retry_After="soon")), None),
        (Fault(answer=busy(Retry_After="Sun, 31 Dec 2017 02:00:00 GMT")), 0),
        (Fault(answer=Answer(500, BODY.encode())), None),
        (Fault(answer=Answer(503, b"", {"Retry-After": "3"})), 3),
        (Fault(answer=Answer(408)), None),
        (Fault(reset=True), None),
        (Fault(cut=True), None),
        (Fault(delay=0.2), None),
    ],
)
def test_what_passes_is_asked_again(
    server: EchoServer, tmp_path: Path, fault: Fault, waits: float | None
) -> None:
    shelf = Shelf()
    server.plan(fault)
    http = {"timeout_seconds": 0.1} if fault.delay else {}
    with api_of(server, tmp_path, shelf, http=http) as api:
        assert api.send("GET", "/ok", params={"a": "b"}).json()["asked"] == {"a": "b"}
    assert server.count("/ok") == 2
    assert len(shelf.slept) == 1
    if waits is None:
        assert 0 <= shelf.slept[0] <= 0.5
    else:
        assert shelf.slept == [waits]


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("Sun, 31 Dec 2017 02:00:09 GMT", 9),
        ("Sun, 31 Dec 2017 02:00:09 -0000", 9),
        ("Sun, 31 Dec 2017 10:00:09 +0800", 9),
        ("Sun, 31 Dec 2017 01:59:00 GMT", 0),
        ("Sun, 99 Dec 99999999999 02:00:09 GMT", None),
        ("²", None),
        ("1.5", None),
        ("", None),
    ],
)
def test_how_long_the_system_asks_us_to_wait(text: str, after: float | None) -> None:
    headers = httpx.Headers({"Retry-After": text, "Date": DATE}, encoding="utf-8")
    with pytest.raises(Retryable) as error:
        judge_status(httpx.Response(429, headers=headers))
    assert error.value.after == after


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        (Fault(times=9, answer=Answer(502, BODY.encode())), GaveUp, "answers with status 502"),
        (Fault(times=9, answer=busy()), GaveUp, "status 429; tried 3 times; run again later"),
        (Fault(times=9, reset=True), GaveUp, "broke the connection off; tried 3 times"),
        (Fault(times=9, cut=True), GaveUp, "broke the connection off"),
        (Fault(answer=busy(Retry_After="86400")), StopForToday, "a pause of 86400 seconds"),
        (Fault(answer=Answer(401, BODY.encode())), TokenRejected, "rejects the credentials"),
        (Fault(answer=Answer(403, BODY.encode())), Fatal, "give the credentials the scope"),
        (Fault(answer=Answer(404, BODY.encode())), Fatal, "check address and options"),
        (Fault(answer=Answer(301, b"", {"Location": f"/x?{TOKEN}"})), Fatal, "has moved"),
        (Fault(answer=Answer(303, b"", {"Location": f"/x?{TOKEN}"})), Fatal, "status 303"),
    ],
)
def test_what_does_not_pass_is_told_in_one_line(
    server: EchoServer, tmp_path: Path, fault: Fault, kind: type[SourceError], words: str
) -> None:
    server.plan(fault)
    shelf = Shelf()
    with api_of(server, tmp_path, shelf) as api, pytest.raises(SourceError) as error:
        api.send("GET", "/ok", params=QUERY)
    assert type(error.value) is kind
    assert words in str(error.value)
    assert str(error.value).startswith("shop: the system ")
    assert len(shelf.slept) == (2 if kind is GaveUp else 0)
    assert_tells_nothing(server, error.value)


def test_nothing_of_a_request_is_logged(
    server: EchoServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), api_of(server, tmp_path) as api:
        api.send("GET", "/ok", params=QUERY)
    for secret in (TOKEN, BODY, *QUERY.values()):
        assert secret not in caplog.text


@pytest.mark.parametrize(
    ("base_url", "words"),
    [
        ("shop.example.com", "write it as https://"),
        ("ftp://shop.example.com", "write it as https://"),
        ("http://127.0.0.1:1", "cannot be reached"),
    ],
)
def test_an_address_that_is_none(
    server: EchoServer, tmp_path: Path, base_url: str, words: str
) -> None:
    with api_of(server, tmp_path, base_url=base_url) as api, pytest.raises(SourceError) as error:
        api.send("GET", "/ok")
    assert words in str(error.value)
    assert base_url not in str(error.value)


def test_the_judge_of_a_system_has_the_say(server: EchoServer, tmp_path: Path) -> None:
    def judge(response: object) -> None:
        raise PositionExpired("forgot the page token")

    with api_of(server, tmp_path, judge=judge) as api, pytest.raises(PositionExpired) as error:
        api.send("GET", "/ok")
    assert str(error.value) == "shop: the system forgot the page token"


def test_no_window_has_more_calls_than_allowed(server: EchoServer, tmp_path: Path) -> None:
    with api_of(server, tmp_path, http={"calls": 4, "per_seconds": 0.15}) as api:
        began = time.monotonic()
        for _ in range(10):
            api.send("GET", "/ok")
    # Ten calls need a third window; a busy machine may take longer, never less.
    assert time.monotonic() - began > 2 * 0.14


def test_repeated_calls_count_too(server: EchoServer, tmp_path: Path) -> None:
    server.plan(Fault(times=2, answer=busy(Retry_After="0")))
    with api_of(server, tmp_path, http={"calls": 1, "per_seconds": 0.1}) as api:
        began = time.monotonic()
        api.send("GET", "/ok")
        api.send("GET", "/ok")
    assert server.count("/ok") == 4
    assert time.monotonic() - began > 3 * 0.09


class CrowdedServer(EchoServer):
    """Counts how many requests it has at once."""

    here = peak = 0

    def answer(self, request: Request) -> tuple[Answer | None, Fault | None]:
        with self.lock:
            self.here += 1
            self.peak = max(self.peak, self.here)
        time.sleep(0.1)
        with self.lock:
            self.here -= 1
        return super().answer(request)


@pytest.mark.parametrize("allowed", [1, 2])
def test_threads_share_as_many_connections_as_allowed(tmp_path: Path, allowed: int) -> None:
    with (
        CrowdedServer() as server,
        api_of(server, tmp_path, http={"concurrency": allowed}) as api,
        ThreadPoolExecutor(4) as threads,
    ):
        assert len(list(threads.map(lambda _: api.send("GET", "/ok"), range(4)))) == 4
    assert server.peak == allowed


@pytest.mark.parametrize(
    ("date", "clock"),
    [
        (DATE, datetime(2017, 12, 31, 2, tzinfo=UTC)),
        ("Sun, 31 Dec 2017 02:00:00 -0000", datetime(2017, 12, 31, 2, tzinfo=UTC)),
        ("yesterday", None),
    ],
)
def test_the_clock_of_the_system(
    server: EchoServer, tmp_path: Path, date: str, clock: datetime | None
) -> None:
    with api_of(server, tmp_path) as api:
        api._look_at_clock(_Dated(date))  # type: ignore[arg-type]
        assert api.server_time == clock
        api.send("GET", "/ok")
        assert api.server_time is not None


class _Dated:
    def __init__(self, date: str) -> None:
        self.headers = {"Date": date}
