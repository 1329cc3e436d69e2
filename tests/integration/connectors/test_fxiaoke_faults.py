"""Every fault of a 纷享销客 Fxiaoke: the pull is right in the end, or fails loudly by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assets.raw.connector.errors import SourceError
from demo.servers.base import Answer, Fault, json_answer
from demo.servers.fxiaoke import FxiaokeServer, error_answer
from tests.integration.connectors.fxiaoke_tenant import (
    Time,
    by_id,
    connection,
    filled,
    pulled,
    records_of,
)

QUERY = "/data/query"


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def server(time: Time) -> Iterator[FxiaokeServer]:
    with filled(time, 350) as server:
        yield server


@pytest.mark.parametrize(
    "fault",
    [
        Fault(QUERY, skip=1, times=2, answer=Answer(429)),
        Fault(QUERY, skip=1, times=2, answer=Answer(503)),
        Fault(QUERY, skip=1, times=2, reset=True),
        Fault(QUERY, skip=1, times=2, cut=True),
        Fault(QUERY, skip=1, delay=0.3),
        Fault(QUERY, skip=1, times=2, answer=error_answer(-1)),
        Fault(QUERY, skip=1, times=2, answer=error_answer(50009)),
        Fault(QUERY, skip=1, times=2, answer=error_answer(14001)),
        Fault(QUERY, skip=1, times=2, answer=error_answer(30004)),
        Fault(QUERY, skip=1, times=2, answer=Answer(200, b'{"errorCode":0,"data":{"dataL')),
        Fault(QUERY, skip=1, times=1, answer=json_answer({"errorCode": 0, "data": {}})),
        Fault("token", times=2, answer=error_answer(-1)),
        Fault("describe", times=2, reset=True),
    ],
    ids=lambda fault: repr(fault)[:70],
)
def test_what_passes_is_waited_for(
    server: FxiaokeServer, time: Time, tmp_path: Path, fault: Fault
) -> None:
    server.plan(Fault(**vars(fault)))
    http = {"calls": 100_000, "attempts": 4, "timeout_seconds": 0.2 if fault.delay else 5}
    landed = pulled(connection(server, tmp_path, time, http=http))
    records = records_of(landed)
    assert by_id(records) == server.records["LeadsObj"]
    assert len(records) == 350
    assert time.slept


def test_a_pause_is_as_long_as_the_window_that_counts_calls(
    server: FxiaokeServer, time: Time, tmp_path: Path
) -> None:
    server.plan(Fault(QUERY, times=3, answer=error_answer(30004)))
    pulled(connection(server, tmp_path, time))
    assert time.slept == [20, 20, 20]


def test_too_many_calls_are_waited_out(time: Time, tmp_path: Path) -> None:
    with filled(time, 350, calls=2) as server:
        landed = pulled(connection(server, tmp_path, time, page_size=50))
        assert by_id(records_of(landed)) == server.records["LeadsObj"]
        assert server.codes[30004] == 3


@pytest.mark.parametrize("auth", ["app_secret", "corp_token"])
def test_a_revoked_token_is_renewed_once(
    server: FxiaokeServer, time: Time, tmp_path: Path, auth: str
) -> None:
    server.plan(Fault(QUERY, skip=2, act=server.revoke_token))
    landed = pulled(connection(server, tmp_path, time, auth=auth))
    assert by_id(records_of(landed)) == server.records["LeadsObj"]
    assert server.tokens.issued == 2
    for code in (20005, 11014):
        server.plan(Fault("describe", answer=error_answer(code)))
        time.pass_by(hours=1)
        pulled(connection(server, tmp_path, time, auth=auth))


def test_a_token_that_is_never_taken_fails_by_name(
    server: FxiaokeServer, time: Time, tmp_path: Path
) -> None:
    server.plan(Fault(QUERY, times=9, answer=error_answer(20016)))
    with pytest.raises(SourceError, match=r"rejects the access token \(errorCode 20016") as caught:
        pulled(connection(server, tmp_path, time))
    assert "demo-token" not in str(caught.value)
    assert server.count(QUERY) == 2


def test_a_page_that_comes_twice_is_asked_for_again(
    server: FxiaokeServer, time: Time, tmp_path: Path
) -> None:
    rows = [server.records["LeadsObj"][key] for key in sorted(server.records["LeadsObj"])[:100]]
    twice = json_answer({"errorCode": 0, "data": {"total": 0, "limit": 100, "dataList": rows}})
    server.plan(Fault(QUERY, skip=1, answer=twice))
    records = records_of(pulled(connection(server, tmp_path, time)))
    assert by_id(records) == server.records["LeadsObj"]
    assert len(records) == 350
    time.pass_by(days=1)
    for key in list(server.records["LeadsObj"]):
        server.edit("LeadsObj", key)
    server.plan(Fault(QUERY, skip=1, times=9, answer=twice))
    with pytest.raises(SourceError, match="a page that was there before, 3 times"):
        pulled(connection(server, tmp_path, time))


def test_deletes_between_two_pages_lose_nobody_else(
    server: FxiaokeServer, time: Time, tmp_path: Path
) -> None:
    ids = sorted(server.records["LeadsObj"])

    def delete() -> None:
        for key in (*ids[90:100], *ids[300:310]):
            server.delete("LeadsObj", key)

    server.plan(Fault(QUERY, skip=1, act=delete))
    records = by_id(records_of(pulled(connection(server, tmp_path, time))))
    assert set(records) == {*ids[:300], *ids[310:]}


def test_a_smaller_page_than_asked_for_is_no_end(time: Time, tmp_path: Path) -> None:
    rows = [{"_id": f"{number:024x}"} for number in range(60)]
    with filled(time, 0) as server:
        for part in (rows[:50], rows[50:]):
            answer = {"errorCode": 0, "data": {"limit": 50, "dataList": part}}
            server.plan(Fault(QUERY, answer=json_answer(answer)))
        assert records_of(pulled(connection(server, tmp_path, time))) == rows


def test_the_web_pages_of_a_wrong_host_are_no_answer(
    server: FxiaokeServer, time: Time, tmp_path: Path
) -> None:
    server.plan(Fault("token", answer=Answer(200, b"<html>", {"Content-Type": "text/html"})))
    with pytest.raises(SourceError, match="host must be the API host of your cloud"):
        pulled(connection(server, tmp_path, time))


def test_losing_the_system_keeps_what_was_landed(
    server: FxiaokeServer, time: Time, tmp_path: Path
) -> None:
    system = connection(server, tmp_path, time)
    server.plan(Fault(QUERY, skip=2, times=4, answer=Answer(503)))
    with pytest.raises(SourceError, match=r"crm_fxiaoke: .*status 503; tried 4 times"):
        pulled(system)
    before = server.count(QUERY)
    assert by_id(records_of(pulled(system))) == server.records["LeadsObj"]
    assert server.count(QUERY) - before == 2
