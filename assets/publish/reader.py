"""How BI code opens a publication: read-only, and shut against everything that is not in it.

Needs DuckDB only, so that a notebook or a BI server can copy this file. What it closes binds the
code that uses it; who may read the file at all, its group decides (docs/access.md). The file
`reader.sql` beside this one does the same for DuckDB's command line.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

DATABASE = "marts.duckdb"

HARDENED: dict[str, str | bool] = {
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "temp_directory": "",
}
"""No file, no network, no extension; no spill files, whose folder nobody would guard."""


def open_publication(
    place: str | Path, *, memory_limit: str | None = None, threads: int | None = None
) -> duckdb.DuckDBPyConnection:
    """Open a publication; the connection keeps its run, also when `current` moves on.

    Temporary tables and views are allowed, they live in memory and end with the connection. A query
    that does not fit into memory fails. Times are UTC; no setting can be changed afterwards.

    Args:
        place: `marts.duckdb`, the folder that holds it (`var/publish/current`), or the folder of
            the instance (C360_HOME).
        memory_limit: memory for DuckDB, e.g. `4GB`; default: four fifths of the machine's.
        threads: threads for DuckDB; default: the machine's.

    Raises:
        FileNotFoundError: there is no publication at the place.
        PermissionError: there may be one, but the user is not in the group of readers.
        duckdb.ConnectionException: this process has the file open with other settings.
    """
    config: dict[str, str | bool | int | float | list[str]] = {**HARDENED}
    if memory_limit:
        config["memory_limit"] = memory_limit
    if threads:
        config["threads"] = threads
    connection = duckdb.connect(str(_database(Path(place))), read_only=True, config=config)
    try:
        _lock(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _lock(connection: duckdb.DuckDBPyConnection) -> None:
    """Connections of one process to one file share their settings: the first one locks them."""
    locked = connection.execute("select current_setting('lock_configuration')").fetchall()
    if locked != [(True,)]:
        connection.execute("set global TimeZone = 'UTC'").fetchall()
        connection.execute("set global lock_configuration = true").fetchall()


def _database(place: Path) -> Path:
    """The file itself, without the symlink that moves."""
    for found in (place, place / DATABASE, place / "publish" / "current" / DATABASE):
        try:
            found.stat()
        except (FileNotFoundError, NotADirectoryError):
            continue
        except PermissionError:
            raise PermissionError(
                f"{place} may not be read: ask for membership in the group that C360_PUBLISH_GROUP "
                "names (docs/access.md), and log in anew"
            ) from None
        if found.is_file():
            return found.resolve()
    raise FileNotFoundError(
        f"no publication at {place}; name marts.duckdb, its folder, or the folder C360_HOME"
    )
