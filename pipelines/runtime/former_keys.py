"""What an instance still needs of its earlier pseudonym keys (换钥): derived keys of one use each.

    <home>/secrets/former.keys      JSON; there from the first rotation on

None of them is a whole key: no pseudonym and no customer key can be computed from this file.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from pipelines.runtime.key_file import KEY_BYTES, KeyFileError, derived_key, load_key
from pipelines.runtime.private_files import locked, make_private_folder, written_whole
from pipelines.runtime.settings import Settings

FILE_NAME = "former.keys"

AUDIT = "audit"
"""Purpose of the key that signs the audit log."""
SUBJECT = "audit subject"
"""Purpose of the key of the hashes that name somebody in the audit log."""


class FormerKeys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of the file, keys in hexadecimal.

    Attributes:
        suppression: What the suppression list is hashed with, where not with the key in force.
        audit: What signed the audit log, until the new key signs it.
        subjects: What names in the audit log were hashed with, oldest first.
    """

    suppression: str | None = None
    audit: str | None = None
    subjects: tuple[str, ...] = ()


def former_keys_file(home: Path) -> Path:
    """Where they are kept."""
    return home / "secrets" / FILE_NAME


def read_former_keys(home: Path) -> FormerKeys:
    """The former keys; empty for an instance that still has its first key.

    Raises:
        KeyFileError: the file holds no such keys.
    """
    file = former_keys_file(home)
    if not file.exists():
        return FormerKeys()
    try:
        found = msgspec.json.decode(file.read_bytes(), type=FormerKeys)
        kept = [*found.subjects, *(it for it in (found.suppression, found.audit) if it)]
        if any(len(bytes.fromhex(it)) != KEY_BYTES for it in kept):
            raise ValueError
    except (msgspec.MsgspecError, ValueError):
        raise KeyFileError(
            f"{file}: holds no former keys; restore it from where your keys are kept (without it "
            "people who were erased are not recognised)"
        ) from None
    return found


@contextmanager
def former_keys_locked(home: Path) -> Iterator[None]:
    """Between reading and writing nobody else writes."""
    with locked(make_private_folder(former_keys_file(home).parent)):
        yield


def write_former_keys(home: Path, keys: FormerKeys) -> None:
    """Write the file whole, for the owner only."""
    with written_whole(former_keys_file(home)) as file:
        file.write(msgspec.json.format(msgspec.json.encode(keys), indent=1) + b"\n")


def pending_audit_key(settings: Settings) -> bytes | None:
    """The audit key before, where the new key has not signed the log yet; else None."""
    kept = read_former_keys(settings.home).audit
    if kept is None or bytes.fromhex(kept) == derived_key(load_key(settings.key_file), AUDIT):
        # The same: a rotation died before the new key was there.
        return None
    return bytes.fromhex(kept)


def forget_audit_key(settings: Settings) -> None:
    """Forget the audit key before, once the new one has signed: it is worth nothing any more."""
    if pending_audit_key(settings):
        with former_keys_locked(settings.home):
            kept = read_former_keys(settings.home)
            if pending_audit_key(settings):
                write_former_keys(settings.home, msgspec.structs.replace(kept, audit=None))


def key_id(key: bytes) -> str:
    """16 hexadecimal digits that tell keys apart and say nothing of them."""
    return hmac.new(key, b"key id", hashlib.sha256).hexdigest()[:16]
