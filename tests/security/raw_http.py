"""Requests as bytes, to write what no client library would."""

from __future__ import annotations

import base64
import re
import socket

ANSWER_SECONDS = 5


def request(
    method: str, path: str, headers: dict[str, str | None], body: str = "", version: str = "1.1"
) -> str:
    """The bytes of one request; a header of value None is left out."""
    lines = [f"{method} {path} HTTP/{version}"]
    lines += [f"{name}: {value}" for name, value in headers.items() if value is not None]
    if body and not {"Content-Length", "Transfer-Encoding"} & set(headers):
        lines.append(f"Content-Length: {len(body.encode())}")
    return "\r\n".join([*lines, "", body])


def status(answer: str) -> int:
    """The status of a raw answer; 0 when the connection was closed without one."""
    return int(answer.split(" ", 2)[1]) if answer.startswith("HTTP/") else 0


def basic(user: tuple[str, str]) -> str:
    return "Basic " + base64.b64encode(":".join(user).encode()).decode()


def read_answer(stream: socket.socket) -> str:
    """Until the server closes, has opened a websocket, or has sent all of a kept connection."""
    stream.settimeout(ANSWER_SECONDS)
    received = b""
    while len(received) < 65_536:
        try:
            part = stream.recv(8192)
        except TimeoutError:
            break
        received += part
        head, _, body = received.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\ncontent-length: (\d+)", head)
        kept = b"keep-alive" in head.lower() and length and len(body) >= int(length[1])
        if not part or b" 101 " in head[:20] or kept:
            break
    return received.decode("utf-8", "replace")
