"""Tokens of requests, and downloads: replaced once, whole or not there."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from assets.raw.connector.errors import Fatal, SourceError, TokenRejected
from demo.servers.base import Fault
from tests.unit.raw.connector.books import Shelf
from tests.unit.raw.connector.echo_server import (
    BODY,
    TOKEN,
    EchoServer,
    api_of,
    assert_tells_nothing,
    busy,
)


def tokens(*values: str):
    """Authorization that gives one token after the other, and notes what was rejected."""
    left, rejections = list(values), []

    def authorize(rejected: str | None) -> dict[str, str]:
        if rejected is not None:
            rejections.append(rejected)
            left.pop(0)
        return {"Authorization": f"Shop-token {left[0]}"}

    return authorize, rejections


def test_a_rejected_token_is_replaced_once(server: EchoServer, tmp_path: Path) -> None:
    authorize, rejections = tokens("old", TOKEN)
    with api_of(server, tmp_path, authorize=authorize) as api:
        assert api.send("GET", "/token").status_code == 200
        assert api.send("GET", "/token").status_code == 200
    assert rejections == ["old"]
    assert server.seen == ["Shop-token old", f"Shop-token {TOKEN}", f"Shop-token {TOKEN}"]


def test_a_token_rejected_twice_is_told(server: EchoServer, tmp_path: Path) -> None:
    authorize, rejections = tokens("old", "older", "oldest")
    with (
        api_of(server, tmp_path, authorize=authorize) as api,
        pytest.raises(TokenRejected) as error,
    ):
        api.send("GET", "/token")
    assert rejections == ["old"]
    assert "check them in the contract" in str(error.value)
    assert_tells_nothing(server, error.value)


@pytest.mark.parametrize("token", [f"{TOKEN}\n", f"{TOKEN}密"])
def test_a_token_that_no_header_can_hold(server: EchoServer, tmp_path: Path, token: str) -> None:
    shelf = Shelf()
    authorize, _ = tokens(token)
    with (
        api_of(server, tmp_path, shelf, authorize=authorize) as api,
        pytest.raises(Fatal, match="write the credentials again") as error,
    ):
        api.send("GET", "/token")
    assert shelf.slept == []
    assert_tells_nothing(server, error.value)


def test_an_error_of_the_token_request_keeps_its_own_name(
    server: EchoServer, tmp_path: Path
) -> None:
    def authorize(rejected: str | None) -> dict[str, str]:
        raise Fatal("shop: the refresh token counts no more; make another")

    with api_of(server, tmp_path, authorize=authorize) as api, pytest.raises(Fatal) as error:
        api.send("GET", "/token")
    assert str(error.value) == "shop: the refresh token counts no more; make another"


@pytest.mark.parametrize("fault", [None, Fault(cut=True), Fault(reset=True), Fault(answer=busy())])
def test_a_download_is_whole(server: EchoServer, tmp_path: Path, fault: Fault | None) -> None:
    if fault is not None:
        server.plan(fault)
    target = io.BytesIO(b"what broke off before, and was longer" * 99)
    with api_of(server, tmp_path) as api:
        api.stream_to("GET", "/away", target)
    assert BODY in target.getvalue().decode()
    assert b"broke off" not in target.getvalue()


@pytest.mark.parametrize(
    ("path", "fault", "words"),
    [
        ("/ok", Fault(times=9, cut=True), "broke the connection off"),
        ("/status/404", None, "status 404"),
        ("/circle", None, "from address to address"),
    ],
)
def test_half_a_download_is_an_error(
    server: EchoServer, tmp_path: Path, path: str, fault: Fault | None, words: str
) -> None:
    if fault is not None:
        server.plan(fault)
    with api_of(server, tmp_path) as api, pytest.raises(SourceError, match=words) as error:
        api.stream_to("GET", path, io.BytesIO())
    assert_tells_nothing(server, error.value)
