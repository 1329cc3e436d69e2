"""The keys that wrap the data keys of sealed files: one in use, older ones until they are retired.

    <home>/secrets/landing.keys        JSON: {"current": id, "keys": {id: 64 hexadecimal digits}}

The folder `secrets` may be a mount or a link to where a secret store puts its files.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from pipelines.runtime.key_file import KeyFileError
from pipelines.runtime.private_files import locked, make_private_folder, written_whole

KEY_BYTES = 32


@dataclass(frozen=True)
class KeyRing:
    """The keys of one file.

    Attributes:
        file: Where they are kept.
        current_id: Of the key that seals; 16 hexadecimal digits.
        keys: All keys by id.
    """

    file: Path
    current_id: str
    keys: dict[str, bytes]

    @property
    def current(self) -> bytes:
        """The key that seals."""
        return self.keys[self.current_id]

    def get(self, key_id: str) -> bytes | None:
        """A key that may still be needed for opening."""
        return self.keys.get(key_id)


FILE_NAME = "landing.keys"


def landing_keys(home: Path) -> KeyRing:
    """The key ring of an instance; the first call makes it, readable by the owner only.

    Raises:
        KeyFileError: the file is none.
    """
    file = home / "secrets" / FILE_NAME
    if not file.exists():
        with locked(make_private_folder(file.parent)):
            if not file.exists():
                _write(_with_new_key(KeyRing(file, "", {})))
    return _read(file)


def add_key(ring: KeyRing) -> KeyRing:
    """A new key that seals from now on; the others still open."""
    with locked(ring.file.parent):
        return _write(_with_new_key(_read(ring.file)))


def retire_old_keys(ring: KeyRing) -> list[str]:
    """Forget every key but the current one; what they wrapped, nobody opens again.

    Returns:
        Ids of the keys that are gone.
    """
    with locked(ring.file.parent):
        kept = _read(ring.file)
        retired = sorted(set(kept.keys) - {kept.current_id})
        _write(KeyRing(kept.file, kept.current_id, {kept.current_id: kept.current}))
    return retired


def _with_new_key(ring: KeyRing) -> KeyRing:
    key_id = secrets.token_hex(8)
    return KeyRing(ring.file, key_id, {**ring.keys, key_id: secrets.token_bytes(KEY_BYTES)})


def _read(file: Path) -> KeyRing:
    try:
        content = json.loads(file.read_text(encoding="ascii"))
        keys = {key_id: bytes.fromhex(key) for key_id, key in content["keys"].items()}
        ring = KeyRing(file, content["current"], keys)
        if len(ring.current) != KEY_BYTES or any(len(key) != KEY_BYTES for key in keys.values()):
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError):
        raise KeyFileError(
            f"{file}: is no key ring; restore it from where your keys are kept (without it, what "
            "landed cannot be opened)"
        ) from None
    return ring


def _write(ring: KeyRing) -> KeyRing:
    content = {
        "current": ring.current_id,
        "keys": {key_id: key.hex() for key_id, key in ring.keys.items()},
    }
    with written_whole(ring.file) as handle:
        handle.write(json.dumps(content, indent=1).encode() + b"\n")
    return ring
