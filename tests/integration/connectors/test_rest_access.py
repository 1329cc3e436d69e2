"""Every way to show credentials: they reach the system, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from assets.raw.connector.errors import Fatal, SourceError, TokenRejected
from assets.raw.rest.client import Rest
from demo.servers.base import Answer, Fault, Request, json_answer
from demo.servers.cursors import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN, CursorServer
from tests.integration.connectors.listings import START, Clock, asked, connect, drained, ids, pulled

SECRET = "s3cret-Value"
ROWS = {"path": "all", "records": "items"}
NEXT = {"path": "next", "records": "items", "paging": {"kind": "next_url", "url": "links.next"}}


@pytest.fixture
def server() -> Iterator[CursorServer]:
    with CursorServer(lambda: START) as running:
        yield running


def oauth(server: CursorServer, **more: Any) -> dict[str, Any]:
    return {
        "kind": "oauth2",
        "token_url": f"{server.url}/oauth/token",
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        **more,
    }


def settings(server: CursorServer, auth: dict[str, Any]) -> dict[str, Any]:
    return {"base_url": server.url, "auth": auth, "streams": {"rows": ROWS, "next": NEXT}}


@pytest.mark.parametrize(
    ("auth", "shown"),
    [
        ({"kind": "bearer", "token": SECRET}, f"Bearer {SECRET}"),
        ({"kind": "basic", "username": "a", "password": "b:c"}, "Basic YTpiOmM="),
        ({"kind": "header", "name": "Authorization", "value": SECRET}, SECRET),
    ],
)
def test_fixed_credentials_are_shown_in_a_header(
    server: CursorServer, tmp_path: Path, auth: dict[str, Any], shown: str
) -> None:
    server.allows = lambda request: request.headers.get("authorization") == shown
    connection = connect(tmp_path, Clock(), settings(server, auth))
    assert len(drained(Rest, connection, asked("rows", START))) == 25


def test_a_credential_in_the_address_never_reaches_a_checkpoint(
    server: CursorServer, tmp_path: Path
) -> None:
    server.allows = lambda request: request.query.get("key") == SECRET
    auth = {"kind": "query", "name": "key", "value": SECRET}
    connection = connect(tmp_path, Clock(), settings(server, auth))
    rest = Rest(connection)
    page = rest.page(asked("next", START), rest.first(asked("next", START)))
    assert page.next is not None
    assert SECRET not in json.dumps(page.next)
    assert len(drained(Rest, connection, asked("next", START))) == 25


@pytest.mark.parametrize("echoed", [True, False])
def test_a_parameter_of_the_connection_never_reaches_a_checkpoint_and_is_always_sent(
    server: CursorServer, tmp_path: Path, echoed: bool
) -> None:
    server.allows = lambda request: request.query.get("api_key") == SECRET
    respond = server.respond

    def without_key(request: Request) -> Answer:
        found = respond(request)
        return Answer(200, found.body.replace(f"api_key={SECRET}&".encode(), b""), found.headers)

    if not echoed:
        server.respond = without_key  # type: ignore[method-assign]
    given = settings(server, {"kind": "none"}) | {"params": {"api_key": SECRET}}
    connection = connect(tmp_path, Clock(), given)
    server.plan(Fault(path="/next", skip=2, answer=json_answer({}, 404)))
    with pytest.raises(Fatal, match="status 404"):
        pulled(Rest, connection, stream="next", delivery="snapshot")
    (kept,) = tmp_path.rglob("checkpoint.json")
    assert "start=" in kept.read_text()
    assert SECRET not in "".join(file.read_text() for file in kept.parent.glob("*.json"))
    assert len(pulled(Rest, connection, stream="next", delivery="snapshot")) == 25


def test_a_bound_of_the_connection_moves_on_with_the_next_address(
    server: CursorServer, tmp_path: Path
) -> None:
    seen: list[str | None] = []
    server.allows = lambda request: bool(seen.append(request.query.get("until"))) or True
    moved = f"{server.url}/next?until=2024-02-01T00:00:00Z&start=10"
    server.plan(Fault(path="/next", answer=json_answer({"items": [], "links": {"next": moved}})))
    given = settings(server, {"kind": "none"}) | {"params": {"until": "{upper}"}}
    drained(Rest, connect(tmp_path, Clock(), given), asked("next", START), killed=True)
    assert set(seen) == {"2024-02-01T00:00:00Z"}


@pytest.mark.parametrize("place", ["body", "header"])
def test_client_credentials_are_changed_into_one_shared_token(
    server: CursorServer, tmp_path: Path, place: str
) -> None:
    server.allows = lambda r: r.headers.get("authorization") == f"Bearer {server.token.value}"
    if place == "header":
        respond = server.respond

        def with_basic(request: Request) -> Answer:
            form = f"client_id={CLIENT_ID}&client_secret={CLIENT_SECRET}&{request.body.decode()}"
            if request.path == "/oauth/token":
                assert request.headers["authorization"].startswith("Basic ")
                request = Request("POST", request.path, {}, {}, form.encode())
            return respond(request)

        server.respond = with_basic  # type: ignore[method-assign]
    connection = connect(tmp_path, Clock(), settings(server, oauth(server, client_in=place)))
    assert len(drained(Rest, connection, asked("rows", START))) == 25
    assert len(drained(Rest, connection, asked("next", START), killed=True)) == 25
    assert server.token.given == 1


def test_a_revoked_token_is_replaced_in_the_middle_of_a_pull(
    server: CursorServer, tmp_path: Path
) -> None:
    server.allows = lambda r: r.headers.get("x-token") == f"T/{server.token.value}"

    def revoke() -> None:
        server.token.value = "none any more"

    server.plan(Fault(path="/next", skip=1, act=revoke))
    auth = oauth(server, header="X-Token", prefix="T/")
    connection = connect(tmp_path, Clock(), settings(server, auth))
    assert len(drained(Rest, connection, asked("next", START))) == 25
    assert server.token.given == 2


def test_an_expired_token_is_replaced_before_it_is_used(
    server: CursorServer, tmp_path: Path
) -> None:
    clock = Clock()
    connection = connect(tmp_path, clock, settings(server, oauth(server)))
    drained(Rest, connection, asked("rows", START))
    clock.now += timedelta(hours=1)
    drained(Rest, connection, asked("rows", START))
    assert server.token.given == 2


def test_a_renewed_refresh_token_outlives_the_process(server: CursorServer, tmp_path: Path) -> None:
    server.rotates = True
    clock = Clock()
    auth = oauth(server, grant="refresh_token", refresh_token=REFRESH_TOKEN)
    connection = connect(tmp_path, clock, settings(server, auth))
    for _ in range(3):
        drained(Rest, connection, asked("rows", START))
        clock.forward(hours=2)
    assert server.token.given == 3
    kept = tmp_path / "secrets" / "refresh_tokens" / "trial"
    assert kept.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("auth", "kind"),
    [
        ({"kind": "bearer", "token": SECRET}, TokenRejected),
        ({"kind": "query", "name": "key", "value": SECRET}, TokenRejected),
    ],
)
def test_wrong_credentials_are_one_line_without_their_value(
    server: CursorServer, tmp_path: Path, auth: dict[str, Any], kind: type[SourceError]
) -> None:
    server.allows = lambda request: False
    connection = connect(tmp_path, Clock(), settings(server, auth))
    with pytest.raises(kind, match="trial: rows: the system rejects the credentials") as error:
        drained(Rest, connection, asked("rows", START))
    assert SECRET not in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("wrong", [{"client_secret": SECRET}, {"client_id": SECRET}])
def test_a_refused_client_is_fatal_without_its_secret(
    server: CursorServer, tmp_path: Path, wrong: dict[str, str]
) -> None:
    connection = connect(tmp_path, Clock(), settings(server, {**oauth(server), **wrong}))
    with pytest.raises(Fatal, match="gives no access token \\(status 401\\)") as error:
        drained(Rest, connection, asked("rows", START))
    assert SECRET not in str(error.value)


def test_credentials_do_not_follow_a_next_page_to_another_host(
    server: CursorServer, tmp_path: Path
) -> None:
    answer = json_answer({"items": [], "links": {"next": "https://other.example.com/next?x=1"}})
    server.plan(Fault(path="/next", answer=answer))
    connection = connect(tmp_path, Clock(), settings(server, {"kind": "bearer", "token": SECRET}))
    with pytest.raises(Fatal, match="next page on another host"):
        drained(Rest, connection, asked("next", START))


def test_a_pull_ends_no_later_than_the_clock_of_the_system(
    server: CursorServer, tmp_path: Path
) -> None:
    early = Clock(START.replace(year=2999))  # our clock is ahead of the system's
    connection = connect(tmp_path, early, settings(server, {"kind": "none"}))
    pulled(Rest, connection, stream="rows", delivery="snapshot")
    asked_for = json.loads(next(tmp_path.rglob("pull.json")).read_text())
    assert asked_for["upper"] < "2999"
    assert ids([json.dumps(row).encode() for row in server.rows.values()])[:2] == [1, 2]
