"""DuckDB as the pipeline uses it: the one place that opens connections and attaches its files.

A key for DuckDB's own file encryption 静态加密 would be named here; docs/decisions/0024 says why
there is none yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb


def connect(
    spill: Path,
    memory_limit: str | None = None,
    threads: int | None = None,
    database: Path | None = None,
) -> duckdb.DuckDBPyConnection:
    """A connection in UTC that fetches no extension from the network.

    Args:
        spill: A private folder: what does not fit into memory holds personal values.
        memory_limit: Such as `8GB`; else four fifths of the machine's.
        threads: How many; else all cores.
        database: The file to open for writing; else one in memory.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "temp_directory": str(spill),
        "autoinstall_known_extensions": False,
    }
    if memory_limit:
        config["memory_limit"] = memory_limit
    if threads:
        config["threads"] = threads
    connection = duckdb.connect(str(database or ":memory:"), config=config)
    try:
        connection.execute("set timezone = 'UTC'").fetchall()
    except BaseException:
        connection.close()
        raise
    return connection


def attach(
    connection: duckdb.DuckDBPyConnection, file: Path, catalog: str, *, writable: bool = False
) -> None:
    """Attach a database file under a name; one that is to be written is made where there is none.

    Raises:
        duckdb.IOException: another process writes it, or it is not there or no database.
    """
    path = str(file).replace("'", "''")
    mode = "" if writable else " (read_only)"
    connection.execute(f"attach '{path}' as {catalog}{mode}").fetchall()


@contextmanager
def attached(
    connection: duckdb.DuckDBPyConnection, file: Path | None, catalog: str
) -> Iterator[str | None]:
    """The name of a database that is attached for reading meanwhile; None without a file."""
    if file is None:
        yield None
        return
    attach(connection, file, catalog)
    try:
        yield catalog
    finally:
        connection.execute(f"detach {catalog}").fetchall()
