"""An invented 微信 WeChat official account, its clock, and a connection to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from wechatpy import WeChatClient

from assets.raw.connector.model import Connection
from assets.raw.connector.pull import Wanted, pull
from assets.raw.connector.pulls import Pull
from assets.raw.wechat.client import WeChat
from demo.servers.wechat import DEMO_APP_ID, DEMO_APP_SECRET, WeChatServer
from tests.integration.connectors import clock
from tests.integration.connectors.fxiaoke_tenant import redirect

START = datetime(2025, 3, 3, 2, 0, 0, tzinfo=UTC)
"""Ten in the morning in Beijing: the figures of the day before are there."""

FIRST_DAY = date(2025, 1, 1)


class Time(clock.Time):
    """The clock of these tests."""

    def __init__(self, start: datetime = START) -> None:
        super().__init__(start)


def follower(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "subscribe": 1,
        "openid": f"o{number:06}",
        "language": "zh_CN",
        "subscribe_time": 1_700_000_000 + number,
        "unionid": f"u{number:06}",
        "remark": "",
        "groupid": 0,
        "tagid_list": [2] if number % 3 == 0 else [],
        "subscribe_scene": "ADD_SCENE_QR_CODE",
        "qr_scene": number,
        "qr_scene_str": "门店",
    } | changes


def opened(time: Time, followers: int, **how: Any) -> WeChatServer:
    """An account with followers, a tag and the figures of every day until March."""
    server = WeChatServer(time, **how)
    server.follow(*(follower(number) for number in range(followers)))
    server.tags.append({"id": 2, "name": "星标组"})
    for number in range(90):
        day = (FIRST_DAY + timedelta(days=number)).isoformat()
        server.cumulates.append({"ref_date": day, "user_source": 0, "cumulate_user": 1000 + number})
        for source in (0, 30):
            figures = {"new_user": number + source, "cancel_user": 1}
            server.summaries.append({"ref_date": day, "user_source": source} | figures)
    return server


def connection(server: WeChatServer, home: Path, time: Time, **settings: Any) -> Connection:
    """A connection that never waits in earnest."""
    return Connection(
        source="social_wechat",
        settings={
            "app_id": DEMO_APP_ID,
            "app_secret": DEMO_APP_SECRET,
            "api_url": server.url,
            "since": FIRST_DAY.isoformat(),
            "http": {"calls": 100_000, "attempts": 4, "timeout_seconds": 5},
        }
        | settings,
        home=home,
        clock=time,
        sleep=time.sleep,
    )


def pulled(connection: Connection, stream: str, delivery: str = "snapshot") -> list[dict[str, Any]]:
    """Pull a stream as a run does; the records that it brought."""
    with closing(WeChat(connection)) as connector:
        return records_of(pull(connection, connector, Wanted(stream, delivery)))


def records_of(landed: Pull) -> list[dict[str, Any]]:
    return [json.loads(line) for page in landed.pages for line in page.lines()]


@contextmanager
def foreign_client(server: WeChatServer) -> Iterator[WeChatClient]:
    """The client wechatpy, pointed at the server."""
    client = WeChatClient(DEMO_APP_ID, DEMO_APP_SECRET)
    redirect(client._http, "https://api.weixin.qq.com", server.url)
    try:
        yield client
    finally:
        client._http.close()
