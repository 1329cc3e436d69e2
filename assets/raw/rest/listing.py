"""Reading the listings of a system, page by page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx

from assets.raw.connector import strict_json
from assets.raw.connector.errors import Fatal, SourceError
from assets.raw.connector.http import Api
from assets.raw.connector.model import Connection, Page, State, Window
from assets.raw.rest import auth, paths
from assets.raw.rest.judge import Judge, also_empty
from assets.raw.rest.paging import (
    Answer,
    Call,
    Position,
    following,
    placed,
    without_parameter,
)
from assets.raw.rest.settings import RestSettings, Stream
from assets.raw.rest.texts import Filling, names_in
from assets.raw.rest.times import all_older


class Listings:
    """All listings of one system.

    The state of one is {"at": position}, with "from" and "to" where it is read in windows of days.
    """

    def __init__(self, connection: Connection, settings: RestSettings) -> None:
        self._connection = connection
        self._settings = settings
        self._judge = Judge(settings.errors, connection.clock)
        self._secret = auth.parameters(settings.auth)
        self._authorize = auth.authorization(connection, settings.auth)
        self._api = self._new_api(connection)
        self._own = {
            name: self._new_api(_with_http(connection, stream.http))
            for name, stream in settings.streams.items()
            if stream.http is not None
        }

    @property
    def server_time(self) -> datetime | None:
        """The system's clock by its last answer; asked for when there was none yet."""
        if self._api.server_time is not None:
            return self._api.server_time
        clock = Api(self._connection, self._settings.base_url, judge=lambda _answer: None)
        try:
            clock.send("HEAD", "")
        except SourceError:
            return None
        finally:
            clock.close()
        return clock.server_time

    def close(self) -> None:
        """Close the connections."""
        for api in (self._api, *self._own.values()):
            api.close()

    def first(self, name: str, window: Window) -> State:
        """Where a listing begins."""
        stream = self._settings.streams[name]
        if stream.window_days is None:
            return {"at": None}
        start = _bounds(stream, window)[0]
        assert start is not None, "settings make sure that windows have a beginning"
        return _window_from(stream, start, window.upper)

    def page(
        self, name: str, window: Window, state: State, parent: Mapping[str, Any] | None = None
    ) -> Page:
        """One page; `parent`: the values of the record that the listing stands below.

        Raises:
            SourceError: the system cannot be read.
        """
        stream = self._settings.streams[name]
        lower, upper = _bounds(stream, window)
        if "to" in state:
            lower, upper = (datetime.fromisoformat(state[key]) for key in ("from", "to"))
        call = self._call(stream, Filling(lower, upper, stream.timezone, parent), state["at"])
        answer = self._ask(name, stream, call)
        at = following(stream.paging, state["at"], answer) if answer else None
        at = self._saved(stream, at)
        records = answer.records if answer else []
        if stream.newest_first and lower and all_older(stream.newest_first, records, lower):
            at = None
        if at is not None:
            return Page(records, {**state, "at": at})
        if "to" in state and upper < window.upper:
            return Page(records, _window_from(stream, upper, window.upper))
        return Page(records, None)

    def _new_api(self, connection: Connection) -> Api:
        return Api(
            connection, self._settings.base_url, authorize=self._authorize, judge=self._judge
        )

    def _call(self, stream: Stream, filling: Filling, at: Position | None) -> Call:
        params = filling.value({**self._settings.params, **stream.params})
        body = None if stream.body is None else filling.value(stream.body)
        headers = filling.value({**self._settings.headers, **stream.headers})
        texts = {name: str(value) for name, value in headers.items()}
        call = Call(filling.path(stream.path), params, body, texts)
        call = placed(stream.paging, at, call, self._settings.base_url)
        if at is not None and "url" in at:
            again = {name: params[name] for name in self._left_out(stream) if name in params}
            call = replace(call, params={**call.params, **again})
        return call

    def _ask(self, name: str, stream: Stream, call: Call) -> Answer | None:
        """The answer; None when its status says that there are no records."""
        gone = also_empty.set(frozenset(stream.parent.gone if stream.parent else ()))
        try:
            response = self._own.get(name, self._api).send(
                stream.method,
                call.url,
                params={**call.params, **self._secret},
                json=None if stream.form else call.body,
                data=call.body if stream.form else None,
                headers=call.headers,
            )
            return None if self._judge.is_empty(response) else _answer(stream, response)
        finally:
            also_empty.reset(gone)

    def _left_out(self, stream: Stream) -> list[str]:
        """The connection's parameters that addresses are kept without: they may hold a secret.

        Not those with a place to fill in: the system moves a bound on with its next address.
        """
        sent = {**self._settings.params, **stream.params}
        return [name for name in self._settings.params if not names_in(sent[name])]

    def _saved(self, stream: Stream, at: Position | None) -> Position | None:
        """The position as it may be kept on disk: without a credential in an address."""
        if at is None or "url" not in at:
            return at
        url = str(at["url"])
        for name in (*self._secret, *self._left_out(stream)):
            url = without_parameter(url, name)
        return {**at, "url": url}


def _bounds(stream: Stream, window: Window) -> tuple[datetime | None, datetime]:
    lower = window.lower
    if lower is not None:
        lower -= timedelta(days=stream.lookback_days)
    if stream.begin is not None:
        lower = max(lower or stream.begin, stream.begin)
    return lower, window.upper


def _window_from(stream: Stream, start: datetime, last: datetime) -> State:
    assert stream.window_days is not None
    end = min(start + timedelta(days=stream.window_days), last)
    return {"from": start.isoformat(), "to": end.isoformat(), "at": None}


def _answer(stream: Stream, response: httpx.Response) -> Answer:
    body = response.content
    found = paths.at(body, stream.records)
    if found is None and not stream.records_may_be_missing:
        raise Fatal(
            f"sends no array at records {stream.records!r}; mend that path, or write "
            "records_may_be_missing: true if it is left out when there is nothing"
        )
    if found is not None and not paths.is_array(found):
        raise Fatal(f"sends no array at records {stream.records!r}; mend that path")
    records = [] if found is None else strict_json.records(found)
    link = response.links.get("next", {}).get("url")
    return Answer(body, response.headers, link, records)


def _with_http(connection: Connection, http: Mapping[str, Any]) -> Connection:
    """The connection with limits of one stream over its own."""
    merged = {**(connection.settings.get("http") or {}), **http}
    return replace(connection, settings={**connection.settings, "http": merged})
