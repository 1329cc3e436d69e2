"""What a database says about a table, and what every engine must be able to do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime

from assets.raw.connector.errors import Fatal

Rows = Sequence[tuple[bytes | None, bytes | None]]
"""Some rows: each its record as JSON text, and the JSON array of texts that is its position."""

Fetch = Callable[[int], Rows]
"""Gives at most so many further rows; none when there are no more."""


@dataclass(frozen=True)
class TableColumn:
    """One column of a table.

    Attributes:
        name: As the database has it.
        kind: Its type without sizes, in lower case, as the engine names it.
        full_type: Its type with sizes.
        type: What it is in a contract.
        nullable: Whether it may be empty; of a view nobody knows.
        readable: Whether our user may read it.
        label: The comment on it.
    """

    name: str
    kind: str
    full_type: str
    type: str
    nullable: bool
    readable: bool
    label: str | None = None


@dataclass(frozen=True)
class Table:
    """One table or view.

    Attributes:
        schema: Its schema; in MySQL its database.
        name: Its name.
        columns: In their order.
        primary_key: Names of the columns; empty for views and tables without one.
        indexed: Columns that an index begins with.
        estimated_rows: By the engine's statistics; None when it has none.
        notes: What a reader should know, in words.
    """

    schema: str
    name: str
    columns: tuple[TableColumn, ...]
    primary_key: tuple[str, ...] = ()
    indexed: frozenset[str] = field(default_factory=frozenset)
    estimated_rows: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Schema and name, for messages."""
        return f"{self.schema}.{self.name}"

    def column(self, name: str, place: str) -> TableColumn:
        """The column of that name.

        Raises:
            Fatal: there is none, or our user may not read it.
        """
        found = next((column for column in self.columns if column.name == name), None)
        if found is None:
            near = [item.name for item in self.columns if item.name.lower() == name.lower()]
            hint = f"it is written {near[0]!r} there" if near else "mend its header or key"
            raise Fatal(f"{self.title} has no column {name!r}, which {place} names; {hint}")
        if not found.readable:
            raise Fatal(
                f"{self.title}: the user may not read the column {name!r}; "
                f"grant select ({name}) on {self.title} to it, or leave the column out"
            )
        return found


@dataclass(frozen=True)
class Sort:
    """One term that rows are ordered by.

    Attributes:
        expression: SQL of the value that is ordered and compared.
        text: SQL of its exact text, which goes into the position.
        placeholder: SQL of a position's text as a value again, with one `%s` in it.
        parameter: What is bound to the placeholder, from the position's text.
    """

    expression: str
    text: str
    placeholder: str = "%s"
    parameter: Callable[[str], object] = str


class Session(ABC):
    """One connection to one engine; read only. Its errors are Retryable or Fatal."""

    @abstractmethod
    def now(self) -> datetime:
        """The time up to which the database's rows are complete by its own clock, UTC."""

    @abstractmethod
    def table(self, schema: str, name: str) -> Table:
        """What the catalogue says of a table or view.

        Raises:
            Fatal: there is none, or our user may not read it.
        """

    @abstractmethod
    def reading(self, query: str, parameters: Sequence[object]) -> AbstractContextManager[Fetch]:
        """Rows of a query in one snapshot of the database, streamed."""

    @abstractmethod
    def any_row(self, query: str, parameters: Sequence[object]) -> bool:
        """Whether the query has a row."""

    @abstractmethod
    def close(self) -> None:
        """End the connection."""


class Dialect(ABC):
    """How an engine writes its SQL. `zone` is the time zone of timestamps without one."""

    def __init__(self, zone: str, empty_impossible_dates: bool) -> None:
        self.zone = zone
        self.empty_impossible_dates = empty_impossible_dates

    @abstractmethod
    def quoted(self, name: str) -> str:
        """A name that can be nothing but a name."""

    @abstractmethod
    def value(self, column: TableColumn) -> str:
        """SQL of the value as it goes into the record, exact and with its time zone."""

    @abstractmethod
    def identifier(self, columns: Sequence[TableColumn]) -> str:
        """SQL of a key as one text: the value itself, or a JSON array of several."""

    @abstractmethod
    def literal(self, text: str) -> str:
        """SQL of a constant text."""

    @abstractmethod
    def sort(self, column: TableColumn, expression: str | None = None) -> Sort:
        """How rows are ordered by a column, or by an expression of the column's type."""

    @abstractmethod
    def bound(self, column: TableColumn, unit: str | None, moment: datetime, lower: bool) -> object:
        """The parameter for a bound of the window, compared with the column by the placeholder.

        Raises:
            Fatal: the column is of a type that knows no time.
        """

    @abstractmethod
    def page(
        self, table: str, values: dict[str, str], sorts: Sequence[Sort], condition: str, limit: int
    ) -> str:
        """SELECT of records and positions, in order."""

    @abstractmethod
    def later(self, sorts: Sequence[Sort], after: Sequence[str]) -> tuple[str, list[object]]:
        """Condition, and its parameters: the row comes after that position."""

    def table_name(self, table: Table) -> str:
        """The table's name in SQL."""
        return f"{self.quoted(table.schema)}.{self.quoted(table.name)}"


def escaped(sql: str) -> str:
    """SQL in which a per cent sign is itself, and no placeholder of the driver."""
    return sql.replace("%", "%%")
