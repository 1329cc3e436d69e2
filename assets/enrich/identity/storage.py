"""How the identity tables, and the scratch tables on the way to them, are stored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from assets.enrich.identity.schemas import COLUMNS

if TYPE_CHECKING:
    import duckdb

_CHECKPOINTS = "checkpoint_threshold"
_COMPRESSION = "disabled_compression_methods"
_PRESSED_TEXTS = "dict_fsst"

_REPEATING = frozenset(
    {
        "source",
        "identifier_type",
        "invalid_reason",
        "name_family",
        "name_kind",
        "region_key",
        "city_key",
    }
)
"""Texts of few different values."""


def create_table(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """Create an identity table in the vault, empty, to be filled with one insert.

    Texts that repeat are kept as a dictionary, the others as they are: to look for the best way to
    press a million ids, which hardly repeat, takes as long as all else about writing them.
    """
    columns = ", ".join(
        f"{name} {data_type}{_storage(name, data_type)}" for name, data_type, _ in COLUMNS[table]
    )
    con.execute(f"create or replace table vault.identity.{table} ({columns})").fetchall()


def _storage(column: str, data_type: str) -> str:
    if data_type != "varchar":
        return ""
    return f" using compression {'dict_fsst' if column in _REPEATING else 'uncompressed'}"


@contextmanager
def scratch_uncompressed(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Make no checkpoint of itself while it lasts.

    A checkpoint of the temp tables would compress them, and they are dropped within the minute. The
    tables of the vault lose nothing: large ones are written where they stay when they are filled,
    and the rest is written when the vault is closed.
    """
    [(before,)] = con.execute(f"select current_setting('{_CHECKPOINTS}')").fetchall()
    con.execute(f"set {_CHECKPOINTS} = '1 TiB'").fetchall()
    try:
        yield
    finally:
        con.execute(f"set {_CHECKPOINTS} = '{before}'").fetchall()


@contextmanager
def plain_texts(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Write texts uncompressed while it lasts.

    For copies of whole tables: see create_table. The files are up to three times as large, and are
    replaced the next night.
    """
    [(before,)] = con.execute(f"select current_setting('{_COMPRESSION}')").fetchall()
    methods = ",".join(filter(None, (before, _PRESSED_TEXTS)))
    con.execute(f"set {_COMPRESSION} = '{methods}'").fetchall()
    try:
        yield
    finally:
        con.execute(f"set {_COMPRESSION} = '{before}'").fetchall()
