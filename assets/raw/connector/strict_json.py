"""JSON as the systems send it: taken strictly, and kept digit by digit.

Records are cut out of a page without being parsed, so that 12.10 stays 12.10 and a number of 41
digits keeps them all. Text that is no JSON by RFC 8259 (NaN, trailing commas, wrong UTF-8, an
answer that was cut) is refused. Half an emoji, where a system cut a text in the middle of one, can
be written in no encoding: it becomes the replacement character U+FFFD.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from assets.raw.connector.errors import Retryable

_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ARRAY = msgspec.json.Decoder(list[msgspec.Raw])
_ANY = msgspec.json.Decoder()
_ENCODER = msgspec.json.Encoder()

_ESCAPE = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
    rb"|\\."
)
"""An escape in JSON; `half` is one of the two that make an emoji, without its other half."""


def loads(body: bytes | msgspec.Raw) -> Any:
    """The value of a whole answer; for small ones.

    Raises:
        Retryable: no valid JSON; a cut answer is worth asking for again.
    """
    return _decode(_ANY, body)


def parts(body: bytes | msgspec.Raw) -> dict[str, msgspec.Raw]:
    """The members of an object, each as it was sent.

    Raises:
        Retryable: no valid JSON object.
    """
    found: dict[str, msgspec.Raw] = _decode(_OBJECT, body)
    return found


def records(array: bytes | msgspec.Raw) -> list[bytes]:
    """The objects of an array, each as it was sent and on one line.

    Raises:
        Retryable: no valid JSON array of objects.
    """
    found: list[msgspec.Raw] = _decode(_ARRAY, array)
    return [_on_one_line(item) for item in found]


def dumps(value: Any) -> bytes:
    """Compact JSON; msgspec.Raw in it is written as it is."""
    return _ENCODER.encode(value)


def _decode(decoder: msgspec.json.Decoder, body: bytes | msgspec.Raw) -> Any:
    try:
        if isinstance(body, bytes):
            # Texts that are only cut out, never parsed, would keep bytes that are no UTF-8.
            body.decode()
        return decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        whole = _ESCAPE.sub(_whole_character, bytes(body))
        if whole != body:
            return _decode(decoder, whole)
        # Not chained: the error's own text can quote the answer.
        raise Retryable("the answer is no valid JSON of the expected form") from None


def _whole_character(escape: re.Match[bytes]) -> bytes:
    return rb"\ufffd" if escape["half"] else escape[0]


def _on_one_line(item: msgspec.Raw) -> bytes:
    record = bytes(item)
    if not record.startswith(b"{"):
        raise Retryable("the answer holds something else than an object where a record belongs")
    if b"\n" in record or b"\r" in record:
        return bytes(msgspec.json.format(record, indent=-1))
    return record
