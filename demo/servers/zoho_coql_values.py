"""Values in COQL: what a column answers, how values compare and sort."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from demo.servers.zoho_answers import moment, refuse
from demo.servers.zoho_store import Module, Record

COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    ">": lambda a, b: a is not None and a > b,
    ">=": lambda a, b: a is not None and a >= b,
    "<": lambda a, b: a is not None and a < b,
    "<=": lambda a, b: a is not None and a <= b,
}
"""Nothing is greater or less than an empty value."""


def value_of(row: Record, column: str) -> Any:
    """What a query answers for a column: of a lookup its id, or the part after the dot."""
    name, _, part = column.partition(".")
    value = row.get(name)
    if isinstance(value, dict):
        return value.get("id" if part == "id" else "name") if part else {"id": value.get("id")}
    return value


def sortable(module: Module, column: str, row: Record) -> tuple[bool, Any]:
    """The sort key of a row: empty values first."""
    value = comparable(module, column, value_of(row, column))
    return value is not None, value


def comparable(module: Module, column: str, value: Any) -> Any:
    """A value in the type of its column; None when it is empty. Raises Refused."""
    if isinstance(value, dict):
        value = value.get("id")
    if value is None or value == "null":
        return None
    kind = module.fields.get(column.partition(".")[0], "text")
    try:
        if kind == "datetime":
            return moment(str(value))
        if kind in ("bigint", "lookup", "ownerlookup", "userlookup"):
            return int(value)
        if kind in ("integer", "double", "currency", "percent"):
            return float(value)
    except ValueError:
        raise refuse("INVALID_QUERY", f"value of {column} is not of its type") from None
    return str(value).lower() if kind == "boolean" else str(value)
