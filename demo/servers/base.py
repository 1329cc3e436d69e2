"""The ground of every local server: requests in, answers out, faults on demand, on a free port."""

from __future__ import annotations

import json
import socket
import struct
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Request:
    """What a client asked for."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """The body as a JSON object; an empty one when there is no body."""
        return json.loads(self.body) if self.body else {}

    def form(self) -> dict[str, str]:
        """Fields of a form body, and of the query."""
        return self.query | dict(parse_qsl(self.body.decode()))


@dataclass(frozen=True)
class Answer:
    """What the server says."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def json_answer(value: object, status: int = 200, **headers: str) -> Answer:
    """An answer with a JSON body; header names are written with underscores."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Answer(status, body, {"Content-Type": "application/json;charset=UTF-8", **named})


@dataclass
class Fault:
    """Something that goes wrong with the next matching requests.

    Attributes:
        path: Only requests whose path holds this text are hit.
        times: How many requests are hit.
        skip: How many matching requests pass unharmed first.
        answer: Answered instead of the right answer (429, 500 …).
        reset: The connection is reset instead of answered.
        delay: Seconds that the answer waits.
        cut: The body breaks off in the middle, although its length was announced.
        act: Called before the request is answered: change records, revoke tokens.
    """

    path: str = ""
    times: int = 1
    skip: int = 0
    answer: Answer | None = None
    reset: bool = False
    delay: float = 0.0
    cut: bool = False
    act: Callable[[], None] | None = None


def utc_now() -> datetime:
    """The servers' clock, unless a test gives another."""
    return datetime.now(UTC)  # noqa: TID251 - a stand-in for a foreign system has its own clock


class LocalServer(ABC):
    """A system that answers on a free port of this machine; a context manager.

    Answers are given one at a time, so that the state of the system is always whole.
    """

    def __init__(self, clock: Clock = utc_now) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.requests: list[str] = []
        self._faults: list[Fault] = []
        self._server: ThreadingHTTPServer | None = None

    @abstractmethod
    def respond(self, request: Request) -> Answer:
        """The right answer to a request; every system has its own."""

    @property
    def url(self) -> str:
        """Address of the running server, without a slash at its end."""
        assert self._server is not None, "start the server first"
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def plan(self, fault: Fault) -> None:
        """Let something go wrong."""
        with self.lock:
            self._faults.append(fault)

    def forget_faults(self) -> None:
        """From now on everything goes right."""
        with self.lock:
            self._faults.clear()

    def count(self, path: str = "") -> int:
        """How many requests had this text in `METHOD path`."""
        return sum(path in line for line in self.requests)

    def __enter__(self) -> Self:
        self._server = _Listener(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    def answer(self, request: Request) -> tuple[Answer | None, Fault | None]:
        """The answer and the fault that applies to it; no answer when the connection is reset."""
        with self.lock:
            self.requests.append(f"{request.method} {request.path}")
            fault = self._next_fault(request.path)
            if fault is not None and fault.act is not None:
                fault.act()
            if fault is not None and fault.reset:
                return None, fault
            if fault is not None and fault.answer is not None:
                return fault.answer, fault
            return self.respond(request), fault

    def _next_fault(self, path: str) -> Fault | None:
        for fault in self._faults:
            if fault.path in path:
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
                return fault
        return None


class _Listener(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed, or a fault that we planned, is no news."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def _handler(server: LocalServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Headers and body leave together: without it every answer waits for a delayed ACK.
        wbufsize = 1 << 16
        disable_nagle_algorithm = True

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            request = Request(
                method=self.command,
                path=parts.path,
                query=dict(parse_qsl(parts.query, keep_blank_values=True)),
                headers={name.lower(): value for name, value in self.headers.items()},
                body=self.rfile.read(length) if length else b"",
            )
            answer, fault = server.answer(request)
            if fault is not None and fault.delay:
                time.sleep(fault.delay)
            if answer is None:
                self._reset()
                return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.status != 304:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if fault is not None and fault.cut:
                self.wfile.write(answer.body[: len(answer.body) // 2])
                self.wfile.flush()
                self.close_connection = True
                return
            self.wfile.write(answer.body)
            self.wfile.flush()

        do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 - names of the standard library

        def _reset(self) -> None:
            # Linger zero makes the kernel send RST instead of an orderly end.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()

        def log_message(self, format: str, *args: object) -> None:
            """Requests carry keys and tokens: nothing is logged."""

    return Handler
