"""The fields of a stream by the system's own metadata, against those of the contract.

A field that the contract does not declare is kept as a text column; a declared one that the system
has no more, or has in another type, is for the gate.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assets.raw.connector.model import SystemField
from assets.raw.contract_columns import Column
from assets.raw.contract_model import ObjectContract
from assets.raw.tables import META_COLUMNS

NUMBERS = {"bigint", "integer", "double", "decimal"}
FITTING = {
    "varchar": None,
    "json": None,
    "decimal": NUMBERS,
    "double": NUMBERS,
    "bigint": {"bigint", "integer"},
    "integer": {"bigint", "integer"},
    "boolean": {"boolean"},
    "date": {"date", "timestamp", "epoch_ms", "epoch_s"},
    "timestamp": {"timestamp", "date"},
    "epoch_ms": {"epoch_ms", "bigint"},
    "epoch_s": {"epoch_s", "bigint"},
    "epoch_us": {"epoch_us", "bigint"},
}
"""Which types of a system a declared type can be read from; None: from any."""

DECLARED, ABSENT, MISSING, RETYPED = "declared", "absent", "missing", "retyped"
UNDECLARED, NEW = "undeclared", "new"


@dataclass(frozen=True)
class FieldState:
    """One field of a stream, and what became of it.

    Attributes:
        field: Name in the system.
        column: Name in the raw table; None when it is there no more.
        label: What the system calls it to its users.
        system_type: Type by the system's metadata; None when it has none.
        declared_type: Type by the contract; None when undeclared.
        state: `declared`, `undeclared` (kept as text), `new` (undeclared, and not there at the
            pull before), `absent` (declared as optional, and not there), `missing` (declared, but
            not there), `retyped` (in a type that does not fit).
    """

    field: str
    column: str | None
    label: str | None
    system_type: str | None
    declared_type: str | None
    state: str


ROW = "read"
"""What checking.py calls a row as read: a column cannot have that name there."""

WHOLE_RECORD = "^."
"""Start of a header that is looked up in the whole record, not in the element of `unnest`."""


def top_level(column: Column) -> str:
    """The field of the record that a column is read from, where nothing is unnested."""
    return column.title.removeprefix(WHOLE_RECORD).split(".")[0]


def declared_fields(objects: Sequence[ObjectContract]) -> tuple[str, ...]:
    """The fields that the objects of one stream read, in a stable order."""
    names = set()
    for obj in objects:
        if obj.unnest:
            names.add(obj.unnest.split(".")[0])
        for column in obj.columns:
            if column.title.startswith(WHOLE_RECORD) or not obj.unnest:
                names.add(top_level(column))
    return tuple(sorted(names))


def optional_fields(objects: Sequence[ObjectContract]) -> tuple[str, ...]:
    """Those of the declared fields that only optional columns are read from."""
    needed = {obj.unnest.split(".")[0] for obj in objects if obj.unnest}
    optional: set[str] = set()
    for obj in objects:
        for column in obj.columns:
            if column.title.startswith(WHOLE_RECORD) or not obj.unnest:
                (optional if column.optional else needed).add(top_level(column))
    return tuple(sorted(optional - needed))


def extra_columns(
    obj: ObjectContract, fields: Sequence[SystemField] | None
) -> dict[str, SystemField]:
    """The undeclared fields of the system, by the name of their raw column."""
    if fields is None or obj.unnest:
        return {}
    declared = {top_level(column) for column in obj.columns}
    taken = {column.name for column in obj.columns} | set(META_COLUMNS) | {ROW}
    found: dict[str, SystemField] = {}
    for field in sorted(fields, key=lambda field: field.name):
        if field.name in declared:
            continue
        name = column_name(field.name)
        while name in taken:
            name += "_2"
        taken.add(name)
        found[name] = field
    return found


def column_name(field: str) -> str:
    """The raw column of a field: `Last_Name` and `lastName` become last_name."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", field)
    name = re.sub(r"\W+", "_", words).strip("_").lower()
    return name if name and not name[0].isdigit() else f"field_{name}"


def field_states(
    obj: ObjectContract,
    fields: Sequence[SystemField] | None,
    before: Sequence[SystemField] | None,
) -> list[FieldState]:
    """Every field of the contract and of the system; empty when the system has no metadata.

    Args:
        obj: The object's contract.
        fields: The system's fields at the newest pull.
        before: The system's fields at the pull before, None when there was none.
    """
    if fields is None or obj.unnest:
        return []
    known = {field.name: field for field in fields}
    states = [_declared_state(column, known.get(top_level(column))) for column in obj.columns]
    were_there = {field.name for field in before} if before is not None else set(known)
    states += [
        FieldState(
            field=field.name,
            column=name,
            label=field.label,
            system_type=field.type,
            declared_type=None,
            state=UNDECLARED if field.name in were_there else NEW,
        )
        for name, field in extra_columns(obj, fields).items()
    ]
    return states


def _declared_state(column: Column, field: SystemField | None) -> FieldState:
    state = DECLARED
    if field is None:
        state = ABSENT if column.optional else MISSING
    elif "." in column.title.removeprefix(WHOLE_RECORD):
        state = DECLARED if field.type == "json" else RETYPED
    else:
        fitting = FITTING[column.type.split("(")[0]]
        # A system that calls a field text may hold anything in it: the row rules judge that.
        kind = field.type.split("(")[0]
        if fitting is not None and kind != "varchar" and kind not in fitting:
            state = RETYPED
    return FieldState(
        field=top_level(column),
        column=column.name,
        label=field.label if field else None,
        system_type=field.type if field else None,
        declared_type=column.type,
        state=state,
    )
