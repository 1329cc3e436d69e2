"""Finding values in an answer by a JSON path (`data.list`), without parsing the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from assets.raw.connector import strict_json
from assets.raw.connector.errors import Retryable

Json = bytes | msgspec.Raw


def at(body: Json, path: str) -> msgspec.Raw | None:
    """What stands at the path, as it was sent; None when nothing or null stands there.

    Raises:
        Retryable: the body is no valid JSON.
    """
    if isinstance(body, bytes) and not (is_object(body) or is_array(body)):
        raise Retryable("sends an answer that is no JSON object and no array")
    found: Json = body
    for name in path.split(".") if path else ():
        if not is_object(found):
            return None
        inner = strict_json.parts(found).get(name)
        if inner is None:
            return None
        found = inner
    if isinstance(found, bytes):
        return msgspec.Raw(found)
    return None if bytes(found) == b"null" else found


def value_at(body: Json, path: str) -> Any:
    """The value at the path; None when there is none.

    Raises:
        Retryable: the body is no valid JSON.
    """
    found = at(body, path)
    return None if found is None else strict_json.loads(found)


def is_object(body: Json) -> bool:
    """Whether the JSON is an object."""
    return _text(body).startswith(b"{")


def is_array(body: Json) -> bool:
    """Whether the JSON is an array."""
    return _text(body).startswith(b"[")


def put(target: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy of a body with the value at the path."""
    name, _, rest = path.partition(".")
    if not rest:
        return {**target, name: value}
    inner = target.get(name)
    return {**target, name: put(dict(inner) if isinstance(inner, Mapping) else {}, rest, value)}


def _text(body: Json) -> bytes:
    return bytes(body).lstrip()
