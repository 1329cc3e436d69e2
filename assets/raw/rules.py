"""Row rules of a contract as SQL: what is wrong with a row, in words without its values."""

from __future__ import annotations

from dataclasses import dataclass

from assets.raw import sql
from assets.raw.casts import is_match, present
from assets.raw.contract_columns import Column
from assets.raw.contract_model import ObjectContract


@dataclass(frozen=True)
class Fault:
    """One thing that can be wrong with a row: a condition over `_read.` and `_typed.` columns."""

    rule: str
    reason: str
    condition: str


def faults(obj: ObjectContract, types: dict[str, str]) -> list[Fault]:
    """Everything that can be wrong with a row, in the order in which a rule names the row."""
    found: list[Fault] = []
    for column in obj.columns:
        read = present(f"_read.{sql.name(column.name)}", types[column.name])
        value = f"_typed.{sql.name(column.name)}"
        if _cannot_differ(column, types[column.name]):
            continue
        kind = f"is no {column.type}"
        if column.type == "varchar":
            kind = "holds a NUL character"
        found.append(
            Fault(
                "wrong_type", f"{_called(column)} {kind}", f"{read} is not null and {value} is null"
            )
        )
    for rule in (_missing, _below, _above, _not_allowed, _no_match):
        found += [fault for column in obj.columns if (fault := rule(obj, column, types))]
    return found


def _cannot_differ(column: Column, kind: str) -> bool:
    """A native value of the declared type; a text can hold NUL, a float can be infinite."""
    return kind.lower() == column.type not in ("varchar", "double")


def _missing(obj: ObjectContract, column: Column, types: dict[str, str]) -> Fault | None:
    if not obj.is_required(column):
        return None
    read = present(f"_read.{sql.name(column.name)}", types[column.name])
    return Fault("missing_value", f"{_called(column)} is empty", f"{read} is null")


def _below(obj: ObjectContract, column: Column, types: dict[str, str]) -> Fault | None:
    if column.min is None:
        return None
    condition = f"_typed.{sql.name(column.name)} < {bound(column, column.min)}"
    return Fault("below_minimum", f"{_called(column)} is below {column.min}", condition)


def _above(obj: ObjectContract, column: Column, types: dict[str, str]) -> Fault | None:
    if column.max is None:
        return None
    condition = f"_typed.{sql.name(column.name)} > {bound(column, column.max)}"
    return Fault("above_maximum", f"{_called(column)} is above {column.max}", condition)


def _not_allowed(obj: ObjectContract, column: Column, types: dict[str, str]) -> Fault | None:
    if column.allowed is None:
        return None
    words = ", ".join(sql.text(word) for word in column.allowed)
    listed = ", ".join(str(word) for word in column.allowed)
    condition = f"cast(_typed.{sql.name(column.name)} as varchar) not in ({words})"
    return Fault("not_allowed", f"{_called(column)} is none of {listed}", condition)


def _no_match(obj: ObjectContract, column: Column, types: dict[str, str]) -> Fault | None:
    if column.pattern is None:
        return None
    condition = f"not {is_match(f'_typed.{sql.name(column.name)}', column.pattern)}"
    reason = f"{_called(column)} does not match {column.pattern}"
    return Fault("pattern_mismatch", reason, condition)


def bound(column: Column, limit: object) -> str:
    """SQL of a `min` or `max` of a column."""
    if column.is_number:
        return str(limit)
    return f"{column.sql_type} {sql.text(limit)}"


def _called(column: Column) -> str:
    if column.title == column.name:
        return f"column {column.name}"
    return f"column {column.name} ({column.title} in the file)"
