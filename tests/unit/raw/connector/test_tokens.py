"""One token for all processes of an instance: asked for once, kept until it is worth nothing."""

from __future__ import annotations

import multiprocessing
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from assets.raw.connector.errors import Fatal, TokenRejected
from assets.raw.connector.tokens import MARGIN, Token, TokenStore
from tests.unit.raw.connector.books import SECRET, Shelf, connection_to

PROCESSES = 4
HOUR = timedelta(hours=1)


@pytest.fixture
def world() -> Shelf:
    return Shelf()


def fetcher(world: Shelf, told: list[str], lasts: timedelta = HOUR):
    def fetch() -> Token:
        told.append(f"token {len(told) + 1}")
        return Token(told[-1], world.now + lasts, {"host": "example.com"})

    return fetch


def store(world: Shelf, home: Path, fingerprint: str = SECRET) -> TokenStore:
    return TokenStore(connection_to(world, home), fingerprint)


def test_a_token_is_kept_with_what_came_with_it(world: Shelf, tmp_path: Path) -> None:
    told: list[str] = []
    fetch = fetcher(world, told)
    first = store(world, tmp_path)
    assert first.get(fetch).value == first.get(fetch).value == "token 1"
    again = store(world, tmp_path).get(fetch)
    assert (again.value, again.extra) == ("token 1", {"host": "example.com"})
    assert again.expires_at == world.now + HOUR
    assert told == ["token 1"]


def test_nothing_of_it_is_readable_for_others(world: Shelf, tmp_path: Path) -> None:
    token = store(world, tmp_path / "home").get(fetcher(world, []))
    files = [path for path in (tmp_path / "home").rglob("*") if path.is_file()]
    assert len(files) == 2
    for path in [*files, *(path for path in (tmp_path / "home").rglob("*") if path.is_dir())]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    assert SECRET not in "".join(path.read_text() for path in files)
    assert token.value not in repr(token)


@pytest.mark.parametrize(
    ("left", "fetched"), [(MARGIN + timedelta(seconds=1), 1), (MARGIN, 2), (timedelta(-1), 2)]
)
def test_a_token_about_to_expire_is_replaced(
    world: Shelf, tmp_path: Path, left: timedelta, fetched: int
) -> None:
    told: list[str] = []
    kept = store(world, tmp_path)
    kept.get(fetcher(world, told, lasts=HOUR))
    world.now += HOUR - left
    kept.get(fetcher(world, told))
    assert len(told) == fetched


def test_other_credentials_have_another_token(world: Shelf, tmp_path: Path) -> None:
    told: list[str] = []
    store(world, tmp_path, "old").get(fetcher(world, told))
    assert store(world, tmp_path, "new").get(fetcher(world, told)).value == "token 2"


def test_a_rejected_token_is_replaced_once_for_all(world: Shelf, tmp_path: Path) -> None:
    told: list[str] = []
    fetch = fetcher(world, told)
    one, other = store(world, tmp_path), store(world, tmp_path)
    rejected = one.get(fetch).value
    assert other.get(fetch).value == rejected
    assert one.get(fetch, rejected).value == "token 2"
    assert other.get(fetch, rejected).value == "token 2", "the other's new token is taken"
    assert other.get(fetch).value == one.get(fetch).value == "token 2"
    assert len(told) == 2


def test_a_failed_fetch_leaves_the_old_one(world: Shelf, tmp_path: Path) -> None:
    def refuse() -> Token:
        raise Fatal("shop: the refresh token counts no more")

    kept = store(world, tmp_path)
    kept.get(fetcher(world, []))
    with pytest.raises(Fatal):
        kept.get(refuse, "token 1")
    assert store(world, tmp_path).get(refuse).value == "token 1"


@pytest.mark.parametrize(("refused", "fetched"), [(0, [None]), (1, [None, "token 1"])])
def test_a_rejected_token_is_renewed_once(
    world: Shelf, tmp_path: Path, refused: int, fetched: list[str | None]
) -> None:
    rejected: list[str | None] = []

    def fetch(bad: str | None) -> Token:
        rejected.append(bad)
        return Token(f"token {len(rejected)}", world.now + HOUR)

    def ask(token: Token) -> str:
        if token.value in {f"token {number + 1}" for number in range(refused)}:
            raise TokenRejected("rejects the access token")
        return token.value

    assert store(world, tmp_path).used(ask, fetch) == f"token {refused + 1}"
    assert rejected == fetched


def test_a_token_that_is_rejected_again_is_told(world: Shelf, tmp_path: Path) -> None:
    told: list[str] = []

    def refuse(token: Token) -> None:
        raise TokenRejected(f"rejects {token.value}")

    with pytest.raises(TokenRejected, match="rejects token 2"):
        store(world, tmp_path).used(refuse, lambda bad: fetcher(world, told)())
    assert told == ["token 1", "token 2"]


def _get_in_process(home: Path, told: Path, barrier: object) -> None:
    world = Shelf()

    def fetch() -> Token:
        with told.open("a") as handle:
            handle.write("x")
        return Token(f"token {told.stat().st_size}", world.now + HOUR, {})

    barrier.wait()  # type: ignore[attr-defined]
    assert store(world, home).get(fetch, rejected="token 0").value == "token 1"


def test_processes_at_once_ask_for_one_token(tmp_path: Path) -> None:
    fork = multiprocessing.get_context("fork")
    barrier = fork.Barrier(PROCESSES)
    told = tmp_path / "told"
    processes = [
        fork.Process(target=_get_in_process, args=(tmp_path / "home", told, barrier))
        for _ in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(10)
    assert [process.exitcode for process in processes] == [0] * PROCESSES
    assert told.read_text() == "x"
