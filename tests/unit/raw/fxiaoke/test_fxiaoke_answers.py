"""What answers of 纷享销客 Fxiaoke mean, and what every question carries."""

from __future__ import annotations

import uuid
from typing import Any

import httpx
import pytest

from assets.raw.connector.errors import Fatal, Retryable, StopForToday, TokenRejected
from assets.raw.fxiaoke.answers import error_of, judge
from assets.raw.fxiaoke.asking import NewTraceId


def answer(body: bytes, status: int = 200) -> httpx.Response:
    return httpx.Response(
        status, content=body, request=httpx.Request("POST", "https://example.com")
    )


@pytest.mark.parametrize(
    ("codes", "kind"),
    [
        ((-1, -2, 50009, 14001, 30004), Retryable),
        ((20005, 20016, 11014), TokenRejected),
        ((30002,), StopForToday),
        ((30003, 10013, 15003, 20014, 20020, 20021, 20022, 20023, 10006, 20017, 4711), Fatal),
        (("20016",), TokenRejected),
        ((None, "no number"), Fatal),
    ],
)
def test_every_code_has_its_consequence(codes: tuple[Any, ...], kind: type[Exception]) -> None:
    for code in codes:
        error = error_of(code)
        assert type(error) is kind, code
        assert f"errorCode {code}" in str(error) or kind is Fatal


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (10006, "does not know the path, or the application lacks the scope"),
        (10002, "refuses the credentials; check app_id, app_secret and permanent_code"),
        (20015, "refuses the credentials"),
        (20014, "give the user a role that sees the object"),
        (30003, "buy the package 'Open API'"),
        (20012, "check user or user_mobile"),
        (20017, "check host and auth"),
        (15002, "check the API name of the object"),
        (4711, "look the code up in 全局返回码"),
    ],
)
def test_what_a_person_reads_fits_the_code(code: int, words: str) -> None:
    assert words in str(error_of(code))


def test_too_fast_waits_for_the_next_window() -> None:
    for code, after in ((30004, 20), (14001, 20), (-1, None)):
        error = error_of(code)
        assert isinstance(error, Retryable)
        assert error.after == after


def test_an_error_quotes_the_trace_but_never_the_message() -> None:
    body = '{"errorCode":20014,"errorMessage":"no right, 13800000000","traceId":"E-O.1 <b>"}'
    with pytest.raises(Fatal) as caught:
        judge(answer(body.encode()))
    assert "traceId E-O.1b" in str(caught.value)
    assert "13800000000" not in str(caught.value)


def test_an_answer_that_is_none_is_asked_for_again_or_refused() -> None:
    judge(answer(b'{"errorCode":0,"data":{}}'))
    judge(answer(b'{"data":{}}'))
    for body, kind in ((b'{"errorCode":0,"da', Retryable), (b"[]", Retryable), (b" <html>", Fatal)):
        with pytest.raises(kind):
            judge(answer(body))
    with pytest.raises(Retryable):
        judge(answer(b"", 502))


def test_every_attempt_has_a_trace_id_of_its_own() -> None:
    trace = NewTraceId()
    first, second = (httpx.QueryParams(trace)["thirdTraceId"] for _ in range(2))
    assert first != second
    assert uuid.UUID(first).version == 4
    assert len(trace) == 1
