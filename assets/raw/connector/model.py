"""What a connector is: streams, pages, and the state from which a pull can go on after a kill."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

State = dict[str, Any]
"""All that is needed to ask for the next page: small, and JSON, because it is kept on disk."""


@dataclass(frozen=True)
class Window:
    """The changes that a pull asks for; both bounds are UTC and inclusive.

    Attributes:
        lower: Start, the overlap already taken off; None from the beginning.
        upper: End, frozen when the pull began: what changes later belongs to the next pull.
    """

    lower: datetime | None
    upper: datetime


@dataclass(frozen=True)
class Request:
    """What one pull asks of a system.

    Attributes:
        stream: Name of the stream, as the contract has it.
        fields: Names of the fields that the contract declares, the top-level part of each header.
        options: Options of the stream, from the contract.
        window: The changes that are asked for.
        delivery: `snapshot` or `increment`: whether later pulls will ask for changes only.
        optional: Those of the fields that the system may not have.
    """

    stream: str
    fields: tuple[str, ...]
    options: Mapping[str, Any]
    window: Window
    delivery: str = "snapshot"
    optional: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Page:
    """One page of a listing.

    Attributes:
        records: One compact JSON object each, as the system sent it, without line breaks.
        next: Where the next page begins; None when this was the last.
    """

    records: Iterable[bytes]
    next: State | None


@dataclass(frozen=True)
class SystemField:
    """One field, as the system itself describes it; the type is one of a contract."""

    name: str
    type: str
    label: str | None = None


@dataclass(frozen=True)
class Connection:
    """One configured instance of a system.

    Attributes:
        source: Name of the source; two instances of one system are two sources.
        settings: The contract's `connection`, without `system` and with its variables resolved.
        home: Folder of the instance, for cached tokens.
        clock: Gives now, UTC with time zone.
        sleep: Waits so many seconds.
        written: The settings as the contract has them, variables not resolved; None when unknown.
    """

    source: str
    settings: Mapping[str, Any] = field(repr=False)
    home: Path
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    written: Mapping[str, Any] | None = field(default=None, repr=False)


class Connector(ABC):
    """Reads the streams of one configured system.

    A connector keeps nothing that a pull needs to go on: all of that is in the state.

    Attributes:
        asks_for_declared_fields: True when only the fields that the contract declares are fetched:
            then a field that is declared later has everything pulled again.
        harmless_settings: Keys of the connection that do not change which records a pull brings
            and what is in them: credentials, addresses, sizes, rates.
    """

    asks_for_declared_fields = False
    harmless_settings: ClassVar[frozenset[str]] = frozenset({"http"})

    def __init__(self, connection: Connection) -> None:
        """Take the settings, and refuse wrong ones.

        Raises:
            Fatal: a setting is missing or wrong.
        """
        self.connection = connection

    @abstractmethod
    def first(self, request: Request) -> State:
        """Where a new pull begins."""

    @abstractmethod
    def page(self, request: Request, state: State) -> Page:
        """Fetch one page; also in another process than the page before.

        Raises:
            SourceError: the system cannot be read.
        """

    def fields(self, request: Request) -> list[SystemField] | None:
        """The fields of a stream by the system's own metadata; None when it has none."""
        return None

    def increments(self, stream: str) -> bool:
        """Whether the stream can be asked for changes only."""
        return True

    def asked_settings(self, stream: str) -> Mapping[str, Any]:
        """The settings, as written, that say what a pull brings; others have all pulled again."""
        written = self.connection.written or {}
        return {key: value for key, value in written.items() if key not in self.harmless_settings}

    @abstractmethod
    def probe(self, request: Request) -> str:
        """Ask for as little as possible, and say in words what a pull would bring.

        Raises:
            SourceError: the stream cannot be read.
        """

    def now(self) -> datetime | None:
        """The system's own clock, UTC; None when it was not asked yet."""
        return None

    def close(self) -> None:  # noqa: B027 - most have nothing to give back
        """Give connections back."""
