"""The pads that SQL makes keyed hashes (HMAC-SHA256) with.

The key never enters a database: the vault holds only the two pads of the HMAC, because
HMAC(x) = sha256(opad || sha256(ipad || x)).
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipelines.runtime.key_file import load_key

BLOCK = 64


def pads(key: bytes) -> tuple[bytes, bytes]:
    """Inner and outer pad of HMAC-SHA256 for a key."""
    block = key.ljust(BLOCK, b"\0")
    return bytes(byte ^ 0x36 for byte in block), bytes(byte ^ 0x5C for byte in block)


def write_pads(con: duckdb.DuckDBPyConnection, key_file: Path) -> None:
    """Write the table vault.accounting.pseudonym_pads (one row)."""
    con.execute("create schema if not exists vault.accounting").fetchall()
    con.execute(
        "create or replace table vault.accounting.pseudonym_pads as "
        "select $1::blob as ipad, $2::blob as opad",
        list(pads(load_key(key_file))),
    ).fetchall()
