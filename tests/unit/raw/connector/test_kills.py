"""A pull that is killed at any moment goes on at the page: nothing lost, nothing out of order."""

from __future__ import annotations

import multiprocessing
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.raw.connector.model import Request, State
from assets.raw.connector.pull import Wanted, pull
from assets.raw.connector.pulls import PAGE, Pull, PullStore
from tests.unit.raw.connector.books import (
    FIELDS,
    Books,
    Shelf,
    connection_to,
    lines_of,
    newest_titles,
)
from tests.unit.raw.connector.crashes import killed_at

WANTED = Wanted("books")
RENAMES = [
    "landing.keys",
    *("pull.json", "checkpoint.json", "fields.json", "checkpoint.json"),
    *(f"00000001-3{PAGE}", "checkpoint.json", f"00000002-3{PAGE}", "checkpoint.json"),
    *(f"00000003-1{PAGE}", "checkpoint.json"),
]


def pull_books(shelf: Shelf, home: Path) -> Pull:
    connection = connection_to(shelf, home)
    return pull(connection, Books(connection), WANTED)


def test_every_moment_of_a_pull_is_known(shelf: Shelf, tmp_path: Path) -> None:
    with killed_at(99, before=True) as renamed:
        pull_books(shelf, tmp_path)
    assert renamed == RENAMES


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("rename", range(len(RENAMES)))
def test_killed_once_it_goes_on(shelf: Shelf, tmp_path: Path, rename: int, before: bool) -> None:
    whole = pull_books(shelf, tmp_path / "whole")
    shelf.asked.clear()
    with killed_at(rename, before=before):
        pull_books(shelf, tmp_path)
    pull_books(shelf, tmp_path)
    landed = PullStore(tmp_path, "shop", "books").done()
    assert [line for one in landed for line in lines_of(one)] == lines_of(whole)
    assert landed[0].fields == FIELDS
    assert landed[0].checkpoint == whole.checkpoint
    assert len(shelf.asked) <= 4, "only the page that was not counted is asked for again"


EVENTS = st.tuples(st.integers(0, 12), st.booleans(), st.lists(st.integers(1, 12), max_size=4))


@settings(max_examples=30, deadline=None)
@given(st.lists(EVENTS, max_size=5), st.integers(1, 4))
def test_killed_again_and_again_while_books_are_edited(
    events: list[tuple[int, bool, list[int]]], page_size: int
) -> None:
    shelf = Books.shelf = Shelf(page_size=page_size)
    for number in range(1, 6):
        shelf.edit(number, ago=number)
    with tempfile.TemporaryDirectory() as folder:
        for turn, (rename, before, edited) in enumerate(events):
            with killed_at(rename, before=before):
                pull_books(shelf, Path(folder))
            shelf.later(seconds=30)
            for number in edited:
                shelf.edit(number, f"edited in turn {turn}")
        with killed_at(999, before=True):
            shelf.later(minutes=5)
            pull_books(shelf, Path(folder))
            shelf.later(minutes=5)
            pull_books(shelf, Path(folder))
        done = PullStore(Path(folder), "shop", "books").done()
        assert newest_titles(done) == shelf.truth
        for one in done:
            landed = lines_of(one)
            assert len(landed) == len(set(landed)) == one.checkpoint.records
            assert [page.records for page in one.pages[:-1]] == [page_size] * (len(one.pages) - 1)


def test_a_page_cut_off_in_its_middle_is_written_anew(shelf: Shelf, tmp_path: Path) -> None:
    def lost_power(request: Request, state: State) -> None:
        if state["after"][1]:
            raise KeyboardInterrupt

    shelf.before_page = lost_power
    with pytest.raises(KeyboardInterrupt):
        pull_books(shelf, tmp_path)
    (folder,) = (tmp_path / "landing/shop/streams/books").glob("*Z")
    (folder / ".00000002").write_bytes(b"half")
    (folder / f"00000002-9{PAGE}").write_bytes(b"written, but never counted")
    shelf.before_page = lambda request, state: None
    assert len(lines_of(pull_books(shelf, tmp_path))) == 7
    assert sorted(file.name for file in folder.iterdir()) == [
        *(f"00000001-3{PAGE}", f"00000002-3{PAGE}", f"00000003-1{PAGE}"),
        *("checkpoint.json", "fields.json", "pull.json"),
    ]


def test_everything_that_lands_is_for_the_owner_only(shelf: Shelf, tmp_path: Path) -> None:
    pull_books(shelf, tmp_path / "home")
    landed = [path for path in tmp_path.rglob("*") if path != tmp_path]
    assert len(landed) > 8
    assert {path.stat().st_mode & 0o077 for path in landed} == {0}


def _pull_in_process(shelf: Shelf, home: Path, barrier: Callable[..., None]) -> None:
    barrier.wait()  # type: ignore[attr-defined]
    pull_books(shelf, home)


def test_two_processes_at_once_land_one_after_the_other(shelf: Shelf, tmp_path: Path) -> None:
    fork = multiprocessing.get_context("fork")
    barrier = fork.Barrier(3)
    processes = [
        fork.Process(target=_pull_in_process, args=(shelf, tmp_path, barrier)) for _ in range(3)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(10)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    done = PullStore(tmp_path, "shop", "books").done()
    assert done[0].checkpoint.records == 7
    assert newest_titles(done) == shelf.truth
    assert all(pull.asked.lower is not None for pull in done[1:]), "the others had little to do"
