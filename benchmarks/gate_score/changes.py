"""Which tables of a build differ from those of the build it is a copy of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import duckdb

from benchmarks.gate_score.project import Node

Print = tuple[int, int]


class Changes:
    """The changed tables and views by `catalog.schema.table`.

    A table that was built anew and has the rows that it had has not changed: what reads it need not
    be asked again. Nothing is known of a view's rows, so it has changed when what it reads has.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, dirty: Iterable[str] = ()) -> None:
        self._con = con
        self.dirty: set[str] = set(dirty)

    def concerns(self, needs: Sequence[str]) -> bool:
        """Whether one of the tables has changed."""
        return not self.dirty.isdisjoint(needs)

    def touches(self, prefixes: tuple[str, ...]) -> bool:
        """Whether a table of one of the schemas has changed."""
        return any(name.startswith(prefixes) for name in self.dirty)

    def print_of(self, node: Node) -> Print | None:
        """The rows of a table as two numbers; None of a view, or where it is not there."""
        return None if node.is_view else self.fingerprint(node.relation)

    def rebuilt(self, node: Node, before: Print | None) -> None:
        """Note a model that was built anew."""
        if before is None or self.fingerprint(node.relation) != before:
            self.dirty.add(node.relation)

    def prints_in(self, schema: str) -> dict[str, Print]:
        """Prints of all tables of a schema, `catalog.schema`."""
        catalog, name = schema.split(".")
        tables = self._con.execute(
            "select table_name from duckdb_tables() where database_name = ? and schema_name = ?"
            " and not temporary",
            [catalog, name],
        ).fetchall()
        found = {}
        for (table,) in tables:
            relation = f"{schema}.{table}"
            mark = self.fingerprint(relation)
            if mark is not None:
                found[relation] = mark
        return found

    def compare(self, schema: str, before: Mapping[str, Print]) -> None:
        """Note the tables of a schema that are not what they were."""
        after = self.prints_in(schema)
        self.dirty |= {name for name in {*before, *after} if before.get(name) != after.get(name)}

    def fingerprint(self, relation: str) -> Print | None:
        """Number of rows, and the sum of their hashes; None where there is no such table."""
        try:
            [(count, total)] = self._con.execute(
                f"select count(*), coalesce(sum(hash(rows)), 0) from {relation} as rows"
            ).fetchall()
        except duckdb.CatalogException:
            return None
        return int(count), int(total)
