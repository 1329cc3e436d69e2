"""Reading listings in tests: a clock that waits itself on, and every page in a new process."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from assets.raw import rest
from assets.raw.connector.model import Connection, Connector, Request, State, Window
from assets.raw.connector.pull import Wanted, pull
from assets.raw.connector.pulls import Pull, PullStore
from assets.raw.connector.variables import resolved
from assets.raw.contract import load_contract
from assets.raw.streams import wanted

START = datetime(2024, 3, 1, 12, 0, tzinfo=UTC)
FAST = {"calls": 100_000, "first_wait_seconds": 0, "attempts": 4, "timeout_seconds": 5}
ROUNDS = 500
TEMPLATES = Path(rest.__file__).parent / "templates"


@dataclass
class Clock:
    """A clock of the test's own; waiting moves it on."""

    now: datetime = START
    waited: list[float] = field(default_factory=list)

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.now += timedelta(seconds=seconds)

    def forward(self, **parts: float) -> None:
        self.now += timedelta(**parts)


def connect(
    home: Path, clock: Clock, settings: dict[str, Any], source: str = "trial"
) -> Connection:
    """A connection without limits, whose waits cost no time."""
    http = {**FAST, **settings.get("http", {})}
    return Connection(source, {**settings, "http": http}, home, clock, clock.sleep)


def asked(
    stream: str, upper: datetime, lower: datetime | None = None, fields: tuple[str, ...] = ()
) -> Request:
    """A request of a window."""
    return Request(stream, fields, {}, Window(lower, upper))


def drained(
    kind: type[Connector], connection: Connection, request: Request, killed: bool = False
) -> list[bytes]:
    """All records, with states that went through JSON; `killed`: a new connector for each page."""
    records: list[bytes] = []
    connector = kind(connection)
    state: State = connector.first(request)
    for _ in range(ROUNDS):
        page = connector.page(request, state)
        records += page.records
        if page.next is None:
            connector.close()
            return records
        state = json.loads(json.dumps(page.next))
        if killed:
            connector.close()
            connector = kind(connection)
    raise AssertionError("the listing has no end")


def pulled(kind: type[Connector], connection: Connection, **wanted_: Any) -> list[Any]:
    """What the kernel's pull of a stream brings now, as values."""
    return pull_of(kind, connection, Wanted(**wanted_))


def landed(done: Pull) -> list[Any]:
    """The records of a pull's pages, as values."""
    return [json.loads(line) for page in done.pages for line in page.lines()]


def everything(home: Path, stream: str, source: str = "trial") -> dict[Any, Any]:
    """The newest version of each record over all complete pulls, by `id`."""
    newest: dict[Any, Any] = {}
    for done in PullStore(home, source, stream).done():
        newest |= {record["id"]: record for record in landed(done)}
    return newest


def ids(records: list[bytes]) -> list[Any]:
    """The ids of records, in their order."""
    return [json.loads(record)["id"] for record in records]


def template_settings(file: Path, variables: dict[str, str], **instead: Any) -> dict[str, Any]:
    """The connection of a template, its variables filled in, some keys of it replaced."""
    contract = load_contract(file)
    assert contract.connection is not None
    settings = resolved(contract.connection.settings, variables.get, contract.source)
    return {**settings, "http": {}, **instead}


def wanted_of(file: Path, name: str) -> Wanted:
    """What a template wants of the stream of an object."""
    contract = load_contract(file)
    return wanted(contract, contract.objects[name])


def pull_of(kind: type[Connector], connection: Connection, asked_for: Wanted) -> list[Any]:
    """What the kernel's pull brings now, as values."""
    with closing(kind(connection)) as connector:
        return landed(pull(connection, connector, asked_for))
