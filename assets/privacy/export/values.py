"""Values of any table as JSON values: numbers keep their digits, times say their zone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import msgspec

MAX_JSON_INTEGER = 1 << 63
_ENCODER = msgspec.json.Encoder(decimal_format="number")


def as_json(value: Any) -> Any:
    """A value of DuckDB or of a delivered record as what a JSON document can hold.

    Times without a zone are UTC, as everywhere in the warehouse; bytes are hexadecimal.
    """
    if isinstance(value, datetime):
        text = value.isoformat()
        return text if value.tzinfo else f"{text}Z"
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, bytes | bytearray):
        return bytes(value).hex()
    if isinstance(value, Mapping):
        return {str(key): as_json(it) for key, it in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(it) for it in value]
    if isinstance(value, int) and abs(value) >= MAX_JSON_INTEGER:
        return Decimal(value)
    if value is None or isinstance(value, str | bool | int | float | Decimal):
        return value
    return str(value)


def encoded(value: Any) -> bytes:
    """A value as compact JSON in UTF-8."""
    return _ENCODER.encode(as_json(value))


def sort_key(values: Mapping[str, Any]) -> str:
    """Equal for equal records, and an order of others."""
    return encoded(values).decode()
