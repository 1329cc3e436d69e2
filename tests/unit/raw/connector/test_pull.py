"""Pulls that do not go as planned: interrupted, expired, cut, not due, or telling nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from assets.raw.connector.errors import Fatal, PositionExpired, Retryable, StopForToday
from assets.raw.connector.model import Page
from assets.raw.connector.pull import RESTARTS
from assets.raw.connector.pulls import PullStore
from tests.unit.raw.connector.books import START, Books, Shelf, lines_of, newest_titles
from tests.unit.raw.connector.pulling import OVERLAP, WANTED, Puller, failing


def test_a_pull_that_was_interrupted_long_ago_is_followed_by_one_up_to_now(
    shelf: Shelf, pull_books: Puller, store: PullStore
) -> None:
    shelf.before_page = failing(StopForToday("shop: the system is done for today"))
    with pytest.raises(StopForToday):
        pull_books()
    shelf.later(days=1)
    shelf.edit(1, "edited today")
    assert pull_books().began_at == shelf.now
    assert newest_titles(store.done()) == shelf.truth
    assert shelf.windows == [(None, START), (START - OVERLAP, shelf.now)]


@pytest.mark.parametrize(
    ("days", "passed", "again"),
    [
        (7, timedelta(days=6), False),
        (7, timedelta(days=7), True),
        (7, timedelta(days=7) - timedelta(minutes=40), True),
        (1, timedelta(days=1) - timedelta(minutes=40), True),
        (1, timedelta(hours=12), False),
        (0, timedelta(0), True),
    ],
)
def test_some_streams_are_not_pulled_every_night(
    shelf: Shelf, pull_books: Puller, days: int, passed: timedelta, again: bool
) -> None:
    weekly = replace(WANTED, delivery="snapshot", every=timedelta(days=days))
    first = pull_books(weekly)
    shelf.now += passed
    assert (pull_books(weekly).name != first.name) is again


def test_a_changed_contract_does_not_wait_for_its_night(shelf: Shelf, pull_books: Puller) -> None:
    weekly = replace(WANTED, delivery="snapshot", every=timedelta(days=7))
    pull_books(weekly)
    shelf.later(days=1)
    assert pull_books(replace(weekly, options={"shelf": "b"})).began_at == shelf.now


def test_an_expired_position_begins_the_listing_again(
    shelf: Shelf, pull_books: Puller, store: PullStore
) -> None:
    shelf.before_page = failing(PositionExpired("shop: the page token counts no more"), times=2)
    done = pull_books()
    assert newest_titles([done]) == shelf.truth
    assert (done.checkpoint.restarts, len(shelf.windows)) == (2, 1)
    assert done.checkpoint.records == 10, "the page that was there stays"


def test_positions_that_always_expire_stop_a_run_and_not_all_that_follow(
    shelf: Shelf, pull_books: Puller
) -> None:
    expired = PositionExpired("shop: the page token counts no more")
    shelf.before_page = failing(expired, times=RESTARTS + 1)
    with pytest.raises(Fatal, match="no more; the listing began again 3 times"):
        pull_books()
    shelf.before_page = failing(expired, page=1)
    assert newest_titles([pull_books()]) == shelf.truth


def test_a_position_that_does_not_move_is_told(
    shelf: Shelf, pull_books: Puller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Books, "page", lambda self, request, state: Page([], dict(state)))
    with pytest.raises(Fatal, match="shop: the system gave the same position of books twice"):
        pull_books()


def test_an_empty_position_is_one_too(
    shelf: Shelf, pull_books: Puller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Books, "first", lambda self, request: {})
    monkeypatch.setattr(Books, "page", lambda self, request, state: Page([b'{"id":1}'], None))
    assert pull_books().checkpoint.records == 1


@pytest.mark.parametrize(("times", "told"), [(2, ""), (3, "no valid JSON, 3 times; run again")])
def test_a_page_that_is_no_json_is_asked_for_again(
    shelf: Shelf, pull_books: Puller, times: int, told: str
) -> None:
    shelf.before_page = failing(Retryable("the answer is no valid JSON"), times)
    if told:
        with pytest.raises(Fatal, match=told) as error:
            pull_books()
        assert str(error.value).startswith("shop: books: ")
        shelf.before_page = lambda request, state: None
    assert len(lines_of(pull_books())) == 7
    assert shelf.slept == [1, 1]


def test_pulls_that_tell_nothing_are_removed(
    shelf: Shelf, pull_books: Puller, store: PullStore
) -> None:
    for _ in range(4):
        pull_books()
        shelf.later(days=1)
    assert [one.name[:6] for one in store.pulls()] == ["000001", "000004"]
    (store.folder / "000009-20180101T000000Z").mkdir()
    (store.folder / ".snapshot").mkdir()
    (store.folder / "copy of 000001").mkdir()
    shelf.edit(5, "new")
    pull_books()
    assert [one.name[:6] for one in store.pulls()] == ["000001", "000010"]
    names = sorted(path.name for path in store.folder.iterdir())
    assert names[:2] + names[-1:] == [".lock", ".snapshot", "copy of 000001"]


def test_two_streams_have_two_folders(tmp_path: Path) -> None:
    folders = {PullStore(tmp_path, "shop", name).folder for name in ("a/b", "a", "b")}
    assert len(folders) == 3
    assert {folder.parent for folder in folders} == {tmp_path / "landing/shop/streams"}
