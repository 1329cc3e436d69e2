"""A connection to MySQL or MariaDB: catalogue, streamed reading, and what its errors mean."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any, NoReturn

from assets.raw.connector.errors import Fatal, Retryable
from assets.raw.database.mysql import contract_type
from assets.raw.database.settings import DatabaseSettings
from assets.raw.database.tables import Fetch, Rows, Session, Table, TableColumn

NO_SUCH_TABLE, DENIED = (1146, 1051), (1142, 1143, 1370)
EXPLAINED = {
    1044: "the user may not use this database; grant it select there, or mend 'database'",
    1045: "the database refuses the user or the password; mend them in the contract",
    1049: "there is no such database on the server; mend 'database'",
    1054: "the database does not know a column that 'where' names",
    1064: "the database does not understand 'where'",
    1129: "the database has locked our host out after errors; its owner must flush hosts",
    1130: "the database lets this user not in from our host",
    1142: "the user lacks the right to select; grant it on the table",
    1143: "the user lacks the right to select a column; grant it, or leave the column out",
    1146: "there is no such table; mend 'stream' in the contract, or 'database'",
    1698: "the database lets this user in without password only, by a local socket",
    2026: "the database and we do not agree on encryption; mend sslmode, sslrootcert",
    3159: "the database wants encryption; set sslmode: require",
}
TRANSIENT = {0, 1040, 1053, 1158, 1159, 1160, 1161, 1203, 1205, 1213, 1226, 2002, 2003, 2006, 2013}
"""Closed, too many connections, shutdown, network, locks, unreachable or gone."""

COLUMNS = """
    select
        column_name, data_type, column_type, numeric_precision, numeric_scale, is_nullable,
        privileges, column_comment
    from information_schema.columns
    where table_schema = %s and table_name = %s
    order by ordinal_position
"""
INDEXES = """
    select index_name, seq_in_index, column_name
    from information_schema.statistics
    where table_schema = %s and table_name = %s
    order by index_name, seq_in_index
"""
ESTIMATE = """
    select table_rows from information_schema.tables where table_schema = %s and table_name = %s
"""
# MariaDB has no type for JSON: it is a text with this check on it.
JSON_CHECKS = """
    select check_clause from information_schema.check_constraints
    where constraint_schema = %s and table_name = %s and check_clause like 'json_valid(%%'
"""


class MySqlSession(Session):
    """Reads in one read-only transaction a page."""

    def __init__(self, settings: DatabaseSettings) -> None:
        import pymysql

        with _explained():
            self._connection: Any = pymysql.connect(
                host=settings.host,
                port=settings.port_number,
                unix_socket=settings.socket,
                user=settings.user,
                # As bytes: the driver knows Latin-1 only.
                password=settings.password.get_secret_value().encode(),
                database=settings.database,
                charset="utf8mb4",
                use_unicode=False,
                sql_mode="",
                init_command="set session time_zone = '+00:00'",
                autocommit=True,
                connect_timeout=settings.connect_timeout_seconds,
                read_timeout=settings.statement_timeout_seconds,
                program_name="customer-360-warehouse",
                **_encryption(settings),
            )
        self._is_mariadb = "mariadb" in str(self._rows("select version()")[0][0]).lower()

    def now(self) -> datetime:
        """By the server's clock."""
        text = str(self._rows("select cast(utc_timestamp(6) as char)")[0][0])
        return datetime.fromisoformat(text).replace(tzinfo=UTC)

    def table(self, schema: str, name: str) -> Table:
        """By information_schema, which shows only what the user may see."""
        described = self._rows(COLUMNS, (schema, name))
        if not described:
            self._refuse(schema, name)
        jsons = set()
        if self._is_mariadb:
            checks = self._rows(JSON_CHECKS, (schema, name))
            jsons = {clause[len("json_valid(`") : -len("`)")] for (clause,) in checks}
        columns = tuple(
            TableColumn(
                name=column,
                kind="json" if column in jsons else kind.lower(),
                full_type=full.lower(),
                type="json"
                if column in jsons
                else contract_type(kind.lower(), full.lower(), *size),
                nullable=nullable == "YES",
                readable="select" in privileges.lower(),
                label=comment or None,
            )
            for column, kind, full, *size, nullable, privileges, comment in described
        )
        indexes = self._rows(INDEXES, (schema, name))
        estimate = self._rows(ESTIMATE, (schema, name))
        return Table(
            schema,
            name,
            columns,
            primary_key=tuple(column for index, _, column in indexes if index == "PRIMARY"),
            indexed=frozenset(column for _, place, column in indexes if place == 1),
            estimated_rows=estimate[0][0] if estimate else None,
        )

    @contextmanager
    def reading(self, query: str, parameters: Sequence[object]) -> Iterator[Fetch]:
        """Rows come from the socket as they are fetched."""
        from pymysql.cursors import SSCursor

        with _explained():
            cursor: Any = self._connection.cursor(SSCursor)
            cursor.execute("set session transaction isolation level repeatable read")
            cursor.execute("start transaction with consistent snapshot, read only")
            cursor.execute(query, tuple(parameters))
            is_read = False

            def fetch(count: int) -> Rows:
                nonlocal is_read
                rows: Rows = cursor.fetchmany(count) or []
                is_read = not rows
                return rows

            try:
                yield fetch
            finally:
                if is_read:
                    cursor.close()
                    self._connection.rollback()
                else:
                    # To close the cursor would fetch the rest first.
                    with suppress(Exception):
                        self._connection._force_close()
                        self._connection.ping(reconnect=True)

    def any_row(self, query: str, parameters: Sequence[object]) -> bool:
        """Whether there is a first row."""
        return bool(self._rows(query, parameters))

    def close(self) -> None:
        """End the connection."""
        with suppress(Exception):
            self._connection.close()

    def _refuse(self, schema: str, name: str) -> NoReturn:
        """Say why a table is not in the catalogue: missing, or not ours to see."""
        import pymysql

        title = f"{schema}.{name}"
        quoted = ".".join("`" + part.replace("`", "``") + "`" for part in (schema, name))
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(f"select 1 from {quoted} limit 0")
        except pymysql.MySQLError as error:
            if _number(error) in DENIED:
                text = f"the user may not read {title}; grant select on {title} to it"
                raise Fatal(text) from None
            if _number(error) not in NO_SUCH_TABLE:
                raise _explain(error) from None
        raise Fatal(
            f"there is no table or view {title}; mend 'stream' in the contract, or 'database'"
        )

    def _rows(self, query: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with _explained(), self._connection.cursor() as cursor:
            cursor.execute(query, tuple(parameters))
            return [tuple(map(_decoded, row)) for row in cursor.fetchall()]


def _decoded(value: Any) -> Any:
    return value.decode() if isinstance(value, bytes) else value


def _encryption(settings: DatabaseSettings) -> dict[str, Any]:
    """What `sslmode` means, in the words that PostgreSQL has for it."""
    if settings.sslmode == "disable":
        return {"ssl_disabled": True}
    if settings.sslmode == "prefer":
        return {}
    context = ssl.create_default_context(cafile=settings.sslrootcert)
    context.check_hostname = settings.sslmode == "verify-full"
    if settings.sslmode == "require":
        context.verify_mode = ssl.CERT_NONE
    return {"ssl": context}


@contextmanager
def _explained() -> Iterator[None]:
    """Errors of the driver in our words; its own texts quote rows, addresses and users."""
    import pymysql

    try:
        yield
    except pymysql.MySQLError as error:
        # Not chained, for the same reason.
        raise _explain(error) from None
    except RuntimeError as error:
        if "cryptography" not in str(error):
            raise
        text = "the user logs in by sha2: set sslmode: require, or install PyMySQL[rsa]"
        raise Fatal(text) from None
    except OSError:
        raise Retryable("the database broke the connection off") from None


def _number(error: Any) -> int:
    return error.args[0] if error.args and isinstance(error.args[0], int) else 0


def _explain(error: Any) -> Exception:
    number = _number(error)
    if number in EXPLAINED:
        return Fatal(EXPLAINED[number])
    if number == 2003:
        return Retryable("the database cannot be reached; check host, port and network")
    if number in TRANSIENT:
        return Retryable(f"the database gave up for the moment (error {number})")
    return Fatal(f"the database refuses the query (error {number}); see its log")
