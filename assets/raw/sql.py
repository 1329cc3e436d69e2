"""Quoting for the SQL that the raw stage writes: names and literals, never values of rows."""

from __future__ import annotations


def name(identifier: str) -> str:
    """A quoted identifier."""
    return '"' + identifier.replace('"', '""') + '"'


def text(value: object) -> str:
    """A quoted string literal."""
    return "'" + str(value).replace("'", "''") + "'"


def local_date(moment: str, timezone: str) -> str:
    """The date of a UTC timestamp in a time zone, as an expression."""
    return f"timezone({text(timezone)}, timezone('UTC', {moment}))::date"


def json_path(header: str) -> str:
    """Literal of the JSON path of a header such as `address.city`."""
    parts = (part.replace("\\", "\\\\").replace('"', '\\"') for part in header.split("."))
    return text("$" + "".join(f'."{part}"' for part in parts))


def json_path_of_key(key: str) -> str:
    """Literal of the JSON path of one key, whatever it contains."""
    escaped = key.replace("\\", "\\\\").replace('"', '\\"')
    return text(f'$."{escaped}"')
