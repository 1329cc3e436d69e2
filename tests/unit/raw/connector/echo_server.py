"""A server that answers what a test wants, and an Api that asks it."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assets.raw.connector.errors import SourceError
from assets.raw.connector.http import Api
from demo.servers.base import Answer, LocalServer, Request, json_answer
from tests.unit.raw.connector.books import Shelf, connection_to

TOKEN = "t0ken-that-nobody-may-read"
BODY = "body-that-nobody-may-read"
QUERY = {"access_token": TOKEN, "name": "somebody-that-nobody-may-read"}

QUICK = {"calls": 1000, "attempts": 3, "first_wait_seconds": 0.5, "timeout_seconds": 2}


class EchoServer(LocalServer):
    """`/status/<n>` answers so, `/token` wants the newest one, `/away` leads to `/ok`."""

    def __init__(self) -> None:
        super().__init__()
        self.valid = {TOKEN}
        self.seen: list[str] = []

    def respond(self, request: Request) -> Answer:
        self.seen.append(request.headers.get("authorization", ""))
        if request.path.startswith("/status/"):
            return Answer(int(request.path.rpartition("/")[2]), BODY.encode())
        if request.path == "/token" and self.seen[-1].rpartition(" ")[2] not in self.valid:
            return Answer(401, BODY.encode())
        if request.path in ("/away", "/circle"):
            to = "/ok" if request.path == "/away" else "/circle"
            return Answer(302, b"", {"Location": f"{to}?key={TOKEN}"})
        return json_answer({"asked": request.query, "text": BODY})


@contextmanager
def api_of(
    server: EchoServer, home: Path, shelf: Shelf | None = None, **keys: Any
) -> Iterator[Api]:
    """An Api that asks the server; `http` is laid over quick settings."""
    settings = QUICK | keys.pop("http", {})
    base_url = keys.pop("base_url", None) or server.url
    api = Api(connection_to(shelf or Shelf(), home, http=settings), base_url, **keys)
    try:
        yield api
    finally:
        api.close()


def busy(**headers: str) -> Answer:
    return Answer(
        429, BODY.encode(), {name.replace("_", "-"): text for name, text in headers.items()}
    )


def assert_tells_nothing(server: EchoServer, error: SourceError) -> None:
    told = "".join(traceback.format_exception(error))
    assert "\n" not in str(error)
    for secret in (TOKEN, BODY, server.url, "127.0.0.1", *QUERY.values()):
        assert secret not in told
