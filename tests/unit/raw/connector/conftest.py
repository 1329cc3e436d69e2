from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from assets.raw.connector.pull import Wanted, pull
from assets.raw.connector.pulls import Pull, PullStore
from tests.unit.raw.connector.books import Books, Shelf, connection_to
from tests.unit.raw.connector.echo_server import TOKEN, EchoServer
from tests.unit.raw.connector.pulling import WANTED, Puller


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test here takes the power away, and waiting for the disk is half of their time."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.fixture
def shelf() -> Shelf:
    """A shelf of seven books, edited an hour ago, a minute apart."""
    shelf = Shelf()
    for number in range(1, 8):
        shelf.edit(number, f"title {number}", ago=3600 - 60 * number)
    Books.shelf = shelf
    return shelf


@pytest.fixture
def pull_books(shelf: Shelf, tmp_path: Path) -> Puller:
    def _pull(wanted: Wanted = WANTED, kind: type[Books] = Books) -> Pull:
        connection = connection_to(shelf, tmp_path)
        return pull(connection, kind(connection), wanted)

    return _pull


@pytest.fixture
def store(tmp_path: Path) -> PullStore:
    return PullStore(tmp_path, "shop", "books")


@pytest.fixture(scope="module")
def running() -> Iterator[EchoServer]:
    with EchoServer() as server:
        yield server


@pytest.fixture
def server(running: EchoServer) -> EchoServer:
    for kept in (running.requests, running.seen, running._faults):
        kept.clear()
    running.valid = {TOKEN}
    return running
