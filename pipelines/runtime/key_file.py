"""The secret key of the instance, and the keys that are derived from it for one purpose each."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32


class KeyFileError(Exception):
    """One line: what is wrong with the key file, and how to mend it."""


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
            handle.write(secrets.token_hex(KEY_BYTES) + "\n")
            handle.flush()
            os.fsync(handle.fileno())
    try:
        key = bytes.fromhex(file.read_text(encoding="ascii").strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyFileError(
            f"C360_PSEUDONYM_KEY_FILE: {file} does not hold 64 hexadecimal digits; restore it from "
            "where its copy is kept (with a new key every pseudonym changes)"
        )
    return key


def derived_key(key: bytes, purpose: str) -> bytes:
    """32 bytes that depend on the key, and from which neither it nor another purpose's follows."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose.encode()).derive(key)
