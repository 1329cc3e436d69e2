"""Rows and values that are past their limit (保存期限): told apart while an object is loaded.

A row is as old as its `event_at` says, in days of the business time zone. A refused row whose time
cannot be read, or is outside the column's own bounds, is as old as its delivery; a record that
cannot be split into fields goes whole when the first of its values would.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

from assets.raw import sql
from assets.raw.between_rows import CHECKED
from assets.raw.contract_columns import Column
from assets.raw.contract_model import ObjectContract
from assets.raw.rules import bound
from assets.raw.tables import row_hash

EXPIRED = "expired"
"""What stands in CHECKED as the rule of a row that is past its limit: it goes nowhere."""

WITHOUT_FIELDS = (
    "('too_few_fields', 'too_many_fields', 'stray_quote', 'repeated_header', 'invalid_json')"
)
"""Rules of records whose fields are not where they belong: no value can be read from them."""


@dataclass(frozen=True)
class Horizon:
    """From where the limits of the contracts reach back: business date and its time zone."""

    as_of: date
    timezone: str

    def first_kept(self, days: int) -> str:
        """SQL of the oldest date that is not past a limit of so many days."""
        reach = min(days, (self.as_of - date.min).days)
        return f"date {sql.text(self.as_of - timedelta(days=reach))}"


def has_limits(obj: ObjectContract) -> bool:
    """Whether anything of the object is ever too old."""
    return obj.retention is not None or any(_limited(obj))


def expire_rows(
    con: duckdb.DuckDBPyConnection, obj: ObjectContract, horizon: Horizon | None
) -> None:
    """Mark the rows of CHECKED that are past their limit; the object has limits.

    Raises:
        ValueError: the caller gave no horizon.
    """
    if horizon is None:
        raise ValueError("the object has limits of retention: a load needs its business date")
    con.execute(f"""
        update {CHECKED}
        set _rule = {sql.text(EXPIRED)}, _reason = null, _payload = null
        where ({past_rows(obj, horizon)}) and _rule is distinct from {sql.text(EXPIRED)}
    """).fetchall()


def expire_values(
    con: duckdb.DuckDBPyConnection, obj: ObjectContract, horizon: Horizon | None
) -> None:
    """Empty the values in CHECKED that are past their limit, also in what quarantine will keep."""
    if horizon is None:
        raise ValueError("the object has limits of retention: a load needs its business date")
    emptied = {column.name: past_value(obj, column, horizon) for column in _limited(obj)}
    if not emptied:
        return
    values = ", ".join(
        f"{sql.name(name)} = case when not coalesce({is_past}, false) then {sql.name(name)} end"
        for name, is_past in emptied.items()
    )
    touched = " or ".join(f"coalesce({is_past}, false)" for is_past in emptied.values())
    con.execute(
        f"update {CHECKED} set {values}, _payload = {_payload(obj, emptied)} where {touched}"
    ).fetchall()
    names = [column.name for column in obj.columns]
    con.execute(f"update {CHECKED} set _row_hash = {row_hash(names)} where {touched}").fetchall()


def past_rows(obj: ObjectContract, horizon: Horizon) -> str:
    """Condition over CHECKED: the row is too old."""
    whole = _cannot_be_split()
    limits = [column.retention_days or 0 for column in _limited(obj)]
    conditions = []
    if obj.retention:
        limits.append(obj.retention.days)
        conditions.append(f"{_day(obj, horizon)} < {horizon.first_kept(obj.retention.days)}")
    shortest = horizon.first_kept(min(limits))
    conditions.append(f"({whole}) and {_landed_on(horizon)} < {shortest}")
    return " or ".join(f"coalesce({condition}, false)" for condition in conditions)


def past_value(obj: ObjectContract, column: Column, horizon: Horizon) -> str:
    """Condition over CHECKED: the row stays, and the value of the column is too old."""
    assert column.retention_days is not None
    return (
        f"{_day(obj, horizon)} < {horizon.first_kept(column.retention_days)}"
        f" and not ({_cannot_be_split()}) and _rule is distinct from {sql.text(EXPIRED)}"
    )


def limited_columns(obj: ObjectContract) -> list[Column]:
    """The columns whose values go before their rows."""
    return list(_limited(obj))


def _limited(obj: ObjectContract) -> Iterator[Column]:
    return (column for column in obj.columns if column.retention_days is not None)


def _day(obj: ObjectContract, horizon: Horizon) -> str:
    """The date by which a row is as old as it is."""
    assert obj.event_at is not None
    column = obj.column(obj.event_at)
    moment = sql.name(column.name)
    day = moment if column.type == "date" else sql.local_date(moment, horizon.timezone)
    outside = [
        f"{moment} {sign} {bound(column, limit)}"
        for sign, limit in (("<", column.min), (">", column.max))
        if limit is not None
    ]
    if outside:
        day = f"case when not ({' or '.join(outside)}) then {day} end"
    return f"coalesce({day}, {_landed_on(horizon)})"


def _landed_on(horizon: Horizon) -> str:
    return sql.local_date("_landed_at", horizon.timezone)


def _cannot_be_split() -> str:
    split = "coalesce(json_exists(_payload, '$._line'), false)"
    return f"_rule is not null and (_rule in {WITHOUT_FIELDS} or {split})"


def _payload(obj: ObjectContract, emptied: dict[str, str]) -> str:
    """What quarantine keeps of a row, without the values that are too old."""
    payload = "_payload"
    for name, is_past in emptied.items():
        title = obj.column(name).title
        patch = f"json_object({sql.text(title)}, null)"
        path = title.split(".")
        if len(path) > 1:
            nested = f"json_object({sql.text(path[-1])}, null)"
            for part in reversed(path[:-1]):
                nested = f"json_object({sql.text(part)}, {nested})"
            is_nested = f"json_exists(_payload, {sql.json_path(title)})"
            patch = f"case when {is_nested} then {nested} else {patch} end"
        payload = (
            f"case when {is_past} then json_merge_patch({payload}, {patch})::varchar"
            f" else {payload} end"
        )
    return payload
