"""Pages of a table by keyset (键集分页): ordered by key, or by time of change and key.

A page is one query of one snapshot. Where it ends is a position: the exact texts of the sorted
values of its last row, so that the next page begins behind it in any process. Pages end at so many
rows or bytes, whichever comes first, and memory stays flat.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import msgspec

from assets.raw.connector.errors import Fatal
from assets.raw.connector.model import Window
from assets.raw.database.settings import TableOptions
from assets.raw.database.tables import Dialect, Session, Sort, Table, TableColumn, escaped

FIRST_FETCH, LARGEST_FETCH = 50, 2_000
FETCHED_BYTES = 4 << 20
"""Rows that are fetched at once, by their size so far."""


@dataclass(frozen=True)
class Reading:
    """What is read of one table, and in which order.

    Attributes:
        table: The table.
        values: SQL of every member of the record, by its name there.
        key: Columns that tell one row from another.
        condition: Which rows, and the parameters of that.
        sorts: The order, which no two rows share.
    """

    table: Table
    values: dict[str, str]
    key: tuple[TableColumn, ...]
    condition: str
    parameters: tuple[object, ...]
    sorts: tuple[Sort, ...]


def key_columns(table: Table, named: Sequence[str]) -> tuple[TableColumn, ...]:
    """The columns of the key, as named or as the database declares them.

    Raises:
        Fatal: there is none.
    """
    names = named or table.primary_key
    if not names:
        raise Fatal(
            f"{table.title} has no primary key that we see; name in options 'key' the columns "
            "that tell one row from another"
        )
    return tuple(table.column(name, "the key") for name in names)


def table_reading(
    dialect: Dialect,
    table: Table,
    fields: Sequence[str],
    options: TableOptions,
    window: Window,
    *,
    optional: Collection[str] = (),
    with_undeclared: bool = True,
) -> Reading:
    """The whole table by key, or what changed in the window by time of change and key.

    Args:
        dialect: The engine's SQL.
        table: What the catalogue says.
        fields: Columns that the contract declares.
        options: Of the stream.
        window: Of the pull; without lower bound everything is read.
        optional: Those of the fields that the table may not have.
        with_undeclared: Read all other columns, too, that our user may read.

    Raises:
        Fatal: a column is missing or cannot be used so.
    """
    key = key_columns(table, options.key)
    moved = [table.column(name, "updated_at") for name in options.updated_at]
    there = {column.name for column in table.columns}
    declared = [
        table.column(name, "the contract")
        for name in fields
        if name in there or name not in optional
    ]
    others = [column for column in table.columns if column.readable]
    columns = dict.fromkeys([*key, *moved, *declared, *(others if with_undeclared else [])])
    conditions = [f"({escaped(options.where)})"] if options.where else []
    parameters: list[object] = []
    sorts = [dialect.sort(column) for column in key]
    if window.lower is not None and moved:
        changed = _change_sort(dialect, table, moved)
        for word, moment in ((">=", window.lower), ("<=", window.upper)):
            conditions.append(f"{changed.expression} {word} {changed.placeholder}")
            parameters.append(
                dialect.bound(moved[0], options.updated_at_unit, moment, lower=word == ">=")
            )
        sorts = [changed, *sorts]
    return Reading(
        table=table,
        values={column.name: dialect.value(column) for column in columns},
        key=key,
        condition=" and ".join(conditions) or "1 = 1",
        parameters=tuple(parameters),
        sorts=tuple(sorts),
    )


def ids_reading(dialect: Dialect, table: Table, name: str, key: Sequence[str]) -> Reading:
    """The keys of all rows, as records of live_ids: {"object": name, "record_id": text}.

    Raises:
        Fatal: there is no key.
    """
    columns = key_columns(table, key)
    return Reading(
        table=table,
        values={"object": dialect.literal(name), "record_id": dialect.identifier(columns)},
        key=columns,
        condition="1 = 1",
        parameters=(),
        sorts=tuple(dialect.sort(column) for column in columns),
    )


def _change_sort(dialect: Dialect, table: Table, moved: list[TableColumn]) -> Sort:
    if len({column.kind for column in moved}) > 1:
        raise Fatal(f"{table.title}: the columns of updated_at are of different types; name one")
    if len(moved) == 1:
        return dialect.sort(moved[0])
    names = ", ".join(dialect.quoted(column.name) for column in moved)
    return dialect.sort(moved[0], f"coalesce({names})")


def check_key(session: Session, dialect: Dialect, reading: Reading) -> None:
    """Refuse a key that is empty somewhere: such rows come in no order and would be lost.

    Raises:
        Fatal: there is a row without key.
    """
    doubtful = [column for column in reading.key if column.nullable]
    if not doubtful:
        return
    empty = " or ".join(f"{dialect.quoted(column.name)} is null" for column in doubtful)
    query = f"""
        select 1 from {dialect.table_name(reading.table)}
        where {reading.condition} and ({empty})
        limit 1
    """
    if session.any_row(query, reading.parameters):
        names = ", ".join(column.name for column in doubtful)
        raise Fatal(
            f"{reading.table.title} has rows without {names}, and the key names it; name other "
            "columns in options 'key', or leave the rows out with 'where'"
        )


def read_page(
    session: Session,
    dialect: Dialect,
    reading: Reading,
    after: Sequence[str] | None,
    max_rows: int,
    max_bytes: float,
) -> tuple[list[bytes], list[str] | None]:
    """The records behind a position, and the position of the last; None when nothing follows.

    Raises:
        Retryable: the database could not answer.
        Fatal: it refuses, or two rows share a key.
    """
    condition, parameters = reading.condition, list(reading.parameters)
    if after is not None:
        later, positions = dialect.later(reading.sorts, after)
        condition, parameters = f"{condition} and {later}", parameters + positions
    query = dialect.page(
        dialect.table_name(reading.table), reading.values, reading.sorts, condition, max_rows + 1
    )
    records: list[bytes] = []
    size, last, count = 0, b"", FIRST_FETCH
    with session.reading(query, parameters) as fetch:
        while rows := fetch(count):
            for record, position in rows:
                if record is None or position is None:
                    raise Fatal(
                        f"{reading.table.title} has a row that is larger than the engine can hand "
                        "out as JSON (max_allowed_packet); declare fewer columns"
                    )
                if len(records) == max_rows or size >= max_bytes:
                    return records, _next_position(reading.table, last, position)
                records.append(_on_one_line(record))
                size += len(record)
                last = position
            count = max(1, min(LARGEST_FETCH, FETCHED_BYTES * len(records) // max(size, 1)))
    return records, None


def _next_position(table: Table, last: bytes, following: bytes) -> list[str]:
    if last == following:
        raise Fatal(
            f"{table.title} has two rows with the same key, and the second would be lost; name in "
            "options 'key' the columns that tell every row from another"
        )
    position: list[str] = msgspec.json.decode(last, type=list[str])
    return position


def _on_one_line(record: bytes) -> bytes:
    """A JSON column may hold line breaks between its values; inside texts they are escaped."""
    if b"\n" in record or b"\r" in record:
        return record.replace(b"\n", b" ").replace(b"\r", b" ")
    return record
