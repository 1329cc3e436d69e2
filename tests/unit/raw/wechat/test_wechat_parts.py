"""The pure parts of the connector of 微信 WeChat: days, error codes, settings."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

import assets.raw.wechat
from assets.raw.connector.errors import (
    Fatal,
    PositionExpired,
    Retryable,
    StopForToday,
    TokenRejected,
)
from assets.raw.connector.model import Window
from assets.raw.connector.settings import checked_settings
from assets.raw.contract import load_contract
from assets.raw.wechat import days
from assets.raw.wechat.answers import error_of, judge
from assets.raw.wechat.settings import WeChatSettings


def settings(**changes: Any) -> WeChatSettings:
    given = {"app_id": "wx1", "app_secret": "hidden", "since": "2025-01-01"} | changes
    return checked_settings(WeChatSettings, given, "social_wechat")


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2025, 3, 3, 0, 0, tzinfo=UTC), date(2025, 3, 2)),
        (datetime(2025, 3, 2, 23, 59, tzinfo=UTC), date(2025, 3, 1)),
        (datetime(2025, 3, 2, 16, 30, tzinfo=UTC), date(2025, 3, 1)),
        (datetime(2025, 3, 3, 15, 59, tzinfo=UTC), date(2025, 3, 2)),
    ],
)
def test_the_figures_of_a_day_are_there_at_eight_in_beijing(moment: datetime, day: date) -> None:
    assert days.last_ready_day(moment, 8) == day


def test_a_pull_begins_where_the_last_one_ended() -> None:
    ended = datetime(2025, 3, 3, 1, 58, tzinfo=UTC)
    window = Window(ended, datetime(2025, 3, 5, 2, 0, tzinfo=UTC))
    assert days.first_state(window, settings()) == {"begin": "2025-03-02", "end": "2025-03-04"}
    assert days.first_state(window, settings(restated_days=0))["begin"] == "2025-03-03"
    later = settings(since="2025-03-04")
    assert days.first_state(window, later)["begin"] == "2025-03-04"
    assert days.first_state(Window(None, ended), settings())["begin"] == "2025-01-01"


def test_days_are_asked_for_in_whole_windows_without_a_gap() -> None:
    state: dict[str, Any] | None = {"begin": "2025-01-01", "end": "2025-01-16"}
    asked = []
    while state is not None:
        found = days.span(state, 7)
        assert found is not None
        asked.append(tuple(day.day for day in found))
        state = days.after(state, found[1])
    assert asked == [(1, 7), (8, 14), (15, 16)]
    assert days.span({"begin": "2025-01-02", "end": "2025-01-01"}, 7) is None


@pytest.mark.parametrize(
    ("codes", "kind"),
    [
        ((-1, 45011), Retryable),
        ((40001, 40014, 42001, "42001"), TokenRejected),
        ((45009,), StopForToday),
        ((40013, 40125, 40164, 40243, 48001, 50002, 61500, 61501, 40003, 4711, None), Fatal),
    ],
)
def test_every_code_has_its_consequence(codes: tuple[Any, ...], kind: type[Exception]) -> None:
    for code in codes:
        assert type(error_of(code)) is kind, code


def test_a_minute_is_waited_and_a_lost_place_begins_again() -> None:
    error = error_of(45011)
    assert isinstance(error, Retryable)
    assert error.after == 60
    assert isinstance(error_of(40003, is_listing=True), PositionExpired)


def test_an_error_never_quotes_the_address_or_the_message() -> None:
    request = httpx.Request("GET", "https://example.com/cgi-bin/user/get?access_token=hidden")
    body = b'{"errcode":40164,"errmsg":"invalid ip 203.0.113.9, hidden"}'
    with pytest.raises(Fatal) as caught:
        judge(httpx.Response(200, content=body, request=request))
    assert "hidden" not in str(caught.value)
    assert "203.0.113.9" not in str(caught.value)


def test_the_template_can_be_loaded() -> None:
    contract = load_contract(Path(assets.raw.wechat.__path__[0]) / "template.yml")
    streams = {entry.stream for entry in contract.objects.values()}
    assert streams == {"followers", "tags", "user_summary", "user_cumulate"}
    assert contract.connection is not None
    checked_settings(WeChatSettings, contract.connection.settings, contract.source)
    assert "hidden" not in repr(settings())
