"""The connection to the readers' PostgreSQL; its string is in a file and nowhere else."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from assets.publish.postgres.errors import PostgresError, connection_problem, in_our_words

OLDEST_SERVER = 14
"""Functions whose bodies are bound to tables, not to their names, came with this one."""

DEFAULTS = {"connect_timeout": "10", "application_name": "customer-360-warehouse"}
LOCK = "select pg_try_advisory_lock(hashtext('customer-360-warehouse: publication'))"


def read_dsn(file: Path) -> str:
    """The connection string in a file.

    Raises:
        PostgresError: the file cannot be read, others may read it, or it holds no such string.
    """
    setting = f"C360_POSTGRES_DSN_FILE: {file}"
    try:
        mode, text = stat.S_IMODE(file.stat().st_mode), file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise PostgresError(
            f"{setting} cannot be read ({type(error).__name__}); make it a text file of your own"
        ) from None
    if mode & 0o077:
        raise PostgresError(f"{setting} may be read by others (mode {mode:o}); chmod 600 it")
    if not _names_a_database(text):
        raise PostgresError(
            f"{setting} holds no connection string; write one line such as"
            " host=db.example dbname=readers user=c360_loader password=... sslmode=verify-full"
        )
    return text


def _names_a_database(text: str) -> bool:
    try:
        return bool(text) and bool(psycopg.conninfo.conninfo_to_dict(text).get("dbname"))
    except psycopg.Error:
        return False


@contextmanager
def connected(dsn: str) -> Iterator[psycopg.Connection]:
    """A connection that commits only what stands in a transaction, and the only loader's.

    Raises:
        PostgresError: no connection came about, the server is too old, or another loader is there.
    """
    try:
        given = {**DEFAULTS, **psycopg.conninfo.conninfo_to_dict(dsn)}
        connection = psycopg.connect(psycopg.conninfo.make_conninfo("", **given), autocommit=True)
    except psycopg.Error as error:
        raise PostgresError(
            f"No connection to PostgreSQL: {connection_problem(error)}. The file of"
            " C360_POSTGRES_DSN_FILE says where; try it with psql."
        ) from None
    with connection:
        with in_our_words("connecting"):
            _check(connection)
        yield connection


def _check(connection: psycopg.Connection) -> None:
    if connection.info.server_version < OLDEST_SERVER * 10_000:
        raise PostgresError(
            f"PostgreSQL {connection.info.server_version // 10_000} is too old; row rules here need"
            f" {OLDEST_SERVER} or later"
        )
    connection.execute("set timezone = 'UTC'")
    connection.execute("set datestyle = 'ISO, YMD'")
    if connection.execute(LOCK).fetchone() != (True,):
        raise PostgresError(
            "Another run is loading PostgreSQL; nothing was done. Wait for its end."
        )
