"""The Zendesk template brings everything that a Zendesk account has, whatever happens meanwhile."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from assets.raw.connector.model import Connection
from assets.raw.rest.client import Rest
from demo.servers.base import Answer, Fault, Request, json_answer
from demo.servers.zendesk import API_TOKEN, USER, ZendeskServer
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

TEMPLATE = TEMPLATES / "zendesk.yml"
LISTINGS = ("tickets", "users", "ticket_events", "ticket_metric_events", "satisfaction_ratings")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[ZendeskServer]:
    with ZendeskServer(clock) as running:
        for listing in LISTINGS:
            for number in range(1, 36):
                # Several of one second, across the edge of a page too.
                moment = START - timedelta(hours=40 - number // 4)
                running.write(listing, number, moment, generated_timestamp=moment.timestamp())
        yield running


@pytest.fixture
def account(server: ZendeskServer, clock: Clock, tmp_path: Path) -> Connection:
    variables = {
        "ZENDESK_URL": server.url,
        "ZENDESK_EMAIL": USER.removesuffix("/token"),
        "ZENDESK_API_TOKEN": API_TOKEN,
    }
    settings = template_settings(TEMPLATE, variables)
    for stream in settings["streams"].values():
        stream.pop("http", None)
    return connect(tmp_path, clock, settings)


def truth(server: ZendeskServer, listing: str) -> dict[int, Any]:
    """What the account has, as it sends it."""
    rows = server.rows[listing].items()
    return {
        number: {key: value for key, value in row.items() if key != "at"} for number, row in rows
    }


def pull(account: Connection, listing: str) -> list[Any]:
    return pull_of(Rest, account, wanted_of(TEMPLATE, listing))


@pytest.mark.parametrize("listing", LISTINGS)
def test_the_account_arrives_whole_and_then_its_changes(
    server: ZendeskServer, account: Connection, clock: Clock, listing: str
) -> None:
    pull(account, listing)
    assert everything(account.home, listing) == truth(server, listing)
    server.write(listing, 7, clock.now - timedelta(seconds=100), subject="late edit")
    clock.forward(hours=1)
    server.write(listing, 8, clock.now - timedelta(minutes=5), subject="edit")
    server.write(listing, 36, clock.now - timedelta(minutes=5))
    pull(account, listing)
    assert everything(account.home, listing) == truth(server, listing)


def test_the_last_minute_comes_with_the_next_pull(
    server: ZendeskServer, account: Connection, clock: Clock
) -> None:
    pull(account, "tickets")
    server.write("tickets", 5, clock.now - timedelta(seconds=20), subject="not settled")
    clock.forward(seconds=30)
    assert 5 not in {ticket["id"] for ticket in pull(account, "tickets")}
    clock.forward(minutes=2)
    pull(account, "tickets")
    assert everything(account.home, "tickets") == truth(server, "tickets")


def test_a_ticket_that_moves_in_the_export_while_it_is_read_is_not_lost(
    server: ZendeskServer, account: Connection, clock: Clock
) -> None:
    def edit() -> None:
        server.write("tickets", 30, clock.now - timedelta(seconds=90), subject="moved on")

    server.plan(Fault(path="/tickets/", skip=1, act=edit))
    pull(account, "tickets")
    assert everything(account.home, "tickets") == truth(server, "tickets")


def test_the_limit_of_exports_is_waited_for(
    server: ZendeskServer, account: Connection, clock: Clock
) -> None:
    server.calls_per_minute = 2
    pull(account, "tickets")
    assert everything(account.home, "tickets") == truth(server, "tickets")
    assert clock.waited == [60]


def test_a_429_without_a_word_is_waited_for(server: ZendeskServer, account: Connection) -> None:
    server.plan(Fault(path="/tickets/", skip=1, times=2, answer=json_answer({}, 429)))
    pull(account, "tickets")
    assert everything(account.home, "tickets") == truth(server, "tickets")


@pytest.mark.parametrize("listing", ["tickets", "ticket_events"])
def test_an_export_that_never_tells_its_end_ends_without_an_address(
    server: ZendeskServer, account: Connection, listing: str
) -> None:
    respond = server.respond

    def without_flag(request: Request) -> Answer:
        told = json.loads(respond(request).body)
        if told.pop("end_of_stream"):
            told |= {"after_cursor": None, "next_page": None}
        return json_answer(told)

    server.respond = without_flag  # type: ignore[method-assign]
    pull(account, listing)
    assert everything(account.home, listing) == truth(server, listing)


def test_a_deleted_ticket_comes_with_its_status(
    server: ZendeskServer, account: Connection, clock: Clock
) -> None:
    pull(account, "tickets")
    clock.forward(hours=1)
    server.write("tickets", 3, clock.now - timedelta(minutes=10), status="deleted")
    changed = pull(account, "tickets")
    assert [(ticket["id"], ticket["status"]) for ticket in changed] == [(3, "deleted")]
