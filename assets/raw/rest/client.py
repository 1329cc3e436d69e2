"""The connector for any system with a JSON interface, told by its contract what to ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from assets.raw.connector.errors import Fatal, SourceError
from assets.raw.connector.http import checked_settings
from assets.raw.connector.model import Connection, Connector, Page, Request, State, Window
from assets.raw.rest import parents
from assets.raw.rest.listing import Listings
from assets.raw.rest.settings import RestSettings, Stream

PARENTS_A_PAGE = 20
"""Listings below a record are mostly short: so many become one page on disk."""

HARMLESS_IN_A_STREAM = {"http", "window_days"}
"""Keys of a stream that do not change which records a pull brings."""


class Rest(Connector):
    """A system that is described by settings alone.

    The state is that of a listing (listing.py). For a listing below the records of another it is
    {"above": state of that one, or None at its end; "parents": values of the records whose turn
    comes; "at": state of the listing below the first of them, or None at its beginning}.
    """

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._settings = checked_settings(RestSettings, connection.settings, connection.source)
        self._listings = Listings(connection, self._settings)

    def first(self, request: Request) -> State:
        """Where a new pull begins; nothing is asked yet."""
        stream = self._stream(request)
        if stream.parent is None:
            return self._listings.first(request.stream, request.window)
        above = self._listings.first(stream.parent.stream, request.window)
        return {"above": above, "parents": [], "at": None}

    def page(self, request: Request, state: State) -> Page:
        """One page; of a listing below others, what stands below a few of their records."""
        stream = self._stream(request)
        try:
            if stream.parent is None:
                return self._listings.page(request.stream, request.window, state)
            return self._page_below(request, stream, state)
        except SourceError as error:
            raise self._located(error, request.stream) from None

    def increments(self, stream: str) -> bool:
        """Whether {lower} or newest_first is used; of a listing below others, by theirs."""
        found = self._settings.streams.get(stream)
        if found is not None and found.parent is not None:
            found = self._settings.streams[found.parent.stream]
        return found is None or found.has_lower

    def asked_settings(self, stream: str) -> Mapping[str, Any]:
        """What every request carries, and the stream with the one that it stands below."""
        written = self.connection.written or {}
        streams = written.get("streams", {})
        parent = self._settings.streams[stream].parent if stream in streams else None
        names = [stream, *([parent.stream] if parent else [])]
        return {
            "params": written.get("params", {}),
            "streams": [
                {key: value for key, value in found.items() if key not in HARMLESS_IN_A_STREAM}
                for found in (streams.get(name, {}) for name in names)
            ],
        }

    def probe(self, request: Request) -> str:
        """Ask for the first page of the last day; of the parents, where there are some."""
        stream = self._stream(request)
        if stream.parent is not None:
            above = self.probe(replace(request, stream=stream.parent.stream))
            return f"{stream.path}, for each of {above}"
        when = "on the first page"
        if self.increments(request.stream):
            upper = request.window.upper
            request = replace(request, window=Window(upper - timedelta(days=1), upper))
            when = "of the last day"
        page = self.page(request, self.first(request))
        more = ", and more" if page.next else ""
        return f"{stream.path}: {len(list(page.records))} {when}{more}"

    def now(self) -> datetime | None:
        """The system's clock."""
        return self._listings.server_time

    def close(self) -> None:
        """Close the connections."""
        self._listings.close()

    def _stream(self, request: Request) -> Stream:
        if request.options:
            raise Fatal(
                f"{self.connection.source}: the system rest knows no options; put them under "
                f"connection.streams.{request.stream}"
            )
        found = self._settings.streams.get(request.stream)
        if found is None:
            known = ", ".join(self._settings.streams)
            raise Fatal(
                f"{self.connection.source}: stream {request.stream!r} is not declared; use one of "
                f"{known}, or declare it under connection.streams"
            )
        return found

    def _located(self, error: SourceError, stream: str) -> SourceError:
        """The same error with the name of the stream behind the name of the source."""
        prefix, text = f"{self.connection.source}: ", str(error)
        told = text.removeprefix(prefix) if text.startswith(prefix) else f"the system {text}"
        error.args = (f"{prefix}{stream}: {told}",)
        return error

    def _page_below(self, request: Request, stream: Stream, state: State) -> Page:
        assert stream.parent is not None
        waiting, above, at = list(state["parents"]), state["above"], state["at"]
        if not waiting and above is not None:
            page = self._listings.page(stream.parent.stream, request.window, above)
            waiting, above = parents.waiting(stream, page.records), page.next
        records: list[bytes] = []
        for _ in range(PARENTS_A_PAGE):
            if not waiting:
                break
            here = at or self._listings.first(request.stream, request.window)
            page = self._listings.page(request.stream, request.window, here, waiting[0])
            records += parents.below(waiting[0], page.records)
            at = page.next
            waiting = waiting if at else waiting[1:]
        if not waiting and above is None:
            return Page(records, None)
        return Page(records, {"above": above, "parents": waiting, "at": at})
