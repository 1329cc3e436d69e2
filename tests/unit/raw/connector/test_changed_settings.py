"""Settings and fields that were not asked for before: then changes alone are not enough."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from assets.raw.connector.errors import StopForToday
from assets.raw.connector.model import SystemField
from assets.raw.connector.pull import Wanted, pull
from assets.raw.connector.pulls import Pull, PullStore
from assets.raw.connector.settings import fingerprint
from tests.unit.raw.connector.books import (
    FIELDS,
    START,
    Books,
    Shelf,
    connection_to,
    lines_of,
    newest_titles,
)
from tests.unit.raw.connector.pulling import OVERLAP, WANTED, failing

WRITTEN = {"password": "${SHOP_PASSWORD}", "since": "2017-06-01", "http": {"calls": 1}}
EARLIER = WRITTEN | {"since": "2017-01-01"}
PRICE = SystemField("price", "decimal(38,9)")
Writer = Callable[..., Pull]


class GuardedBooks(Books):
    harmless_settings = Books.harmless_settings | {"password"}


@pytest.fixture
def pull_written(shelf: Shelf, tmp_path: Path) -> Writer:
    def _pull(written: dict[str, Any] | None = WRITTEN, wanted: Wanted = WANTED) -> Pull:
        connection = replace(connection_to(shelf, tmp_path), written=written)
        return pull(connection, GuardedBooks(connection), wanted)

    return _pull


@pytest.mark.parametrize(
    ("changed", "starts_over"),
    [
        (EARLIER, True),
        ({key: WRITTEN[key] for key in ("password", "http")}, True),
        (WRITTEN | {"shelf": "b"}, True),
        (dict(reversed(WRITTEN.items())), False),
        (WRITTEN | {"http": {"calls": 2}}, False),
        (WRITTEN | {"password": "${NEW_PASSWORD}"}, False),
        (None, False),
    ],
)
def test_what_was_never_asked_for_is_pulled_from_the_start(
    shelf: Shelf, pull_written: Writer, changed: dict[str, Any] | None, starts_over: bool
) -> None:
    pull_written()
    shelf.later(days=1)
    lower = pull_written(changed).asked.window.lower
    assert lower == (None if starts_over else START - OVERLAP)


def test_after_a_start_over_changes_are_enough_again_and_older_pulls_count(
    shelf: Shelf, pull_written: Writer, store: PullStore
) -> None:
    pull_written()
    for written in (EARLIER, EARLIER):
        shelf.later(days=1)
        shelf.edit(3, f"edited at {shelf.now}")
        pull_written(written)
    day = timedelta(days=1)
    assert [lower for lower, _ in shelf.windows] == [None, None, START + day - OVERLAP]
    assert [len(lines_of(done)) for done in store.done()] == [7, 7, 1]
    assert newest_titles(store.done()) == shelf.truth


def test_an_unfinished_pull_is_begun_anew(
    shelf: Shelf, pull_written: Writer, store: PullStore
) -> None:
    shelf.before_page = failing(StopForToday("shop: the system is done for today"))
    with pytest.raises(StopForToday):
        pull_written()
    shelf.later(minutes=1)
    whole = pull_written(EARLIER)
    assert (whole.asked.lower, len(lines_of(whole))) == (None, 7)
    assert [one.name for one in store.pulls()] == [whole.name], "the other is given up"


def test_a_weekly_snapshot_does_not_wait_for_its_night(shelf: Shelf, pull_written: Writer) -> None:
    weekly = replace(WANTED, delivery="snapshot", every=timedelta(days=7))
    pull_written(wanted=weekly)
    shelf.later(days=1)
    assert pull_written(wanted=weekly).began_at == START
    assert pull_written(EARLIER, weekly).began_at == shelf.now


@pytest.mark.parametrize("is_done", [True, False])
def test_a_pull_from_before_fingerprints_goes_on(
    shelf: Shelf, pull_written: Writer, store: PullStore, is_done: bool
) -> None:
    if not is_done:
        shelf.before_page = failing(StopForToday("shop: the system is done for today"))
        with pytest.raises(StopForToday):
            pull_written()
    else:
        pull_written()
    file = store.pulls()[0].folder / "pull.json"
    kept = json.loads(file.read_text())
    assert kept.pop("settings") == fingerprint({"since": "2017-06-01"})
    file.write_text(json.dumps(kept))
    shelf.later(minutes=1)
    second = pull_written(EARLIER)
    if is_done:
        assert second.asked.window.lower == START - OVERLAP
        assert second.asked.settings == fingerprint({"since": "2017-01-01"})
    else:
        assert second.began_at == START


def test_a_fingerprint_is_short_and_knows_what_yaml_knows(pull_written: Writer) -> None:
    found = fingerprint({"since": START, "codes": {1: ["a"], "b": None}})
    assert found == fingerprint({"codes": {"b": None, "1": ["a"]}, "since": str(START)})
    assert len(found) == 16
    assert pull_written(None).asked.settings is None


@pytest.mark.parametrize(
    ("declared", "before", "starts_over"),
    [
        (("id", "price"), FIELDS, True),
        (("id", "title"), FIELDS, False),
        (("id", "price"), [*FIELDS, PRICE], False),
        (("id", "price"), None, False),
    ],
)
def test_a_declared_field_that_was_hidden_is_pulled_from_the_start(
    shelf: Shelf,
    pull_written: Writer,
    declared: tuple[str, ...],
    before: list[SystemField] | None,
    starts_over: bool,
) -> None:
    wanted = replace(WANTED, fields=declared)
    shelf.fields = before
    pull_written(wanted=wanted)
    shelf.fields = [*FIELDS, PRICE]
    shelf.later(days=1)
    visible = pull_written(wanted=wanted)
    assert visible.asked.window.lower == (None if starts_over else START - OVERLAP)
    shelf.later(days=1)
    after = pull_written(wanted=wanted)
    assert after.asked.window.lower == visible.began_at - OVERLAP, "once is enough"


def test_a_field_that_was_visible_before_it_was_declared_is_pulled_from_the_start_too(
    shelf: Shelf, pull_written: Writer
) -> None:
    pull_written()
    shelf.fields = [*FIELDS, PRICE]
    shelf.later(days=1)
    shelf.edit(1, "the only record with a price")
    assert pull_written().asked.window.lower == START - OVERLAP
    shelf.later(days=1)
    assert pull_written(wanted=replace(WANTED, fields=("id", "price"))).asked.lower is None
