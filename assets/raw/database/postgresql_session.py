"""A connection to PostgreSQL: catalogue, streamed reading, and what its errors mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from assets.raw.connector.errors import Fatal, Retryable
from assets.raw.database.postgresql import contract_type
from assets.raw.database.settings import DatabaseSettings
from assets.raw.database.tables import Fetch, Rows, Session, Table, TableColumn

TRANSIENT_CLASSES = ("08", "40", "53", "57")
"""SQLSTATE classes that pass: connection, rollback, resources, operator intervention."""

NOT_YET = ("starting up", "shutting down", "too many", "remaining connection slots", "recovery")
UNREACHABLE = (
    "refused",
    "timeout",
    "timed out",
    "could not translate",
    "resolve host",
    "not known",
    "unreachable",
    "no route",
    "reset by peer",
    "closed the connection",
)

# The catalogue itself: information_schema hides the columns that the user may not read, and we
# want to say so instead of calling them missing.
TABLE = """
    select
        relation.oid, relation.reltuples, relation.relkind,
        has_schema_privilege(space.oid, 'usage'),
        has_table_privilege(relation.oid, 'select')
            or has_any_column_privilege(relation.oid, 'select'),
        row_security_active(relation.oid)
    from pg_catalog.pg_class as relation
    inner join pg_catalog.pg_namespace as space on space.oid = relation.relnamespace
    where space.nspname = %s and relation.relname = %s and relation.relkind in ('r','p','v','m','f')
"""
COLUMNS = """
    select
        item.attname::text,
        case when base.typtype = 'd' then domain.typname else base.typname end::text,
        format_type(item.atttypid, item.atttypmod),
        information_schema._pg_numeric_precision(
            information_schema._pg_truetypid(item, base),
            information_schema._pg_truetypmod(item, base)),
        information_schema._pg_numeric_scale(
            information_schema._pg_truetypid(item, base),
            information_schema._pg_truetypmod(item, base)),
        not (item.attnotnull or (base.typtype = 'd' and base.typnotnull)),
        has_column_privilege(item.attrelid, item.attnum, 'select'),
        col_description(item.attrelid, item.attnum)
    from pg_catalog.pg_attribute as item
    inner join pg_catalog.pg_type as base on base.oid = item.atttypid
    left join pg_catalog.pg_type as domain on domain.oid = base.typbasetype
    where item.attrelid = %s and item.attnum > 0 and not item.attisdropped
    order by item.attnum
"""
INDEXES = """
    select part.indisprimary, place.position, item.attname::text
    from pg_catalog.pg_index as part
    cross join unnest(part.indkey) with ordinality as place(number, position)
    inner join pg_catalog.pg_attribute as item
        on item.attrelid = part.indrelid and item.attnum = place.number
    where part.indrelid = %s and part.indisvalid
    order by part.indexrelid, place.position
"""
SETTINGS = """
    select set_config(name, wanted.value, true)
    from (values
        ('TimeZone', 'UTC'), ('DateStyle', 'ISO, YMD'), ('extra_float_digits', '3'),
        ('jit', 'off'), ('statement_timeout', %s)
    ) as wanted(name, value)
    inner join pg_catalog.pg_settings using (name)
"""
# A replica is complete only up to what it has replayed, whatever its clock says.
NOW = """
    select case when pg_is_in_recovery()
        then least(clock_timestamp(), pg_last_xact_replay_timestamp())
        else clock_timestamp() end
"""


class PostgreSqlSession(Session):
    """Reads in one read-only transaction a page; no prepared statements, so poolers are fine."""

    def __init__(self, settings: DatabaseSettings) -> None:
        import psycopg

        self._timeout = settings.statement_timeout_seconds
        encryption: dict[str, Any] = {"sslmode": settings.sslmode}
        if settings.sslrootcert:
            encryption["sslrootcert"] = settings.sslrootcert
        with _explained():
            self._connection: Any = psycopg.connect(
                host=settings.socket or settings.host,
                port=settings.port_number,
                dbname=settings.database,
                user=settings.user,
                password=settings.password.get_secret_value(),
                connect_timeout=settings.connect_timeout_seconds,
                client_encoding="UTF8",
                application_name="customer-360-warehouse",
                prepare_threshold=None,
                **encryption,
            )
        self._connection.read_only = True
        self._connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ

    def now(self) -> datetime:
        """By the server's clock, or up to where a replica has come."""
        moment: datetime = self._rows(NOW)[0][0]
        return moment

    def table(self, schema: str, name: str) -> Table:
        """By the system catalogue."""
        found = self._rows(TABLE, (schema, name))
        if not found:
            raise Fatal(
                f"there is no table or view {schema}.{name}; mend 'stream' in the contract, or "
                "'schema' or 'database' in its connection"
            )
        oid, estimate, kind, may_use, may_read, row_security = found[0]
        if not (may_use and may_read):
            missing = f"select on {schema}.{name}" if may_use else f"usage on schema {schema}"
            raise Fatal(f"the user may not read {schema}.{name}; grant {missing} to it")
        columns = tuple(
            TableColumn(column, base, full, contract_type(base, *size), nullable, readable, label)
            for column, base, full, *size, nullable, readable, label in self._rows(COLUMNS, (oid,))
        )
        indexes = self._rows(INDEXES, (oid,))
        return Table(
            schema,
            name,
            columns,
            primary_key=tuple(column for primary, _, column in indexes if primary),
            indexed=frozenset(column for _, position, column in indexes if position == 1),
            estimated_rows=int(estimate) if estimate >= 0 and kind != "v" else None,
            notes=("row-level security decides which rows we see",) if row_security else (),
        )

    @contextmanager
    def reading(self, query: str, parameters: Sequence[object]) -> Iterator[Fetch]:
        """A cursor of the server: only what is fetched is ever in our memory."""
        from psycopg.adapt import Loader

        class AsBytes(Loader):
            def load(self, data: bytes | bytearray | memoryview) -> bytes:
                return bytes(data)

        with self._transaction(), self._connection.cursor(name="page") as cursor:
            cursor.adapters.register_loader("text", AsBytes)
            cursor.execute(query, parameters)

            def fetch(count: int) -> Rows:
                rows: Rows = cursor.fetchmany(count)
                return rows

            yield fetch

    def any_row(self, query: str, parameters: Sequence[object]) -> bool:
        """Whether there is a first row."""
        return bool(self._rows(query, parameters))

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def _rows(self, query: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self._transaction():
            rows: list[tuple[Any, ...]] = self._connection.execute(query, parameters).fetchall()
            return rows

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Settings for the transaction only: a pooler hands the connection to others after it."""
        with _explained():
            try:
                self._connection.execute(SETTINGS, (f"{self._timeout}s",))
                yield
            finally:
                if not self._connection.closed:
                    self._connection.rollback()


@contextmanager
def _explained() -> Iterator[None]:
    """Errors of the driver in our words; its own texts quote rows, addresses and users."""
    import psycopg

    try:
        yield
    except psycopg.Error as error:
        # Not chained, for the same reason.
        raise _explain(error) from None


def _explain(error: Any) -> Exception:
    state = error.sqlstate
    if state is None:
        return _explain_connecting(str(error).lower())
    if state == "57014":
        return Retryable("a statement took longer than statement_timeout_seconds")
    if state.startswith(TRANSIENT_CLASSES):
        return Retryable(f"the database gave up for the moment (SQLSTATE {state})")
    if state == "42501":
        return Fatal("the user lacks a right (SQLSTATE 42501); grant it select on the table")
    if state in ("42P01", "42703", "42601", "42883", "42804"):
        return Fatal(f"the database does not understand 'where' or a column (SQLSTATE {state})")
    return Fatal(f"the database refuses the query (SQLSTATE {state}); see its log")


def _explain_connecting(text: str) -> Exception:
    if any(word in text for word in NOT_YET):
        return Retryable("the database takes no connections at the moment")
    if "password authentication failed" in text or "no password supplied" in text:
        return Fatal("the database refuses the user or the password; mend them in the contract")
    if "pg_hba.conf" in text:
        return Fatal("the database lets this user not in from here (pg_hba.conf), or wants sslmode")
    if "database" in text and "does not exist" in text:
        return Fatal("there is no such database on the server; mend 'database'")
    if "ssl" in text or "certificate" in text:
        return Fatal("the database and we do not agree on encryption; mend sslmode, sslrootcert")
    if any(word in text for word in UNREACHABLE):
        return Retryable("the database cannot be reached; check host, port and network")
    return Fatal("the database refuses the connection; check user, database and sslmode")
