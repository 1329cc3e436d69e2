"""Followers, tags and daily figures of a 微信 WeChat account as wechatpy gets them, and faults."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from wechatpy.exceptions import APILimitedException, WeChatClientException

from assets.raw.connector.errors import Fatal, SourceError, StopForToday
from assets.raw.connector.model import Request, Window
from assets.raw.wechat.client import WeChat
from demo.servers.base import Answer, Fault
from demo.servers.wechat import WeChatServer, error_answer
from tests.integration.connectors.wechat_account import (
    Time,
    connection,
    follower,
    foreign_client,
    opened,
    pulled,
)

LIST = "/user/get"
BATCH = "/batchget"


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def server(time: Time) -> Iterator[WeChatServer]:
    with opened(time, 950, largest_list=400) as server:
        yield server


def test_the_same_followers_tags_and_figures_as_the_foreign_client(
    server: WeChatServer, time: Time, tmp_path: Path
) -> None:
    system = connection(server, tmp_path, time)
    with foreign_client(server) as client:
        openids = list(client.user.iter_followers())
        theirs = [
            row
            for start in range(0, len(openids), 100)
            for row in client.user.get_batch(openids[start : start + 100])
        ]
        assert len(theirs) == 950
        assert pulled(system, "followers") == theirs
        assert pulled(system, "tags") == client.tag.get()
        assert pulled(system, "tags")[0]["count"] == 317
        for stream, ask in (
            ("user_summary", client.datacube.get_user_summary),
            ("user_cumulate", client.datacube.get_user_cumulate),
        ):
            rows = pulled(system, stream, "increment")
            assert rows[: 7 * len(rows) // 61] == ask("2025-01-01", "2025-01-07")
            assert rows[-1]["ref_date"] == "2025-03-02"
        with pytest.raises(WeChatClientException, match="61501"):
            client.datacube.get_user_summary("2025-01-01", "2025-01-08")
        with pytest.raises(WeChatClientException, match="40032"):
            client.user.get_batch(openids[:101])
        server.day_quota = 0
        with pytest.raises(APILimitedException):
            client.user.get_followers()


def test_the_figures_go_on_where_they_ended(
    server: WeChatServer, time: Time, tmp_path: Path
) -> None:
    system = connection(server, tmp_path, time)
    first = pulled(system, "user_cumulate", "increment")
    assert len(first) == 61
    calls = server.count("getusercumulate")
    assert calls == 9
    time.pass_by(hours=2)
    assert [row["ref_date"] for row in pulled(system, "user_cumulate", "increment")] == [
        "2025-03-02"
    ]
    time.pass_by(days=3)
    second = pulled(system, "user_cumulate", "increment")
    assert [row["ref_date"][-2:] for row in second] == ["02", "03", "04", "05"]
    assert server.count("getusercumulate") == calls + 2


def test_who_left_is_not_in_the_next_list(server: WeChatServer, time: Time, tmp_path: Path) -> None:
    system = connection(server, tmp_path, time)
    assert len(pulled(system, "followers")) == 950
    # The one from whom the list goes on leaves, and one whose details were about to be asked for.
    server.plan(Fault(LIST, skip=1, act=lambda: server.unfollow("o000399")))
    server.plan(Fault(BATCH, skip=5, act=lambda: server.unfollow("o000555")))
    rows = pulled(system, "followers")
    assert len(rows) == 950
    assert [row["openid"] for row in rows if not row["subscribe"]] == ["o000555"]
    assert len(pulled(system, "followers")) == 948


@pytest.mark.parametrize("kind", ["stable", "classic"])
def test_a_revoked_token_is_renewed_once(
    server: WeChatServer, time: Time, tmp_path: Path, kind: str
) -> None:
    system = connection(server, tmp_path, time, token=kind)
    server.plan(Fault(BATCH, skip=2, act=server.revoke_tokens))
    assert len(pulled(system, "followers")) == 950
    assert server.issued == {kind: 2}
    server.plan(Fault(LIST, answer=error_answer(42001)))
    assert len(pulled(system, "followers")) == 950
    assert server.issued == {kind: 3}
    time.pass_by(hours=2)
    pulled(system, "tags")
    assert server.issued == {kind: 4}


@pytest.mark.parametrize(
    "fault",
    [
        Fault(LIST, skip=1, times=2, answer=Answer(429)),
        Fault(BATCH, skip=3, times=2, answer=Answer(502)),
        Fault(BATCH, skip=3, times=2, reset=True),
        Fault(BATCH, skip=3, times=2, cut=True),
        Fault(BATCH, skip=3, times=2, answer=error_answer(-1)),
        Fault(BATCH, skip=3, times=2, answer=error_answer(45011)),
        Fault(BATCH, skip=3, answer=Answer(200, b'{"user_info_list":[]}')),
        Fault(BATCH, skip=3, answer=Answer(200, b"{}")),
        Fault(LIST, skip=1, answer=error_answer(40003)),
        Fault("stable_token", times=2, answer=error_answer(-1)),
    ],
    ids=lambda fault: repr(fault)[:60],
)
def test_what_passes_is_waited_for(
    server: WeChatServer, time: Time, tmp_path: Path, fault: Fault
) -> None:
    server.plan(Fault(**vars(fault)))
    rows = pulled(connection(server, tmp_path, time), "followers")
    assert {row["openid"]: row for row in rows} == server.followers


def test_a_minute_quota_is_waited_out(time: Time, tmp_path: Path) -> None:
    with opened(time, 450, largest_list=400, minute_quota=3) as server:
        assert len(pulled(connection(server, tmp_path, time), "followers")) == 450
    assert time.slept == [60]


def test_the_day_quota_stops_and_the_next_day_goes_on(time: Time, tmp_path: Path) -> None:
    with opened(time, 950, largest_list=400, day_quota=7) as server:
        system = connection(server, tmp_path, time)
        with pytest.raises(StopForToday, match=r"social_wechat: .*no calls .*45009"):
            pulled(system, "followers")
        time.pass_by(days=1)
        assert len(pulled(system, "followers")) == 950
        assert server.count(LIST) == 2 + 3


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"app_secret": "much-too-secret"}, "refuses app_secret"),
        ({"app_id": "wxother"}, "does not know app_id"),
        ({"batch_size": 101}, "connection.batch_size"),
        ({"since": "2014-11-30"}, "no figures before 2014-12-01"),
        ({"colour": "red"}, "connection.colour is unknown"),
    ],
)
def test_wrong_settings_are_named_but_not_shown(
    server: WeChatServer, time: Time, tmp_path: Path, settings: dict[str, object], words: str
) -> None:
    with pytest.raises(SourceError, match=words) as caught:
        pulled(connection(server, tmp_path, time, **settings), "followers")
    assert str(caught.value).startswith("social_wechat: ")
    assert "much-too-secret" not in str(caught.value)


def test_what_only_the_owner_can_mend_is_said(
    server: WeChatServer, time: Time, tmp_path: Path
) -> None:
    for code, words in ((40164, "IP whitelist"), (48001, "must be verified"), (99999, "look the")):
        server.plan(Fault(LIST, answer=error_answer(code)))
        with pytest.raises(Fatal, match=words) as caught:
            pulled(connection(server, tmp_path, time), "followers")
        assert f"(errcode {code})" in str(caught.value)
    with pytest.raises(Fatal, match="has no stream fans"):
        pulled(connection(server, tmp_path, time), "fans")


def test_a_probe_says_what_there_is(server: WeChatServer, time: Time, tmp_path: Path) -> None:
    window = Window(None, time.now)
    with closing(WeChat(connection(server, tmp_path, time))) as connector:
        said = {
            stream: connector.probe(Request(stream, (), {}, window))
            for stream in ("followers", "tags", "user_summary")
        }
    assert said == {
        "followers": "950 followers",
        "tags": "1 tags",
        "user_summary": "days 2025-01-01 to 2025-03-02",
    }
    assert server.count() == 4


def test_nobody_follows_a_new_account(time: Time, tmp_path: Path) -> None:
    with opened(time, 0) as server:
        assert pulled(connection(server, tmp_path, time), "followers") == []
        server.follow(follower(1, unionid=None))
        assert pulled(connection(server, tmp_path, time), "followers")[0]["unionid"] is None
