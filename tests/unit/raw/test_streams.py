"""Objects that come from a system: pulled when it is configured, absent when it is not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from assets.raw.connector import registry
from assets.raw.connector.errors import Fatal
from assets.raw.connector.model import SystemField
from assets.raw.connector.pages import LandedStream
from assets.raw.connector.pulls import PullStore
from assets.raw.streams import open_connection, pull_object, wanted
from tests.unit.raw.connector.books import FIELDS, SECRET, Books, Shelf, lines_of
from tests.unit.raw.connector.company import BOOKS, clock_of, set_up_company, write_contract

VALUES = {"SHOP_PASSWORD": SECRET, "SHOP_USER": "reader"}
Puller = Callable[..., LandedStream]


@pytest.fixture
def shelf() -> Shelf:
    Books.shelf = Shelf()
    for number in range(1, 8):
        Books.shelf.edit(number, ago=3600)
    return Books.shelf


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return set_up_company(tmp_path, monkeypatch)


@pytest.fixture
def pull_books(shelf: Shelf, company: Path) -> Puller:
    def _pull(values: dict[str, str] = VALUES, name: str = "books", **objects: dict):
        contract = write_contract(company, **objects)
        return pull_object(company / "home", contract, name, values.get, clock_of(shelf))

    return _pull


def test_all_increments_count(shelf: Shelf, pull_books: Puller) -> None:
    assert pull_books().records == 7
    shelf.later(days=1)
    shelf.edit(3, "new")
    landed = pull_books()
    assert (len(landed.pulls), landed.records, len(landed.pages)) == (2, 8, 4)
    assert shelf.closed == 2


def test_only_the_newest_snapshot_counts(shelf: Shelf, pull_books: Puller) -> None:
    snapshot = BOOKS | {"delivery": "snapshot"}
    pull_books(books=snapshot)
    shelf.later(days=1)
    del shelf.records[7]
    landed = pull_books(books=snapshot)
    assert (len(landed.pulls), landed.records) == (1, 6)


def test_the_fields_before_are_those_of_the_pull_before(shelf: Shelf, pull_books: Puller) -> None:
    assert pull_books().fields_before is None
    shelf.later(days=1)
    shelf.edit(1)
    shelf.fields = [*FIELDS, SystemField("colour", "varchar")]
    landed = pull_books()
    assert landed.fields_before == FIELDS
    assert landed.fields == shelf.fields


def test_a_source_that_is_not_configured_is_absent(shelf: Shelf, pull_books: Puller) -> None:
    landed = pull_books({})
    assert (landed.pulls, landed.pages, landed.fields) == ([], [], None)
    assert not landed.is_configured
    assert shelf.asked == []


def test_a_source_that_lost_its_variables_is_told(shelf: Shelf, pull_books: Puller) -> None:
    pull_books()
    with pytest.raises(Fatal, match="shop: none of its variables is set any more, but it was"):
        pull_books({})
    assert pull_books().records == 7


def test_a_half_configured_source_is_told(shelf: Shelf, pull_books: Puller) -> None:
    with pytest.raises(Fatal, match="shop: SHOP_USER not set") as error:
        pull_books({"SHOP_PASSWORD": SECRET})
    assert SECRET not in str(error.value)


def test_the_connector_is_closed_when_it_fails(shelf: Shelf, pull_books: Puller) -> None:
    shelf.changes = False
    with pytest.raises(Fatal):
        pull_books()
    assert shelf.closed == 1


def test_objects_of_one_stream_are_pulled_with_the_fields_of_both(
    shelf: Shelf, pull_books: Puller, company: Path
) -> None:
    short = BOOKS | {"columns": BOOKS["columns"][:1], "version": None, "overlap_seconds": 600}
    both = {"books": BOOKS, "numbers": short}
    landed = [pull_books(name=name, **both) for name in both]
    assert [one.records for one in landed] == [7, 7]
    assert landed[0].pulls[0].folder == landed[1].pulls[0].folder
    (first, second) = PullStore(company / "home", "shop", "books").done()
    assert first.asked.fields == second.asked.fields == ("edited", "id", "title")
    assert second.asked.window.lower == first.began_at - dt.timedelta(seconds=600)


def test_objects_of_one_stream_want_the_same(pull_books: Puller) -> None:
    other = BOOKS | {"delivery": "snapshot"}
    with pytest.raises(Fatal, match="shop: the objects of the stream books differ in delivery"):
        pull_books(books=BOOKS, others=other)


def test_options_are_as_a_pull_keeps_them(shelf: Shelf, pull_books: Puller, company: Path) -> None:
    options = {"since": dt.date(2017, 1, 1), "codes": {1: ["a"]}, "名": 1.5}
    dated = BOOKS | {"options": options}
    for _ in range(2):
        landed = pull_books(books=dated)
        shelf.later(days=1)
    assert landed.pulls[-1].asked.lower is not None, "the same options go on"
    request, _ = shelf.asked[-1]
    assert request.options == {"since": "2017-01-01", "codes": {"1": ["a"]}, "名": 1.5}
    contract = write_contract(company, books=dated)
    assert wanted(contract, contract.objects["books"]).options == request.options


def test_another_value_of_a_variable_is_the_same_question(shelf: Shelf, pull_books: Puller) -> None:
    pull_books()
    shelf.later(days=1)
    last = pull_books(VALUES | {"SHOP_USER": "somebody else"}).pulls[-1]
    assert last.asked.lower is not None
    assert last.asked.settings is not None
    kept = "".join(file.read_text() for file in last.folder.glob("*.json"))
    assert not {SECRET, "somebody else"} & {*kept.split('"')}


def test_two_sources_of_one_system_are_apart(shelf: Shelf, company: Path) -> None:
    contract = write_contract(company)
    other = contract.model_copy(update={"source": "other_shop"})
    for one in (contract, other):
        landed = pull_object(company / "home", one, "books", VALUES.get, clock_of(shelf))
        assert len(lines_of(landed.pulls[0])) == 7
    homes = {
        open_connection(company, one, VALUES.get, clock_of(shelf)).source
        for one in (contract, other)
    }
    assert homes == {"shop", "other_shop"}


def test_a_connection_has_an_aware_clock_and_resolved_settings(shelf: Shelf, company: Path) -> None:
    found = open_connection(company, write_contract(company), VALUES.get, clock_of(shelf))
    assert found.clock() == shelf.now
    assert found.clock().tzinfo is dt.UTC
    assert found.settings == {"password": SECRET, "user": "reader"}
    assert found.written == {"password": "${SHOP_PASSWORD}", "user": "${SHOP_USER}"}


@pytest.mark.parametrize("system", sorted(registry.SYSTEMS))
def test_every_system_has_its_connector(system: str) -> None:
    found = registry.connector_class(system)
    assert found.__doc__
    assert found.page is not registry.Connector.page
