"""Every way of turning pages brings what the system has: resumed at each page, and as sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from assets.raw.connector.errors import Fatal
from assets.raw.rest.client import Rest
from demo.servers.base import Fault
from demo.servers.cursors import CursorServer
from tests.integration.connectors.listings import (
    START,
    Clock,
    asked,
    connect,
    drained,
    ids,
    pulled,
)

WINDOW = {"since": "{lower}", "until": "{upper}"}
ITEMS = {"records": "items", "params": WINDOW}
STREAMS: dict[str, dict[str, Any]] = {
    "none": {"path": "all", **ITEMS},
    "link": {"path": "link", "params": {**WINDOW, "size": 7}, "paging": {"kind": "link_header"}},
    "next_url": {
        "path": "next",
        **ITEMS,
        "paging": {"kind": "next_url", "url": "links.next", "end": "end_of_stream"},
    },
    "page_until_empty": {
        "path": "pages",
        **ITEMS,
        "paging": {"kind": "page_number", "size_parameter": "size", "size": 7},
    },
    "page_until_short": {
        "path": "pages",
        **ITEMS,
        "paging": {
            "kind": "page_number",
            "size_parameter": "size",
            "size": 7,
            "stop": "short_page",
        },
    },
    "page_until_total": {
        "path": "pages",
        **ITEMS,
        "paging": {
            "kind": "page_number",
            "size_parameter": "size",
            "size": 5,
            "stop": "total",
            "total": {"header": "X-Total"},
        },
    },
    "offset": {
        "path": "offset",
        **ITEMS,
        "paging": {
            "kind": "offset",
            "size_parameter": "size",
            "size": 7,
            "stop": "total",
            "total": {"path": "count"},
        },
    },
    "offset_capped": {
        "path": "offset",
        **ITEMS,
        "paging": {"kind": "offset", "size_parameter": "size", "size": 50},
    },
    "keyset": {
        "path": "after",
        **ITEMS,
        "paging": {
            "kind": "keyset",
            "field": "id",
            "parameter": "after_id",
            "size_parameter": "size",
            "size": 6,
        },
    },
    "body_token": {
        "path": "search",
        "method": "POST",
        "body": {"from": "{lower:epoch_ms}", "to": "{upper:epoch_ms}", "sort": ["id"]},
        "records": "data.list",
        "paging": {
            "kind": "page_token",
            "token": "data.token",
            "parameter": "page.token",
            "in": "body",
            "more": "data.more",
        },
    },
    "windows": {
        "path": "search",
        "method": "POST",
        "body": {"from": "{lower:epoch_ms}", "to": "{upper:epoch_ms}"},
        "records": "data.list",
        "begin": "2024-01-01",
        "window_days": 9,
        "paging": {
            "kind": "page_token",
            "token": "data.token",
            "parameter": "page.token",
            "in": "body",
        },
    },
}


@pytest.fixture
def server() -> Iterator[CursorServer]:
    with CursorServer(lambda: START, count=25) as running:
        yield running


def settings(server: CursorServer, **more: Any) -> dict[str, Any]:
    return {"base_url": server.url, "streams": STREAMS, **more}


@pytest.mark.parametrize("stream", STREAMS)
def test_every_row_arrives_once_from_the_beginning(
    server: CursorServer, tmp_path: Path, stream: str
) -> None:
    connection = connect(tmp_path, Clock(), settings(server))
    found = ids(drained(Rest, connection, asked(stream, START), killed=True))
    assert set(found) == set(server.rows)
    if stream != "windows":
        assert len(found) == 25


@pytest.mark.parametrize("stream", STREAMS)
def test_only_the_window_arrives_with_both_bounds(
    server: CursorServer, tmp_path: Path, stream: str
) -> None:
    lower, upper = START - timedelta(days=20), START - timedelta(days=5)
    connection = connect(tmp_path, Clock(), settings(server))
    found = ids(drained(Rest, connection, asked(stream, upper, lower)))
    assert set(found) == set(range(6, 22))


@pytest.mark.parametrize("stream", STREAMS)
def test_an_empty_window_is_no_error(server: CursorServer, tmp_path: Path, stream: str) -> None:
    connection = connect(tmp_path, Clock(), settings(server))
    lower = START + timedelta(days=1)
    assert drained(Rest, connection, asked(stream, lower + timedelta(days=1), lower)) == []


def test_records_are_kept_digit_by_digit(server: CursorServer, tmp_path: Path) -> None:
    server.write(1, START, amount="0012.10")
    connection = connect(tmp_path, Clock(), settings(server))
    records = drained(Rest, connection, asked("none", START))
    assert b'{"id":1,"amount":"0012.10","updated_at":"2024-03-01T12:00:00Z"}' in records


@pytest.mark.parametrize("stream", ["page_until_total", "offset"])
@pytest.mark.parametrize("gone", [(1,), (1, 2, 3), (1, 2, 3, 4, 5, 6, 7)])
def test_rows_that_leave_a_counted_listing_let_none_slip_through(
    server: CursorServer, tmp_path: Path, stream: str, gone: tuple[int, ...]
) -> None:
    def leave() -> None:
        for number in gone:
            server.remove(number)

    server.plan(Fault(path="/", skip=2, act=leave))
    connection = connect(tmp_path, Clock(), settings(server))
    found = ids(drained(Rest, connection, asked(stream, START)))
    assert set(server.rows) <= set(found)


def test_rows_that_leave_at_every_page_let_none_slip_through(
    server: CursorServer, tmp_path: Path
) -> None:
    left = iter(range(1, 20))
    server.plan(Fault(path="/", skip=1, times=9, act=lambda: server.remove(next(left))))
    connection = connect(tmp_path, Clock(), settings(server))
    found = ids(drained(Rest, connection, asked("page_until_total", START)))
    assert set(server.rows) <= set(found)


def test_a_listing_longer_than_the_system_serves_is_loud(
    server: CursorServer, tmp_path: Path
) -> None:
    paging = {"kind": "page_number", "size_parameter": "size", "size": 5, "last": 3}
    streams = {"rows": {"path": "pages", "records": "items", "paging": paging}}
    connection = connect(tmp_path, Clock(), settings(server, streams=streams))
    with pytest.raises(Fatal, match="trial: rows: the system serves this listing only up to page"):
        drained(Rest, connection, asked("rows", START))


def test_pages_smaller_than_asked_for_are_loud_where_they_would_hide_rows(
    server: CursorServer, tmp_path: Path
) -> None:
    paging = {**STREAMS["page_until_total"]["paging"], "size": 20}
    streams = {"rows": {"path": "pages", "records": "items", "paging": paging}}
    connection = connect(tmp_path, Clock(), settings(server, streams=streams))
    with pytest.raises(Fatal, match="gives 10 records a page where 20 were asked for"):
        drained(Rest, connection, asked("rows", START))


def test_listings_below_records_carry_their_parent(server: CursorServer, tmp_path: Path) -> None:
    streams = {
        "rows": STREAMS["page_until_total"],
        "notes": {
            "path": "items/{parent.id}/notes",
            "records": "items",
            "parent": {"stream": "rows", "when": "amount"},
        },
    }
    server.write(8, START - timedelta(days=18), amount="")
    server.plan(Fault(path="/items/1/", act=lambda: server.remove(2)))
    connection = connect(tmp_path, Clock(), settings(server, streams=streams))
    notes = pulled(Rest, connection, stream="notes")
    expected = {
        (number, f"note {place} of {number}")
        for number in range(1, 26)
        for place in range(number % 3)
        if number not in (2, 8)
    }
    again = drained(Rest, connection, asked("notes", START), killed=True)
    for found in (notes, [json.loads(note) for note in again]):
        assert {(note["_parent"]["id"], note["note"]) for note in found} == expected


def test_pulls_resume_and_bring_the_changes_of_the_overlap(
    server: CursorServer, tmp_path: Path
) -> None:
    clock = Clock()
    connection = connect(tmp_path, clock, settings(server))
    assert len(pulled(Rest, connection, stream="keyset")) == 25
    server.write(3, START - timedelta(seconds=30), amount="1.00")  # late, inside the overlap
    clock.forward(hours=1)
    server.write(26, clock.now - timedelta(minutes=1))
    server.write(27, clock.now + timedelta(seconds=5))  # after the frozen bound
    found = pulled(Rest, connection, stream="keyset")
    assert [record["id"] for record in found] == [3, 26]
    clock.forward(hours=1)
    assert [record["id"] for record in pulled(Rest, connection, stream="keyset")] == [26, 27]
