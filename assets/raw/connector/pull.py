"""Pulling a stream: from where the last pull ended to now, page by page, through any interruption.

The window of a pull begins where the last complete one ended, less an overlap (edits of the same
second, late commits, clocks that differ), and ends when the pull begins. Only a complete pull moves
it on, so nothing is lost when one is not finished. When something else is asked for than then, a
pull begins from the start: changes since the last one would not bring the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import tenacity

from assets.raw.connector.errors import Fatal, PositionExpired, Retryable
from assets.raw.connector.model import Connection, Connector, Request, State, SystemField
from assets.raw.connector.pulls import Asked, Pull, PullStore
from assets.raw.connector.settings import fingerprint
from pipelines.runtime.private_files import locked, make_private_folder

READINGS = 3
"""How often a page is asked for whose text is no whole JSON."""

RESTARTS = 3
"""How often a listing may begin again in one run because its position expired."""

SLACK = timedelta(hours=6)
"""A pull every seven days shall not wait for the eighth because this night is a little faster."""

STALE = timedelta(hours=1)
"""A pull that began longer ago, and was finished now, is followed by one up to now."""


@dataclass(frozen=True)
class Wanted:
    """What the contract wants of a stream.

    Attributes:
        stream: Name of the stream.
        delivery: `increment` or `snapshot`.
        fields: Fields that the contract declares.
        options: Options of the stream.
        overlap: Taken off the start of every window.
        every: A pull younger than this is not repeated.
        optional: Those of the fields that the system may not have.
    """

    stream: str
    delivery: str = "increment"
    fields: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    overlap: timedelta = timedelta(seconds=120)
    every: timedelta = timedelta(0)
    optional: tuple[str, ...] = ()


def pull(connection: Connection, connector: Connector, wanted: Wanted) -> Pull:
    """Bring a stream up to date; returns the newest complete pull.

    One process at a time pulls a stream; another one waits, and then has little left to do.

    Raises:
        SourceError: the system cannot be read; what was landed stays, and the next call goes on.
    """
    store = PullStore(connection.home, connection.source, wanted.stream)
    make_private_folder(store.folder)
    with locked(store.folder):
        done = store.done()
        last = done[-1] if done else None
        if last and _is_fresh(connection, connector, wanted, last):
            return last
        unfinished = _unfinished(store, connector, wanted)
        current = unfinished or _begin(connection, connector, store, wanted, last)
        _finish(connection, connector, current)
        if unfinished and _is_stale(connection, wanted, current):
            current = _begin(connection, connector, store, wanted, current)
            _finish(connection, connector, current)
        store.tidy()
        return current


def refuse_impossible(source: str, connector: Connector, wanted: Wanted) -> None:
    """Raise Fatal when the stream cannot be asked for what the contract wants."""
    if wanted.delivery == "increment" and not connector.increments(wanted.stream):
        raise Fatal(
            f"{source}: the stream {wanted.stream} cannot be asked for changes; write "
            "'delivery: snapshot' in the contract"
        )


def _is_fresh(connection: Connection, connector: Connector, wanted: Wanted, last: Pull) -> bool:
    """Whether the last pull will do for today, and still is what the contract wants."""
    age = connection.clock() - last.began_at
    return age < wanted.every - min(SLACK, wanted.every / 4) and _answers(connector, wanted, last)


def _is_stale(connection: Connection, wanted: Wanted, finished: Pull) -> bool:
    """Whether changes since a pull that was finished only now are missing."""
    is_repeated = wanted.delivery == "increment" and not wanted.every
    return is_repeated and connection.clock() - finished.began_at > STALE


def _unfinished(store: PullStore, connector: Connector, wanted: Wanted) -> Pull | None:
    """The pull that was interrupted, if it still asks for what the contract wants."""
    pulls = store.pulls()
    # One that was killed before its first position has nothing to go on with.
    if not pulls or pulls[-1].checkpoint.done or not pulls[-1].checkpoint.next:
        return None
    asked = pulls[-1].asked
    same = asked.is_same_but_window(_asked(connector, wanted, None, asked.upper))
    return pulls[-1] if same else None


def _begin(
    connection: Connection,
    connector: Connector,
    store: PullStore,
    wanted: Wanted,
    last: Pull | None,
) -> Pull:
    refuse_impossible(connection.source, connector, wanted)
    lower = None
    if last and wanted.delivery == "increment" and _answers(connector, wanted, last):
        lower = (last.began_at - wanted.overlap).isoformat()
    asked = _asked(connector, wanted, lower, connection.clock().isoformat())
    # The metadata come first: with them comes the system's clock, and a wrong name fails early.
    fields = connector.fields(_request(asked))
    if lower is not None and _has_appeared(wanted, store.since_start(), fields):
        asked = replace(asked, lower=None)
    system_now = connector.now()
    if system_now is not None and system_now < asked.window.upper:
        asked = replace(asked, upper=system_now.isoformat())
    started = store.begin(asked)
    started.keep_fields(fields)
    known = asked.upper if system_now is not None else None
    started.start_at(connector.first(_request(asked)), system_time=known)
    return started


def _answers(connector: Connector, wanted: Wanted, last: Pull) -> bool:
    """Whether the same was asked; a field that was never asked for needs everything again."""
    asked = last.asked
    if (asked.delivery, asked.options) != (wanted.delivery, dict(wanted.options)):
        return False
    if not asked.has_settings(_settings_of(connector, wanted)):
        return False
    return not connector.asks_for_declared_fields or set(wanted.fields) <= set(last.asked.fields)


def _has_appeared(
    wanted: Wanted, before: Sequence[Pull], fields: Sequence[SystemField] | None
) -> bool:
    """Whether a declared field is there that a pull before did not see, as when it was hidden."""
    there = set(wanted.fields) & {field.name for field in fields or ()}
    known = (one.fields for one in before)
    return any(there - {field.name for field in seen} for seen in known if seen is not None)


def _finish(connection: Connection, connector: Connector, current: Pull) -> None:
    request = _request(current.asked)
    restarts = 0
    while not current.checkpoint.done:
        try:
            _fetch(connection, connector, request, current, current.checkpoint.next or {})
        except PositionExpired as error:
            restarts += 1
            if restarts > RESTARTS:
                raise Fatal(f"{error}; the listing began again {RESTARTS} times") from None
            current.start_at(connector.first(request), current.checkpoint.restarts + 1)


def _fetch(
    connection: Connection, connector: Connector, request: Request, current: Pull, state: State
) -> None:
    """Land one page; fetched again when it is cut, although the system said that all is well."""

    def fetch() -> None:
        page = connector.page(request, state)
        if page.next is not None and page.next == state:
            raise Fatal(
                f"{connection.source}: the system gave the same position of {request.stream} "
                "twice; run again, and report it if it stays"
            )
        current.keep(page, _system_time(connection, connector, current))

    attempts = tenacity.Retrying(
        stop=tenacity.stop_after_attempt(READINGS),
        retry=tenacity.retry_if_exception_type(Retryable),
        wait=tenacity.wait_fixed(1),
        sleep=connection.sleep,
        reraise=True,
    )
    try:
        attempts(fetch)
    except Retryable as error:
        raise Fatal(
            f"{connection.source}: {request.stream}: {error}, {READINGS} times; run again later"
        ) from None


def _system_time(connection: Connection, connector: Connector, current: Pull) -> str | None:
    """When the pull began by the system's clock, which a first answer tells; None when unknown."""
    now = connector.now()
    if now is None:
        return None
    ahead = max(connection.clock() - now, timedelta(0))
    return (current.asked.window.upper - ahead).isoformat()


def _settings_of(connector: Connector, wanted: Wanted) -> str | None:
    if connector.connection.written is None:
        return None
    return fingerprint(connector.asked_settings(wanted.stream))


def _asked(connector: Connector, wanted: Wanted, lower: str | None, upper: str) -> Asked:
    return Asked(
        stream=wanted.stream,
        delivery=wanted.delivery,
        fields=wanted.fields,
        options=dict(wanted.options),
        lower=lower,
        upper=upper,
        settings=_settings_of(connector, wanted),
        optional=wanted.optional,
    )


def _request(asked: Asked) -> Request:
    return Request(
        asked.stream,
        asked.fields,
        asked.options,
        asked.window,
        asked.delivery,
        frozenset(asked.optional),
    )
