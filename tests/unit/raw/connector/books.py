"""A system of books in memory, and its connector: what the kernel is tested with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from assets.raw.connector import strict_json
from assets.raw.connector.errors import Fatal
from assets.raw.connector.model import Connection, Connector, Page, Request, State, SystemField
from assets.raw.connector.pulls import Pull

START = datetime(2017, 12, 31, 2, 0, tzinfo=UTC)
SECRET = "s3cret-of-the-shop"

FIELDS = [
    SystemField("id", "bigint", "Number"),
    SystemField("title", "varchar", "Title"),
    SystemField("edited", "timestamp", "Edited at"),
]

COLUMNS = [
    {"name": "id", "type": "bigint"},
    {"name": "title", "type": "varchar"},
    {"name": "edited", "type": "timestamp"},
]


@dataclass
class Shelf:
    """The truth of the system, and what was asked of it.

    Attributes:
        now: Our clock; the system's is `behind` it by so much.
        answers_clock: When the system tells its clock: `early` with its metadata, `late` with the
            first page, `never`.
        before_page: Called before each page; raises what goes wrong.
        asked: Every request for a page, with its state.
    """

    now: datetime = START
    behind: timedelta = timedelta(0)
    answers_clock: str = "never"
    page_size: int = 3
    fields: list[SystemField] | None = field(default_factory=lambda: list(FIELDS))
    changes: bool = True
    records: dict[int, tuple[datetime, str]] = field(default_factory=dict)
    before_page: Callable[[Request, State], None] = lambda request, state: None
    asked: list[tuple[Request, State]] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    closed: int = 0

    def edit(self, number: int, title: str = "a", ago: float = 0) -> None:
        """Change a book (or add it), so many seconds ago by the system's clock."""
        self.records[number] = (self.system_now - timedelta(seconds=ago), title)

    def later(self, **passed: float) -> None:
        self.now += timedelta(**passed)

    @property
    def system_now(self) -> datetime:
        return self.now - self.behind

    @property
    def windows(self) -> list[tuple[datetime | None, datetime]]:
        """The window of each pull, in order."""
        found = [(request.window.lower, request.window.upper) for request, _ in self.asked]
        return list(dict.fromkeys(found))

    @property
    def truth(self) -> dict[int, str]:
        return {number: title for number, (_, title) in self.records.items()}

    def listing(self, request: Request, after: list[Any]) -> list[bytes]:
        """The next records of the window, oldest edit first."""
        lower = request.window.lower or datetime.min.replace(tzinfo=UTC)
        keys = sorted((edited.isoformat(), number) for number, (edited, _) in self.records.items())
        return [
            strict_json.dumps({"id": number, "title": self.records[number][1], "edited": moment})
            for moment, number in keys
            if [moment, number] > after
            and lower <= datetime.fromisoformat(moment) <= request.window.upper
        ][: self.page_size]


class Books(Connector):
    """Reads the shelf, by edit and number, so that an edit between pages shifts nothing."""

    shelf: ClassVar[Shelf]

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._now: datetime | None = None
        if connection.settings.get("password", SECRET) != SECRET:
            raise Fatal(f"{connection.source}: the password counts no more; write the new one")

    def first(self, request: Request) -> State:
        return {"after": ["", 0]}

    def page(self, request: Request, state: State) -> Page:
        self.shelf.asked.append((request, state))
        self.shelf.before_page(request, state)
        if self.shelf.answers_clock != "never":
            self._now = self.shelf.system_now
        found = self.shelf.listing(request, state["after"])
        if len(found) < self.shelf.page_size:
            return Page(found, None)
        last = strict_json.loads(found[-1])
        return Page(iter(found), {"after": [last["edited"], last["id"]]})

    def fields(self, request: Request) -> list[SystemField] | None:
        if self.shelf.answers_clock == "early":
            self._now = self.shelf.system_now
        return self.shelf.fields

    def increments(self, stream: str) -> bool:
        return self.shelf.changes

    def probe(self, request: Request) -> str:
        self.shelf.before_page(request, {})
        return f"{len(self.shelf.records)} books"

    def now(self) -> datetime | None:
        return self._now

    def close(self) -> None:
        self.shelf.closed += 1


class PickyBooks(Books):
    """Gives only the fields that it is asked for."""

    asks_for_declared_fields = True


def connection_to(shelf: Shelf, home: Path, **settings: Any) -> Connection:
    """A connection of the source `shop`, with clock and sleep of the shelf."""
    return Connection("shop", settings, home, lambda: shelf.now, shelf.slept.append)


def lines_of(pull: Pull) -> list[bytes]:
    """All records of a pull, in the order in which they landed."""
    return [line for page in pull.pages for line in page.lines()]


def newest_titles(pulls: list[Pull]) -> dict[int, str]:
    """What later pages make of earlier ones: the last landed version of every book."""
    records = [strict_json.loads(line) for pull in pulls for line in lines_of(pull)]
    return {record["id"]: record["title"] for record in records}
