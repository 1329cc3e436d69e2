"""What every mutation is: a small function under the name of its kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import duckdb

from benchmarks.gate_score.delivered import Delivered


@dataclass(frozen=True)
class Built:
    """A build that a fault is put into.

    Attributes:
        con: The open build.
        as_of: Its business date.
        table: The table or view that the fault is put into.
        before: The same table in the build of the night before, attached.
        beside: Other tables that the same mistake has changed.
    """

    con: duckdb.DuckDBPyConnection
    as_of: date
    table: str
    before: str
    beside: set[str] = field(default_factory=set)

    def sql(self, statement: str) -> list[tuple]:
        """Run SQL in which `{t}` is the table and `{before}` that of the night before."""
        ready = statement.replace("{t}", self.table).replace("{before}", self.before)
        return self.con.execute(ready).fetchall()

    def view(self, select: str) -> None:
        """Let the published view select something else; `{origin}` is what it publishes."""
        self.sql(f"create or replace view {{t}} as {select}")


IntoFiles = Callable[[Delivered], int]
"""Changes files; gives the number of rows that are wrong now, 0 where it is no matter of rows."""

IntoBuild = Callable[[Built], None]


@dataclass
class Registry:
    """The mutations by the name of their kind."""

    delivered: dict[str, IntoFiles] = field(default_factory=dict)
    built: dict[str, tuple[str, IntoBuild]] = field(default_factory=dict)

    def into_files(self, name: str) -> Callable[[IntoFiles], IntoFiles]:
        """Register what a source may deliver."""

        def keep(mutation: IntoFiles) -> IntoFiles:
            self._refuse_second(name)
            self.delivered[name] = mutation
            return mutation

        return keep

    def into(self, name: str, table: str) -> Callable[[IntoBuild], IntoBuild]:
        """Register what a mistake of our own leaves in a table."""

        def keep(mutation: IntoBuild) -> IntoBuild:
            self._refuse_second(name)
            self.built[name] = (table, mutation)
            return mutation

        return keep

    def _refuse_second(self, name: str) -> None:
        if name in self.delivered or name in self.built:
            raise ValueError(f"there are two mutations for the kind {name}")


FAULTS = Registry()


def share(key: str, per_thousand: int, salt: str = "") -> str:
    """SQL: a condition that holds for so many of a thousand keys, always for the same."""
    return f"(hash(cast({key} as varchar) || '{salt}') % 1000 < {per_thousand})"
