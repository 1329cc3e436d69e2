"""An invented tenant of 纷享销客 Fxiaoke, a clock that waits for nobody, and a connection to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests
from fxiaoke.api import FxiaokeApi
from fxiaoke.baseObj import baseObj
from requests.adapters import HTTPAdapter

from assets.raw.connector.model import Connection, Request, Window
from assets.raw.connector.pull import Wanted, pull
from assets.raw.connector.pulls import Pull
from assets.raw.fxiaoke.client import Fxiaoke
from demo.servers import fxiaoke_access as access
from demo.servers.fxiaoke import FxiaokeServer
from tests.integration.connectors import clock

START = datetime(2025, 3, 3, 2, 0, 0, tzinfo=UTC)
DAY_BEFORE = int((START - timedelta(days=1)).timestamp() * 1000)


class Time(clock.Time):
    """The clock of these tests."""

    def __init__(self, start: datetime = START) -> None:
        super().__init__(start)


def lead(number: int, **changes: Any) -> dict[str, Any]:
    """One record in the shape of the API; every kind of value occurs."""
    moment = DAY_BEFORE + number
    return {
        "_id": f"{number * 2654435761 % 2**32:08x}{number:016x}",
        "name": f"李{number}",
        "mobile": f"138-0000-{number % 10_000:04}",
        "leads_status": "1",
        "field_budget__c": "12.10",
        "owner": [access.DEMO_OPEN_USER_ID],
        "owner__r": {"id": "1000", "name": "王芳"},
        "create_time": moment,
        "last_modified_time": moment,
        "life_status": "normal",
        "is_deleted": False,
        "version": "1",
    } | changes


def filled(time: Time, count: int, name: str = "LeadsObj", **how: Any) -> FxiaokeServer:
    """A tenant with so many records of an object."""
    server = FxiaokeServer(time, **{"calls": None, **how})
    server.put(name, *(lead(number) for number in range(count)))
    return server


def connection(server: FxiaokeServer, home: Path, time: Time, **settings: Any) -> Connection:
    """A connection that never waits in earnest."""
    way = settings.get("auth", "app_secret")
    user = access.DEMO_USER_ID if way == "app_secret" else access.DEMO_OPEN_USER_ID
    return Connection(
        source="crm_fxiaoke",
        settings={
            "host": server.url,
            "app_id": access.DEMO_APP_ID,
            "app_secret": access.DEMO_APP_SECRET,
            "permanent_code": access.DEMO_PERMANENT_CODE,
            "user": user,
            "http": {"calls": 100_000, "attempts": 4, "timeout_seconds": 5},
        }
        | settings,
        home=home,
        clock=time,
        sleep=time.sleep,
    )


def pulled(
    connection: Connection, stream: str = "LeadsObj", delivery: str = "increment", **options: Any
) -> Pull:
    """Pull a stream as a run does."""
    with closing(Fxiaoke(connection)) as connector:
        return pull(connection, connector, Wanted(stream, delivery, options=options))


def records_of(landed: Pull) -> list[dict[str, Any]]:
    """The records of a landed pull, in their order."""
    return [json.loads(line) for page in landed.pages for line in page.lines()]


def by_id(records: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {record["_id"]: record for record in records}


def request(stream: str = "LeadsObj", *fields: str, **options: Any) -> Request:
    return Request(stream, fields, options, Window(None, START))


class _ToServer(HTTPAdapter):
    """Sends what is meant for the vendor's host to a local server."""

    def __init__(self, host: str, url: str) -> None:
        super().__init__()
        self._host, self._url = host, url

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        assert request.url is not None
        request.url = request.url.replace(self._host, self._url, 1)
        return super().send(request, *args, **kwargs)


def redirect(session: requests.Session, host: str, url: str) -> None:
    """Let a foreign client, whose host is fixed, speak to a local server."""
    session.mount(host, _ToServer(host, url))


@contextmanager
def foreign_client(server: FxiaokeServer) -> Iterator[baseObj]:
    """The client fxiaoke-python, signed in at the server."""
    api = FxiaokeApi.init(
        access.DEMO_APP_ID,
        access.DEMO_APP_SECRET,
        access.DEMO_PERMANENT_CODE,
        access.DEMO_OPEN_USER_ID,
    )
    redirect(api._session.requests, "https://open.fxiaoke.com", server.url)
    try:
        yield baseObj(api)
    finally:
        api._session.requests.close()
