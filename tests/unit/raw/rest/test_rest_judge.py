"""How long an answer of a REST system asks us to wait, in whatever way it says so."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from assets.raw.connector.errors import Retryable
from assets.raw.rest.judge import Judge
from assets.raw.rest.settings import Errors

NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)
ERRORS = Errors(code="errcode", success=[0], retry=[-1], reset_header="x-reset")
SENT = {"Date": "Fri, 01 Mar 2024 12:00:00 GMT"}
LATER = {"Retry-After": "Fri, 01 Mar 2024 12:00:08 GMT"}
RESET = {"x-reset": str(int(NOW.timestamp()) + 90)}


@pytest.mark.parametrize("status", [200, 429])
@pytest.mark.parametrize(
    ("headers", "after"),
    [
        ({"Retry-After": "5"}, 5),
        (SENT | LATER, 8),
        (SENT | LATER | RESET, 8),
        ({"Retry-After": "0"} | RESET, 0),
        (RESET, 91),
        ({"Retry-After": "\u00b2"}, None),
        ({}, None),
    ],
)
def test_how_long_to_wait(status: int, headers: dict[str, str], after: float | None) -> None:
    answer = httpx.Response(
        status, content=b'{"errcode":-1}', headers=httpx.Headers(headers, encoding="utf-8")
    )
    with pytest.raises(Retryable) as error:
        Judge(ERRORS, lambda: NOW)(answer)
    assert error.value.after == after


def test_a_status_asks_for_the_same() -> None:
    with pytest.raises(Retryable) as error:
        Judge(Errors(), lambda: NOW)(httpx.Response(503, headers=SENT | LATER))
    assert error.value.after == 8
