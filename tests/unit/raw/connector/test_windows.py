"""Windows: each pull begins where the last one ended, less an overlap; nothing falls between."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from assets.raw.connector.errors import Fatal, StopForToday
from assets.raw.connector.pull import Wanted
from assets.raw.connector.pulls import PullStore
from tests.unit.raw.connector.books import (
    START,
    Books,
    PickyBooks,
    Shelf,
    lines_of,
    newest_titles,
)
from tests.unit.raw.connector.pulling import OVERLAP, WANTED, Puller, failing


def test_windows_overlap_and_end_now(shelf: Shelf, pull_books: Puller) -> None:
    for _ in range(3):
        pull_books()
        shelf.later(days=1)
    day = timedelta(days=1)
    assert shelf.windows == [
        (None, START),
        (START - OVERLAP, START + day),
        (START + day - OVERLAP, START + 2 * day),
    ]


def test_an_edit_that_comes_to_light_late_arrives(
    shelf: Shelf, pull_books: Puller, store: PullStore
) -> None:
    pull_books()
    shelf.edit(3, "of the same second")
    shelf.edit(9, "committed late", ago=100)
    shelf.later(minutes=30)
    shelf.edit(4, "new")
    pull_books()
    assert newest_titles(store.done()) == shelf.truth


def test_the_window_stays_as_it_was_while_a_pull_goes_on(shelf: Shelf, pull_books: Puller) -> None:
    shelf.before_page = lambda request, state: shelf.later(minutes=5)
    pull_books()
    assert len(shelf.asked) == 3
    assert shelf.windows == [(None, START)]


def test_a_snapshot_is_pulled_from_the_beginning_each_time(
    shelf: Shelf, pull_books: Puller
) -> None:
    for _ in range(2):
        assert len(lines_of(pull_books(replace(WANTED, delivery="snapshot")))) == 7
        shelf.later(days=1)
    assert [lower for lower, _ in shelf.windows] == [None, None]


@pytest.mark.parametrize(
    "changed",
    [
        replace(WANTED, options={"shelf": "b"}),
        replace(WANTED, delivery="snapshot"),
        replace(WANTED, fields=("id", "title", "price")),
    ],
)
def test_what_is_wanted_otherwise_is_not_continued(
    shelf: Shelf, pull_books: Puller, store: PullStore, changed: Wanted
) -> None:
    shelf.before_page = failing(StopForToday("shop: the system is done for today"))
    with pytest.raises(StopForToday):
        pull_books()
    shelf.later(minutes=1)
    whole = pull_books(changed)
    assert len(lines_of(whole)) == 7
    assert (whole.asked.lower, whole.began_at) == (None, shelf.now)
    assert [one.name for one in store.pulls()] == [whole.name], "the other is given up"


@pytest.mark.parametrize(
    ("changed", "kind", "starts_over"),
    [
        (replace(WANTED, options={"shelf": "b"}), Books, True),
        (replace(WANTED, fields=("id", "title", "price")), Books, False),
        (replace(WANTED, fields=("id", "title", "price")), PickyBooks, True),
        (replace(WANTED, fields=("id",)), PickyBooks, False),
        (replace(WANTED, overlap=timedelta(hours=1)), PickyBooks, False),
    ],
)
def test_changes_are_enough_while_the_same_is_wanted(
    shelf: Shelf, pull_books: Puller, changed: Wanted, kind: type[Books], starts_over: bool
) -> None:
    pull_books(kind=kind)
    shelf.later(days=1)
    lower = pull_books(changed, kind=kind).asked.window.lower
    assert lower == (None if starts_over else START - changed.overlap)


def test_a_snapshot_does_not_become_the_beginning_of_increments(
    shelf: Shelf, pull_books: Puller
) -> None:
    pull_books(replace(WANTED, delivery="snapshot"))
    shelf.later(days=1)
    assert pull_books().asked.lower is None


def test_a_stream_without_changes_cannot_be_an_increment(
    shelf: Shelf, pull_books: Puller, store: PullStore
) -> None:
    shelf.changes = False
    with pytest.raises(Fatal, match="shop: the stream books cannot be asked for changes; write"):
        pull_books()
    assert store.pulls() == []
    assert pull_books(replace(WANTED, delivery="snapshot")).checkpoint.records == 7


@pytest.mark.parametrize("tells", ["early", "late"])
@pytest.mark.parametrize("behind", [timedelta(minutes=10), timedelta(minutes=-10)])
def test_the_earlier_clock_ends_a_pull(
    shelf: Shelf, pull_books: Puller, store: PullStore, tells: str, behind: timedelta
) -> None:
    shelf.behind, shelf.answers_clock = behind, tells
    first = pull_books()
    assert first.began_at == min(START, shelf.system_now)
    shelf.edit(3, "just after the pull, by the system's clock")
    shelf.later(minutes=1)
    second = pull_books()
    assert second.asked.window.lower == first.began_at - OVERLAP
    shelf.later(minutes=20)
    pull_books()
    assert newest_titles(store.done()) == shelf.truth


def test_the_system_s_clock_is_that_of_the_beginning(shelf: Shelf, pull_books: Puller) -> None:
    shelf.behind, shelf.answers_clock = timedelta(minutes=10), "late"
    shelf.before_page = lambda request, state: shelf.later(minutes=7)
    assert pull_books().began_at == START - timedelta(minutes=10)
