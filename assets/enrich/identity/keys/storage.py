"""How the wide tables of the night are stored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

_SETTING = "disabled_compression_methods"
_TEXTS = "dict_fsst"


@contextmanager
def plain_texts(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Write texts uncompressed while it lasts.

    To compress a million ids, which hardly repeat, takes as long as all else about writing them.
    The files are three times as large, and are replaced the next night.
    """
    [(before,)] = con.execute(f"select current_setting('{_SETTING}')").fetchall()
    methods = ",".join(filter(None, (before, _TEXTS)))
    con.execute(f"set {_SETTING} = '{methods}'").fetchall()
    try:
        yield
    finally:
        con.execute(f"set {_SETTING} = '{before}'").fetchall()
