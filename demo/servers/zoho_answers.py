"""How Zoho CRM says things: both envelopes of its errors, its times, its empty answers."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from demo.servers.base import Answer, json_answer

_OFFSET_WITHOUT_COLON = re.compile(r"([+-]\d\d)(\d\d)$")

EMPTY = Answer(204)
NOT_MODIFIED = Answer(304)


class Refused(Exception):  # noqa: N818 - it is an answer, thrown from deep inside
    """The request is answered with an error."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def _body(code: str, message: str, details: dict[str, Any] | None) -> dict[str, Any]:
    return {"code": code, "details": details or {}, "message": message, "status": "error"}


def refuse(
    code: str, message: str, status: int = 400, details: dict[str, Any] | None = None
) -> Refused:
    """An error in the flat envelope: the error is the body."""
    return Refused(json_answer(_body(code, message, details), status))


def refuse_wrapped(
    code: str, message: str, status: int = 400, details: dict[str, Any] | None = None
) -> Refused:
    """An error in the wrapped envelope: the error is the only element of `data`."""
    return Refused(json_answer({"data": [_body(code, message, details)]}, status))


def moment(text: str) -> datetime:
    """A time of Zoho (ISO 8601 with an offset) in UTC; raises ValueError."""
    parsed = datetime.fromisoformat(_OFFSET_WITHOUT_COLON.sub(r"\1:\2", text.strip()))
    if parsed.tzinfo is None:
        raise ValueError(f"no offset in {text!r}")
    return parsed.astimezone(UTC)


def written(time: datetime) -> str:
    """A time the way Zoho writes it: whole seconds, with its offset."""
    return time.replace(microsecond=0).isoformat()


def whole_number(text: str | None, name: str, default: int, top: int | None = None) -> int:
    """A paging parameter; raises Refused."""
    if text is None:
        return default
    if not text.isdigit() or int(text) < 1:
        raise refuse("INVALID_DATA", "invalid data", details={"param_name": name})
    if top is not None and int(text) > top:
        raise refuse("LIMIT_EXCEEDED", f"{name} is too large", details={"limit": top})
    return int(text)
