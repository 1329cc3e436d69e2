"""What 纷享销客 data/query understands: filters, orders and projections, as documented."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Any

Record = dict[str, Any]
Test = Callable[[Any, list[Any]], bool]
Key = Callable[[Any], Any]

WRONG_PARAMETER = 15002
OFFSET_TOO_LARGE = 10013
LARGEST_OFFSET = 10_000
DERIVED = ("__r", "__l", "__o", "__v", "__p", "__relation_ids")
"""Endings of fields that the system derives from another one."""


class QueryError(Exception):
    """A query that the system refuses, with its error code."""

    def __init__(self, code: int, message: str) -> None:
        """`code`: the system's errorCode; `message`: its errorMessage."""
        super().__init__(message)
        self.code = code


def select(
    records: Mapping[str, Record],
    sorted_ids: Sequence[str],
    query: Record,
    largest_page: int,
    counts: bool,
) -> tuple[list[Record], int]:
    """The records of one page, and how many match when they are to be counted, else zero.

    Raises:
        QueryError: the query breaks a documented rule.
    """
    limit, offset = _paging(query, largest_page)
    filters, orders = query.get("filters") or [], query.get("orders") or []
    tests = [(given, _test_of(given)) for given in filters]
    ids: Sequence[str]
    if orders == _BY_ID:
        # The order of all deep listings: fast, because tests read tens of thousands of records.
        bounds = [given["field_values"][0] for given, _ in tests if _is_keyset(given)]
        ids = sorted_ids[bisect_right(sorted_ids, max(bounds)) :] if bounds else sorted_ids
        tests = [(given, test) for given, test in tests if not _is_keyset(given)]
    else:
        ids = [row["_id"] for row in _ordered(list(records.values()), orders)]
    if tests:
        matching = (key for key in ids if all(test(records[key]) for _, test in tests))
        ids = list(matching if counts else islice(matching, offset + limit))
    wanted = query.get("fieldProjection") or []
    page = [_project(records[key], wanted) for key in ids[offset : offset + limit]]
    return page, len(ids) if counts else 0


_BY_ID = [{"fieldName": "_id", "isAsc": True}]


def _is_keyset(given: Record) -> bool:
    return (given["field_name"], given["operator"]) == ("_id", "GT")


def _paging(query: Record, largest_page: int) -> tuple[int, int]:
    limit, offset = query.get("limit"), query.get("offset")
    if not isinstance(limit, int) or not 1 <= limit <= largest_page:
        raise QueryError(WRONG_PARAMETER, f"limit must be between 1 and {largest_page}")
    if not isinstance(offset, int) or offset < 0 or offset % limit:
        raise QueryError(WRONG_PARAMETER, "offset must be a multiple of limit")
    if offset > LARGEST_OFFSET:
        raise QueryError(OFFSET_TOO_LARGE, f"offset out of range {LARGEST_OFFSET}")
    return limit, offset


def _ordered(rows: list[Record], orders: list[Record]) -> list[Record]:
    for order in reversed(orders):
        if set(order) != {"fieldName", "isAsc"} or not isinstance(order["isAsc"], bool):
            raise QueryError(WRONG_PARAMETER, "an order needs fieldName and isAsc")
        name = order["fieldName"]
        rows.sort(
            key=lambda row: (row.get(name) is not None, _key(name)(row.get(name))),
            reverse=not order["isAsc"],
        )
    return rows


def _project(row: Record, wanted: list[str]) -> Record:
    if not wanted:
        return {name: value for name, value in row.items() if value is not None}
    names = {"_id", *wanted}
    return {
        name: value
        for name, value in row.items()
        if value is not None and (name in names or _base(name) in names)
    }


def _base(name: str) -> str:
    for ending in DERIVED:
        if name.endswith(ending):
            return name.removesuffix(ending)
    return name


def _test_of(given: Record) -> Callable[[Record], bool]:
    name, operator = given.get("field_name"), given.get("operator")
    values = given.get("field_values")
    if not isinstance(name, str) or not isinstance(values, list):
        raise QueryError(WRONG_PARAMETER, "a filter needs field_name and a list field_values")
    if len(values) != 2 and operator in ("BETWEEN", "NBETWEEN"):
        raise QueryError(WRONG_PARAMETER, f"{operator} needs two values")
    if operator in _COMPARISONS:
        return _bound(_COMPARISONS[operator], name, values, _key(name))
    if operator in _OPERATORS:
        return _bound(_OPERATORS[operator], name, values, None)
    raise QueryError(WRONG_PARAMETER, f"operator {operator} is unknown")


def _bound(test: Test, name: str, values: list[Any], key: Key | None) -> Callable[[Record], bool]:
    if key is None:
        return lambda row: test(row.get(name), values)
    keys = [key(value) for value in values]
    return lambda row: row.get(name) is not None and test(key(row[name]), keys)


def _key(name: str) -> Key:
    return str if name == "_id" else _by_size


def _by_size(value: Any) -> tuple[float, str]:
    """Numbers by size, also those in text; everything else by its letters."""
    text = str(value)
    try:
        number = float(text)
    except ValueError:
        return math.inf, text
    return (number, "") if math.isfinite(number) else (math.inf, text)


def _same(value: Any, other: Any) -> bool:
    if isinstance(value, bool) or isinstance(other, bool):
        return str(value).lower() == str(other).lower()
    return str(value) == str(other)


def _any(value: Any, values: list[Any]) -> bool:
    members = value if isinstance(value, list) else [value]
    return any(_same(member, other) for member in members for other in values)


def _present(test: Test) -> Test:
    return lambda value, values: value is not None and test(value, values)


_COMPARISONS: dict[str, Test] = {
    "GT": lambda value, bounds: value > bounds[0],
    "LT": lambda value, bounds: value < bounds[0],
    "GTE": lambda value, bounds: value >= bounds[0],
    "LTE": lambda value, bounds: value <= bounds[0],
    "BETWEEN": lambda value, bounds: bounds[0] <= value <= bounds[1],
    "NBETWEEN": lambda value, bounds: not bounds[0] <= value <= bounds[1],
}
"""Operators that compare by size; an empty value matches none of them."""

_OPERATORS: dict[str, Test] = {
    "EQ": _present(lambda value, values: _any(value, values[:1])),
    "N": lambda value, values: value is None or not _any(value, values[:1]),
    "LIKE": _present(lambda value, values: str(values[0]) in str(value)),
    "NLIKE": lambda value, values: value is None or str(values[0]) not in str(value),
    "IS": lambda value, _values: value in (None, "", []),
    "ISN": lambda value, _values: value not in (None, "", []),
    "IN": _present(_any),
    "NIN": lambda value, values: value is None or not _any(value, values),
    "STARTWITH": _present(lambda value, values: str(value).startswith(str(values[0]))),
    "ENDWITH": _present(lambda value, values: str(value).endswith(str(values[0]))),
    "CONTAINS": _present(_any),
    "HASANYOF": _present(_any),
    "NHASANYOF": lambda value, values: value is None or not _any(value, values),
}
