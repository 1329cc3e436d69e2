"""MySQL and MariaDB: what a value is in JSON, and how pages are asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from assets.raw.connector.errors import Fatal
from assets.raw.database.moments import local_lower, local_upper, offset_changes, since_1970
from assets.raw.database.tables import Dialect, Sort, TableColumn, escaped

INTEGERS = ("tinyint", "smallint", "mediumint", "int", "bigint", "year", "bit")
FLOATS = ("float", "double")
MOMENTS = ("datetime", "timestamp")
TEXTS = ("char", "varchar", "tinytext", "text", "mediumtext", "longtext")
BYTES = ("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob")
PLACES = (
    "geometry",
    "point",
    "linestring",
    "polygon",
    "multipoint",
    "multilinestring",
    "multipolygon",
    "geometrycollection",
    "geomcollection",
)
NUMBERED = ("enum", "set")
"""Types that are ordered by their number, and compared with a text by their text."""


def contract_type(kind: str, full: str, precision: int | None, scale: int | None) -> str:
    """The contract's type for a type of MySQL, such as `int` and `int(10) unsigned`."""
    if full in ("tinyint(1)", "bit(1)"):
        return "boolean"
    if kind == "decimal":
        return f"decimal({precision},{scale})" if precision and precision <= 38 else "varchar"
    if kind in ("bigint", "bit") or (kind == "int" and "unsigned" in full):
        return "bigint"
    if kind in INTEGERS:
        return "integer"
    if kind in FLOATS:
        return "double"
    return {"date": "date", "json": "json"}.get(kind, "timestamp" if kind in MOMENTS else "varchar")


class MySql(Dialect):
    """SQL that both MySQL (5.7 and later) and MariaDB (10.3 and later) understand.

    The session's time zone is UTC, so a timestamp reads as UTC; a datetime is local, and gets the
    offset of the connection's time zone from us: the server may not know zones by name.
    """

    def quoted(self, name: str) -> str:
        """A name in backticks."""
        return escaped("`" + name.replace("`", "``") + "`")

    def value(self, column: TableColumn) -> str:
        """JSON has no decimals, bytes or time zones: these become text, digit by digit."""
        name = self.quoted(column.name)
        if column.kind in INTEGERS:
            return f"({name} + 0)"
        if column.kind in FLOATS:
            # As it is, a float shows six digits and no more.
            return f"({name} + 0e0)"
        if column.kind in TEXTS or column.kind == "json":
            return name
        if column.kind in BYTES or column.kind in PLACES:
            return f"lower(hex({name}))"
        text = f"cast({name} as char)"
        if self.empty_impossible_dates and column.kind in ("date", *MOMENTS):
            # A month or a day that is zero makes the whole date impossible.
            text = f"case when month({name}) > 0 and dayofmonth({name}) > 0 then {text} end"
        if column.kind == "timestamp":
            return f"concat({text}, '+00:00')"
        return f"concat({text}, {self._offset(name)})" if column.kind == "datetime" else text

    def identifier(self, columns: Sequence[TableColumn]) -> str:
        """Texts as MySQL writes them, bytes as in records."""
        texts = [
            f"lower(hex({self.quoted(column.name)}))"
            if column.kind in BYTES
            else f"cast({self.quoted(column.name)} as char)"
            for column in columns
        ]
        return texts[0] if len(texts) == 1 else f"cast(json_array({', '.join(texts)}) as char)"

    def literal(self, text: str) -> str:
        """A text in single quotes; with sql_mode empty a backslash escapes."""
        return escaped("'" + text.replace("\\", "\\\\").replace("'", "''") + "'")

    def sort(self, column: TableColumn, expression: str | None = None) -> Sort:
        """The value itself; numbers are bound as numbers: text would be compared as a float."""
        value = expression or self.quoted(column.name)
        if column.kind in NUMBERED or column.kind == "bit":
            return Sort(f"({value} + 0)", f"cast({value} + 0 as char)", parameter=int)
        if column.kind in BYTES:
            return Sort(value, f"hex({value})", "unhex(%s)")
        parameter: Callable[[str], object] = str
        if column.kind in INTEGERS:
            parameter = int
        elif column.kind == "decimal":
            parameter = Decimal
        elif column.kind in FLOATS:
            return Sort(f"({value} + 0e0)", f"cast({value} + 0e0 as char)", parameter=float)
        return Sort(value, f"cast({value} as char)", parameter=parameter)

    def bound(self, column: TableColumn, unit: str | None, moment: datetime, lower: bool) -> object:
        """The moment in the column's own terms."""
        if column.kind == "timestamp":
            return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        if column.kind in ("datetime", "date"):
            local = (local_lower if lower else local_upper)(moment, self.zone)
            return local.strftime("%Y-%m-%d" if column.kind == "date" else "%Y-%m-%d %H:%M:%S.%f")
        if unit and column.kind in (*INTEGERS, *FLOATS, "decimal"):
            return since_1970(moment, unit)
        raise Fatal(
            f"updated_at {column.name!r} is of type {column.full_type}; name a date, datetime or "
            "timestamp, or say the unit of a whole number in updated_at_unit"
        )

    def page(
        self, table: str, values: dict[str, str], sorts: Sequence[Sort], condition: str, limit: int
    ) -> str:
        """The engine builds the records: one text a row is the cheapest that a client can read."""
        listed = ", ".join(f"{self.literal(name)}, {value}" for name, value in values.items())
        return f"""
            select json_object({listed}), json_array({", ".join(sort.text for sort in sorts)})
            from {table}
            where {condition}
            order by {", ".join(sort.expression for sort in sorts)}
            limit {limit}
        """

    def later(self, sorts: Sequence[Sort], after: Sequence[str]) -> tuple[str, list[object]]:
        """Term by term: rows compared as a whole would not use an index here."""
        values = [sort.parameter(text) for sort, text in zip(sorts, after, strict=True)]
        ways = []
        parameters: list[object] = [values[0]]
        for place, sort in enumerate(sorts):
            equal = [f"{earlier.expression} = {earlier.placeholder}" for earlier in sorts[:place]]
            ways.append(" and ".join([*equal, f"{sort.expression} > {sort.placeholder}"]))
            parameters += values[: place + 1]
        first = f"{sorts[0].expression} >= {sorts[0].placeholder}"
        return f"({first} and ({' or '.join(f'({way})' for way in ways)}))", parameters

    def _offset(self, name: str) -> str:
        """SQL of the offset that a local time had in our zone."""
        *dated, (_, oldest) = offset_changes(self.zone)
        if not dated:
            return self.literal(oldest)
        cases = " ".join(f"when {name} >= '{since}' then '{offset}'" for since, offset in dated)
        return f"case {cases} else '{oldest}' end"
