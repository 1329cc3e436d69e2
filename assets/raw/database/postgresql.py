"""PostgreSQL: what a value is in JSON, and how pages are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from assets.raw.connector.errors import Fatal
from assets.raw.database.moments import local_lower, local_upper, since_1970
from assets.raw.database.tables import Dialect, Sort, TableColumn, escaped

CONTRACT_TYPES = {
    "int2": "integer",
    "int4": "integer",
    "int8": "bigint",
    "oid": "bigint",
    "float4": "double",
    "float8": "double",
    "money": "decimal(18,2)",
    "bool": "boolean",
    "date": "date",
    "timestamp": "timestamp",
    "timestamptz": "timestamp",
    "json": "json",
    "jsonb": "json",
}
DATES = ("date", "timestamp", "timestamptz")
EXACT_NUMBERS = ("numeric", "money")


def contract_type(kind: str, precision: int | None, scale: int | None) -> str:
    """The contract's type for a type of PostgreSQL; `_int4` and the like are arrays."""
    if kind == "numeric":
        if precision is None or scale is None:
            return "decimal(38,9)"
        return f"decimal({precision},{scale})" if 0 <= scale <= precision <= 38 else "varchar"
    if kind.startswith("_"):
        return "json"
    return CONTRACT_TYPES.get(kind, "varchar")


class PostgreSql(Dialect):
    """SQL of PostgreSQL, 9.6 and later."""

    def quoted(self, name: str) -> str:
        """A name in double quotes."""
        return escaped('"' + name.replace('"', '""') + '"')

    def value(self, column: TableColumn) -> str:
        """JSON has no decimals, bytes or time zones: these become text, digit by digit."""
        name = self.quoted(column.name)
        exact = name
        if column.kind in EXACT_NUMBERS:
            exact = f"{name}::numeric::text"
        elif column.kind.removeprefix("_") in EXACT_NUMBERS:
            exact = f"{name}::numeric[]::text[]"
        elif column.kind == "bytea":
            exact = f"encode({name}, 'hex')"
        elif column.kind == "timestamp":
            exact = f"({name} at time zone {self.literal(self.zone)})"
        if self.empty_impossible_dates and column.kind in DATES:
            return f"case when isfinite({name}) then {exact} end"
        return exact

    def identifier(self, columns: Sequence[TableColumn]) -> str:
        """Texts as PostgreSQL writes them, bytes as in records."""
        texts = [self.sort(column).text for column in columns]
        return texts[0] if len(texts) == 1 else f"json_build_array({', '.join(texts)})::text"

    def literal(self, text: str) -> str:
        """A text in single quotes."""
        return escaped("'" + text.replace("'", "''") + "'") + "::text"

    def sort(self, column: TableColumn, expression: str | None = None) -> Sort:
        """The value itself; its text goes back into the type of the column."""
        value = expression or self.quoted(column.name)
        if column.kind == "bytea":
            return Sort(value, f"encode({value}, 'hex')", "decode(%s, 'hex')")
        return Sort(value, f"{value}::text", f"%s::{escaped(column.full_type)}")

    def bound(self, column: TableColumn, unit: str | None, moment: datetime, lower: bool) -> object:
        """Text of the moment in the column's own terms."""
        if column.kind == "timestamptz":
            return moment.astimezone(UTC).isoformat()
        if column.kind in ("timestamp", "date"):
            local = (local_lower if lower else local_upper)(moment, self.zone)
            return local.isoformat() if column.kind == "timestamp" else local.date().isoformat()
        if unit and column.kind in ("int4", "int8", "numeric", "float8"):
            return str(since_1970(moment, unit))
        raise Fatal(
            f"updated_at {column.name!r} is of type {column.full_type}; name a date or timestamp, "
            "or say the unit of a whole number in updated_at_unit"
        )

    def page(
        self, table: str, values: dict[str, str], sorts: Sequence[Sort], condition: str, limit: int
    ) -> str:
        """The engine builds the records: one text a row is the cheapest that a client can read."""
        listed = ", ".join(f"{value} as {self.quoted(name)}" for name, value in values.items())
        return f"""
            select
                (select row_to_json(_c360_) from (select {listed}) as _c360_)::text,
                json_build_array({", ".join(sort.text for sort in sorts)})::text
            from {table}
            where {condition}
            order by {", ".join(sort.expression for sort in sorts)}
            limit {limit}
        """

    def later(self, sorts: Sequence[Sort], after: Sequence[str]) -> tuple[str, list[object]]:
        """Rows compared as a whole, which an index can answer."""
        left = ", ".join(sort.expression for sort in sorts)
        right = ", ".join(sort.placeholder for sort in sorts)
        values = [sort.parameter(text) for sort, text in zip(sorts, after, strict=True)]
        return f"({left}) > ({right})", values
