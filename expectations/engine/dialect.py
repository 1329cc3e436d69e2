"""A SQLAlchemy dialect with which Great Expectations can read DuckDB, on the run's own connection.

Great Expectations 1.24 knows no DuckDB. Four things differ from `duckdb-engine`, and each has a
test: results outlive the transaction, regular expressions are rendered, columns are found, and
a cursor of an open connection takes the place of a second connection to the same file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import duckdb
import duckdb_engine
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, registry

URL = "duckdb+gates:///:memory:"
"""Names the dialect only: connections come from the creator of `cursors_of`."""

_DECIMAL = re.compile(r"DECIMAL\((\d+),\s*(\d+)\)")

_TYPES: dict[str, type[sa.types.TypeEngine[Any]]] = {
    "BIGINT": sa.BIGINT,
    "BLOB": sa.LargeBinary,
    "BOOLEAN": sa.BOOLEAN,
    "DATE": sa.DATE,
    "DOUBLE": sa.FLOAT,
    "FLOAT": sa.FLOAT,
    "HUGEINT": sa.NUMERIC,
    "INTEGER": sa.INTEGER,
    "SMALLINT": sa.SMALLINT,
    "TIME": sa.TIME,
    "TIMESTAMP": sa.TIMESTAMP,
    "TIMESTAMP WITH TIME ZONE": sa.TIMESTAMP,
    "TINYINT": sa.SMALLINT,
    "UUID": sa.VARCHAR,
    "VARCHAR": sa.VARCHAR,
}

_COLUMNS = """
    select column_name, data_type, is_nullable, column_default
    from duckdb_columns()
    where
        database_name = current_database()
        and schema_name = coalesce(:schema, current_schema())
        and table_name = :table
    order by column_index
"""


def _sql_type(name: str) -> sa.types.TypeEngine[Any]:
    decimal = _DECIMAL.fullmatch(name)
    if decimal:
        return sa.DECIMAL(int(decimal[1]), int(decimal[2]))
    return _TYPES.get(name, sa.types.NullType)()


class _Compiler(duckdb_engine.Dialect.statement_compiler):  # type: ignore[misc,valid-type]
    """Writes PostgreSQL's `~` as a function: the operator's meaning differs between versions."""

    def visit_binary(self, binary: Any, *args: Any, **kwargs: Any) -> str:
        """Render one binary operation."""
        operator = getattr(binary.operator, "opstring", None)
        if operator not in ("~", "!~"):
            return str(super().visit_binary(binary, *args, **kwargs))
        found = sa.func.regexp_matches(binary.left, binary.right)
        literal = {key: kwargs[key] for key in ("literal_binds",) if key in kwargs}
        return str(self.process(found if operator == "~" else sa.not_(found), **literal))


class GateDialect(duckdb_engine.Dialect):
    """DuckDB for checks, which only read."""

    statement_compiler = _Compiler
    supports_statement_cache = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say PostgreSQL where Great Expectations asks which regular expressions there are."""
        super().__init__(*args, **kwargs)
        # On the instance: as a class attribute, SQLAlchemy would load PostgreSQL in its place.
        self.dialect = postgresql.dialect

    def get_columns(  # type: ignore[override]
        self, connection: Any, table_name: str, schema: str | None = None, **kw: Any
    ) -> list[dict[str, Any]]:
        """Columns of a table of the cursor's catalog, attached or not.

        SQLAlchemy's own way asks PostgreSQL catalogs that DuckDB does not have.
        """
        rows = connection.execute(
            sa.text(_COLUMNS), {"table": str(table_name), "schema": schema}
        ).fetchall()
        if not rows:
            raise sa.exc.NoSuchTableError(table_name)
        return [
            {
                "name": name,
                "type": _sql_type(type_name),
                "nullable": bool(nullable),
                "default": default,
                "autoincrement": False,
                "comment": None,
            }
            for name, type_name, nullable, default in rows
        ]

    def get_pk_constraint(  # type: ignore[override]
        self, *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        """Constraints are dbt's matter."""
        return {"name": None, "constrained_columns": []}

    def get_foreign_keys(self, *args: Any, **kwargs: Any) -> list[Any]:
        """Constraints are dbt's matter."""
        return []

    def get_indexes(self, *args: Any, **kwargs: Any) -> list[Any]:
        """There are none."""
        return []

    # Great Expectations fetches after it has given the connection back; a rollback at that moment
    # would drop DuckDB's pending result. Nothing is written, so nothing need be rolled back.

    def do_begin(self, connection: Any) -> None:
        """No transaction."""

    def do_commit(self, connection: Any) -> None:
        """No transaction."""

    def do_rollback(self, connection: Any) -> None:
        """No transaction."""


def cursors_of(
    connection: duckdb.DuckDBPyConnection, catalog: str, schema: str
) -> Callable[[], Any]:
    """A creator of cursors on an open connection, each standing in one schema of one catalog."""

    def create() -> Any:
        cursor = connection.cursor()
        # A cursor starts from the defaults, not from its connection's session settings.
        cursor.execute("set timezone = 'UTC'").fetchall()
        cursor.execute(f'use "{catalog}"."{schema}"').fetchall()
        return duckdb_engine.ConnectionWrapper(cursor)

    return create


registry.register("duckdb.gates", __name__, "GateDialect")
