"""The templates of social platforms against their shapes, as far as these are known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from assets.raw.connector.errors import StopForToday, TokenRejected
from assets.raw.connector.model import Connection
from assets.raw.rest.client import Rest
from demo.servers.base import Fault, json_answer
from demo.servers.cursors import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN, CursorServer
from demo.servers.weibo import ACCESS_TOKEN, WeiboServer
from tests.integration.connectors.listings import (
    START,
    TEMPLATES,
    Clock,
    connect,
    everything,
    pull_of,
    template_settings,
    wanted_of,
)

WEIBO = TEMPLATES / "weibo.yml"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def weibo(clock: Clock) -> Iterator[WeiboServer]:
    with WeiboServer(clock) as running:
        for number in range(1, 41):
            moment = START - timedelta(days=41 - number)
            for listing in ("statuses", "mentions", "comments"):
                running.write(listing, 5_000_000_000_000_000 + number, moment)
        yield running


@pytest.fixture
def account(weibo: WeiboServer, clock: Clock, tmp_path: Path) -> Connection:
    variables = {"WEIBO_ACCESS_TOKEN": ACCESS_TOKEN, "WEIBO_UID": "1000"}
    settings = template_settings(WEIBO, variables, base_url=f"{weibo.url}/2")
    for stream in settings["streams"].values():
        stream["paging"] = {**stream["paging"], "size": 9}
    return connect(tmp_path, clock, settings)


def ids(connection: Connection, template: Path, name: str) -> list[Any]:
    records = pull_of(Rest, connection, wanted_of(template, name))
    return [record["id"] for record in records]


@pytest.mark.parametrize(
    ("name", "listing"),
    [("posts", "statuses"), ("mentions", "mentions"), ("comments", "comments")],
)
def test_weibo_is_read_backwards_to_its_beginning(
    weibo: WeiboServer, account: Connection, name: str, listing: str
) -> None:
    ids(account, WEIBO, name)
    assert everything(account.home, name) == weibo.rows[listing]


def test_weibo_is_read_backwards_to_the_last_pull(
    weibo: WeiboServer, account: Connection, clock: Clock
) -> None:
    ids(account, WEIBO, "mentions")
    before = weibo.count("/mentions")
    clock.forward(days=1)
    weibo.write("mentions", 5_000_000_000_000_041, clock.now)
    weibo.write("mentions", 5_000_000_000_000_099, START - timedelta(days=9))  # pinned: old, on top
    ids(account, WEIBO, "mentions")
    assert everything(account.home, "mentions") == weibo.rows["mentions"]
    assert weibo.count("/mentions") <= before + 2


def test_weibo_posts_that_appear_or_vanish_meanwhile_move_none_out(
    weibo: WeiboServer, account: Connection, clock: Clock
) -> None:
    def meanwhile() -> None:
        weibo.write("statuses", 5_000_000_000_000_050, clock.now)
        weibo.remove("statuses", 5_000_000_000_000_039)
        weibo.remove("statuses", 5_000_000_000_000_024)  # the last of a page

    weibo.plan(Fault(path="timeline", skip=2, act=meanwhile))
    found = set(ids(account, WEIBO, "posts"))
    assert set(weibo.rows["statuses"]) - found == {5_000_000_000_000_050}
    clock.forward(days=1)
    ids(account, WEIBO, "posts")
    assert set(weibo.rows["statuses"]) <= set(everything(account.home, "posts"))


@pytest.mark.parametrize(
    ("code", "kind", "text"),
    [
        (10023, StopForToday, "no quota left for today"),
        (21327, TokenRejected, "rejects the credentials"),
    ],
)
def test_weibo_codes_are_sorted(
    weibo: WeiboServer, account: Connection, code: int, kind: type[Exception], text: str
) -> None:
    body = {"error_code": code, "error": "…", "request": "/2/…"}
    weibo.plan(Fault(path="mentions", times=2, answer=json_answer(body, 403)))
    with pytest.raises(kind, match=text):
        ids(account, WEIBO, "mentions")


@pytest.fixture
def cursors(clock: Clock) -> Iterator[CursorServer]:
    with CursorServer(clock) as running:
        yield running


def test_x_is_read_by_tokens_until_there_is_none(
    cursors: CursorServer, clock: Clock, tmp_path: Path
) -> None:
    template = TEMPLATES / "x.yml"
    variables = {"X_BEARER_TOKEN": "demo", "X_USER_ID": "42"}
    settings = template_settings(template, variables, base_url=f"{cursors.url}/2")
    connection = connect(tmp_path, clock, settings)
    assert sorted(map(int, ids(connection, template, "posts"))) == sorted(cursors.rows)
    clock.forward(days=30)
    assert len(ids(connection, template, "posts")) == 7  # the days that are looked back
    clock.forward(days=30)  # nothing in the window: there is no array at all
    assert ids(connection, template, "posts") == []
    reset = str(int(clock().timestamp()) + 60)
    limit = json_answer({}, 429, X_Rate_Limit_Reset=reset)
    cursors.plan(Fault(path="mentions", answer=limit))
    ids(connection, template, "mentions")
    assert clock.waited == [61]


def test_meta_stops_where_no_next_page_is_named(
    cursors: CursorServer, clock: Clock, tmp_path: Path
) -> None:
    template = TEMPLATES / "meta.yml"
    variables = {"META_PAGE_TOKEN": "demo", "META_PAGE_ID": "page"}
    settings = template_settings(template, variables, base_url=f"{cursors.url}/graph")
    connection = connect(tmp_path, clock, settings)
    assert sorted(ids(connection, template, "posts")) == sorted(cursors.rows)
    assert cursors.count("/graph/page/posts") == 3
    comments = pull_of(Rest, connection, wanted_of(template, "comments"))
    assert {comment["_parent"]["id"] for comment in comments} == set(cursors.rows)


def test_douyin_is_read_to_its_end_with_a_token_that_is_renewed(
    cursors: CursorServer, clock: Clock, tmp_path: Path
) -> None:
    template = TEMPLATES / "douyin.yml"
    variables = {
        "DOUYIN_CLIENT_KEY": CLIENT_ID,
        "DOUYIN_CLIENT_SECRET": CLIENT_SECRET,
        "DOUYIN_REFRESH_TOKEN": REFRESH_TOKEN,
        "DOUYIN_OPEN_ID": "demo-open-id",
    }
    settings = template_settings(template, variables, base_url=f"{cursors.url}/douyin")
    flat = {"token": "access_token", "expires_in": "expires_in", "renewed": "refresh_token"}
    settings["auth"] |= {"token_url": f"{cursors.url}/oauth/token", **flat}
    cursors.rotates = True
    cursors.allows = lambda request: request.headers.get("access-token") == cursors.token.value
    connection = connect(tmp_path, clock, settings)

    def videos() -> list[int]:
        found = pull_of(Rest, connection, wanted_of(template, "videos"))
        return [int(video["item_id"]) for video in found]

    assert sorted(videos()) == sorted(cursors.rows)
    clock.forward(days=40)
    videos()
    clock.forward(days=1)
    assert videos() == list(range(25, 15, -1))  # one page, all of it too old
