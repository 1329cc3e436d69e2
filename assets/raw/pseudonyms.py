"""The key of all keyed hashes (HMAC-SHA256), and the pads that SQL hashes with.

The key never enters a database: the vault holds only the two pads of the HMAC, because
HMAC(x) = sha256(opad || sha256(ipad || x)).
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import duckdb

from pipelines.runtime.key_ring import KeyFileError

BLOCK = 64


def load_key(file: Path) -> bytes:
    """The key of the instance; the first call makes it, readable by the owner only.

    Raises:
        KeyFileError: the file holds no 32 bytes in hexadecimal.
    """
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return load_key(file)
        with os.fdopen(descriptor, "w", encoding="ascii") as handle:
            handle.write(secrets.token_hex(32) + "\n")
            handle.flush()
            os.fsync(handle.fileno())
    try:
        key = bytes.fromhex(file.read_text(encoding="ascii").strip())
    except ValueError:
        key = b""
    if len(key) != 32:
        raise KeyFileError(
            f"C360_PSEUDONYM_KEY_FILE: {file} does not hold 64 hexadecimal digits; restore it from "
            "the backup (with a new key every pseudonym changes)"
        )
    return key


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
