"""What goes wrong with a system: right in the end, or loud, with what was landed kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assets.raw.connector.errors import Fatal, SourceError, StopForToday
from assets.raw.rest.client import Rest
from demo.servers.base import Answer, Fault, Request, json_answer
from demo.servers.cursors import CursorServer
from tests.integration.connectors.listings import (
    START,
    Clock,
    asked,
    connect,
    drained,
    everything,
    ids,
    pulled,
)

ERRORS = {
    "code": "errcode",
    "success": [0],
    "retry": [-1],
    "stop_for_today": [45009],
    "position_expired": [40013],
    "fatal": [48001],
    "reset_header": "x-reset",
    "statuses": {"empty": [204], "position_expired": [410], "retry": [420]},
}
SEARCH = {
    "path": "search",
    "method": "POST",
    "body": {"from": "{lower:epoch_ms}", "to": "{upper:epoch_ms}"},
    "records": "data.list",
    "paging": {
        "kind": "page_token",
        "token": "data.token",
        "parameter": "page.token",
        "in": "body",
        "more": "data.more",
    },
}


@pytest.fixture
def server() -> Iterator[CursorServer]:
    with CursorServer(lambda: START) as running:
        yield running


def settings(server: CursorServer, **more: Any) -> dict[str, Any]:
    return {"base_url": server.url, "errors": ERRORS, "streams": {"rows": SEARCH}, **more}


TRANSIENT = {
    "429 without a word": Fault(skip=1, times=2, answer=json_answer({}, 429)),
    "500": Fault(skip=1, times=2, answer=json_answer({}, 500)),
    "a status of its own": Fault(skip=1, answer=json_answer({}, 420)),
    "busy in 200": Fault(skip=1, times=2, answer=json_answer({"errcode": -1})),
    "no code": Fault(skip=1, answer=json_answer({"data": {"list": []}})),
    "reset": Fault(skip=1, reset=True),
    "slow": Fault(skip=1, delay=0.3),
    "cut body": Fault(skip=1, cut=True),
    "half a JSON": Fault(skip=1, answer=Answer(200, b'{"errcode":0,"data":{"list":[{"id":1}')),
    "no UTF-8": Fault(skip=1, answer=Answer(200, b'{"errcode":0,"data":"\xff"}')),
    "more, but not where": Fault(
        skip=1, answer=json_answer({"errcode": 0, "data": {"list": [], "more": True}})
    ),
}


@pytest.mark.parametrize("fault", TRANSIENT)
def test_what_passes_is_waited_for(server: CursorServer, tmp_path: Path, fault: str) -> None:
    planned = TRANSIENT[fault]
    server.plan(Fault(**{**vars(planned), "path": "/search"}))
    hurried = settings(server, http={"timeout_seconds": 0.2} if fault == "slow" else {})
    found = pulled(Rest, connect(tmp_path, Clock(), hurried), stream="rows")
    assert [row["id"] for row in found] == sorted(server.rows)


def test_the_system_says_how_long_to_wait(server: CursorServer, tmp_path: Path) -> None:
    clock = Clock()
    reset = str(int(START.timestamp()) + 90)
    server.plan(Fault(path="/search", answer=json_answer({}, 429, x_reset=reset)))
    server.plan(Fault(path="/search", answer=json_answer({}, 429, Retry_After="17")))
    busy = json_answer({"errcode": -1}, Retry_After="5")
    server.plan(Fault(path="/search", answer=busy))
    drained(Rest, connect(tmp_path, clock, settings(server)), asked("rows", START))
    assert clock.waited == [91, 17, 5]


LOUD = {
    "unknown code": (json_answer({"errcode": 7}), Fatal, "the error code 7"),
    "fatal code": (json_answer({"errcode": 48001}), Fatal, "code 48001"),
    "long code": (json_answer({"errcode": "x y" * 40}), Fatal, "that is no short word"),
    "quota": (json_answer({"errcode": 45009}), StopForToday, "no quota left for today"),
    "long pause": (json_answer({}, 429, Retry_After="4000"), StopForToday, "pause of 4000"),
    "404": (json_answer({}, 404), Fatal, "status 404"),
    "403": (json_answer({}, 403), Fatal, "scope"),
    "moved": (Answer(301, b"", {"Location": "https://other.example.com"}), Fatal, "has moved"),
    "no array": (json_answer({"errcode": 0, "data": {}}), Fatal, "no array at records"),
    "object": (json_answer({"errcode": 0, "data": {"list": {}}}), Fatal, "no array at records"),
    "always busy": (json_answer({}, 503), SourceError, "tried 4 times"),
}


@pytest.mark.parametrize("fault", LOUD)
def test_what_stays_is_loud_and_the_next_run_goes_on(
    server: CursorServer, tmp_path: Path, fault: str
) -> None:
    answer, kind, text = LOUD[fault]
    times = 4 if fault == "always busy" else 1
    server.plan(Fault(path="/search", skip=1, times=times, answer=answer))
    connection = connect(tmp_path, Clock(), settings(server))
    with pytest.raises(kind, match=f"^trial: rows: the system .*{text}"):
        pulled(Rest, connection, stream="rows")
    asked_before = server.count("/search")
    pulled(Rest, connection, stream="rows")
    assert sorted(everything(tmp_path, "rows")) == sorted(server.rows)
    assert server.count("/search") == asked_before + 2  # not from the beginning: three pages


@pytest.mark.parametrize("answer", [json_answer({"errcode": 40013}), json_answer({}, 410)])
def test_a_forgotten_position_starts_the_listing_again(
    server: CursorServer, tmp_path: Path, answer: Answer
) -> None:
    server.plan(Fault(path="/search", skip=1, answer=answer))
    connection = connect(tmp_path, Clock(), settings(server))
    pulled(Rest, connection, stream="rows")
    assert sorted(everything(tmp_path, "rows")) == sorted(server.rows)


def test_a_page_that_comes_twice_is_merged(server: CursorServer, tmp_path: Path) -> None:
    first = {"errcode": 0, "data": {"list": list(server.rows.values())[:10], "more": True}}
    server.plan(Fault(path="/search", skip=1, answer=json_answer(_with_token(first, "10"))))
    connection = connect(tmp_path, Clock(), settings(server))
    with pytest.raises(Fatal, match="again and again"):
        pulled(Rest, connection, stream="rows")
    pulled(Rest, connection, stream="rows")
    assert sorted(everything(tmp_path, "rows")) == sorted(server.rows)


def test_a_status_without_records_ends_the_listing(server: CursorServer, tmp_path: Path) -> None:
    server.plan(Fault(path="/search", skip=1, answer=Answer(204)))
    connection = connect(tmp_path, Clock(), settings(server))
    assert len(drained(Rest, connection, asked("rows", START))) == 10


def test_headers_are_filled_in_and_304_is_no_error(server: CursorServer, tmp_path: Path) -> None:
    seen: list[str | None] = []
    respond = server.respond

    def remembering(request: Request) -> Answer:
        seen.append(request.headers.get("if-modified-since"))
        return Answer(304) if seen[-1] else respond(request)

    server.respond = remembering  # type: ignore[method-assign]
    since = {"If-Modified-Since": "{lower:http}"}
    streams = {"rows": {"path": "all", "records": "items", "headers": since}}
    clock = Clock()
    connection = connect(tmp_path, clock, {"base_url": server.url, "streams": streams})
    assert len(pulled(Rest, connection, stream="rows")) == 25
    clock.forward(days=1)
    assert pulled(Rest, connection, stream="rows") == []
    assert seen == [None, "Fri, 01 Mar 2024 11:58:00 GMT"]


def test_an_unreachable_system_is_loud(tmp_path: Path) -> None:
    streams = {"rows": {"path": "all", "records": "items"}}
    given = {"base_url": "http://127.0.0.1:1", "streams": streams}
    with pytest.raises(SourceError, match=r"^trial: rows: the system cannot be reached"):
        drained(Rest, connect(tmp_path, Clock(), given), asked("rows", START))


def test_edits_deletes_and_new_rows_between_pages_all_arrive_in_the_end(
    server: CursorServer, tmp_path: Path
) -> None:
    clock = Clock()

    def meanwhile() -> None:
        server.write(2, clock.now, amount="2.00")
        server.write(25, clock.now, amount="25.00")
        server.write(26, clock.now)

    server.plan(Fault(path="/search", skip=1, act=meanwhile))
    connection = connect(tmp_path, clock, settings(server))
    pulled(Rest, connection, stream="rows")
    clock.forward(minutes=10)
    pulled(Rest, connection, stream="rows")
    assert everything(tmp_path, "rows") == server.rows


def test_probe_says_what_would_come(server: CursorServer, tmp_path: Path) -> None:
    server.write(1, START)
    rest = Rest(connect(tmp_path, Clock(), settings(server)))
    assert rest.probe(asked("rows", START)) == "search: 2 of the last day"
    assert ids(drained(Rest, rest.connection, asked("rows", START)))[0] == 1


def _with_token(body: dict[str, Any], token: str) -> dict[str, Any]:
    return {**body, "data": {**body["data"], "token": token}}
