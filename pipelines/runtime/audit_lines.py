"""The lines of the audit log and its head: their one spelling, their hashes, their signatures.

Each line holds the SHA-256 hash of the line before it and a signature (HMAC-SHA256) of its own
hash. Hence a signature vouches for every line before it, also for those that an earlier key signed.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import msgspec

from pipelines.runtime.key_file import derived_key

GENESIS = "0" * 64
"""What the first line holds in place of a hash of the line before it."""

UNREADABLE = (msgspec.MsgspecError, UnicodeError, RecursionError, OverflowError)


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line.

    Attributes:
        seq: 1, 2, 3, …
        at: UTC.
        actor: user of the operating system.
        on_behalf_of: C360_ACTOR, where it is set.
        previous: hash of the line before.
        key: which key signed.
        hash: SHA-256 of everything before it in the line.
        mac: signature of the hash.
    """

    seq: int
    at: str
    actor: str
    on_behalf_of: str | None
    host: str
    action: str
    facts: dict[str, Any]
    previous: str
    key: str
    hash: str = ""
    mac: str = ""


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the log ends, in a file of its own: a log that was cut off ends before it."""

    seq: int
    hash: str
    key: str
    mac: str = ""


class Signer:
    """Signs with the audit key, which is derived from the key of the instance."""

    def __init__(self, instance_key: bytes) -> None:
        self._hold(derived_key(instance_key, "audit"))

    @classmethod
    def of_audit_key(cls, audit_key: bytes) -> Signer:
        """The same, where only the derived key is known."""
        signer = cls.__new__(cls)
        signer._hold(audit_key)
        return signer

    def _hold(self, audit_key: bytes) -> None:
        self._key = audit_key
        self.id = self._mac("key id")[:16]

    def signed(self, entry: Entry) -> Entry:
        """The entry with its hash and its signature."""
        entry = msgspec.structs.replace(entry, key=self.id, hash="", mac="")
        found = content_hash(entry)
        return msgspec.structs.replace(entry, hash=found, mac=self._mac(f"line {found}"))

    def head(self, seq: int, last_hash: str) -> Head:
        """The signed head of a log that ends with this line."""
        return Head(seq, last_hash, self.id, self._mac(f"head {seq} {last_hash}"))

    def is_mine(self, what: Entry | Head) -> bool:
        """Whether this signer signed it, and nothing of it was changed."""
        if isinstance(what, Head):
            return hmac.compare_digest(what.mac, self._mac(f"head {what.seq} {what.hash}"))
        return is_whole(what) and hmac.compare_digest(what.mac, self._mac(f"line {what.hash}"))

    def _mac(self, text: str) -> str:
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()


def content_hash(entry: Entry) -> str:
    """SHA-256 of all that a line says, the line before it included."""
    bare = msgspec.structs.replace(entry, hash="", mac="")
    return hashlib.sha256(encoded(bare)).hexdigest()


def is_whole(entry: Entry) -> bool:
    """Whether a line's hash is that of its content."""
    return entry.hash == content_hash(entry)


def encoded(what: Entry | Head) -> bytes:
    """The only spelling of a line or a head, without the end of line."""
    return msgspec.json.encode(what, order="deterministic")


def decoded(line: bytes) -> Entry | None:
    """The entry of a line without its end of line; None if it is not what `encoded` writes."""
    try:
        entry = msgspec.json.decode(line, type=Entry)
        return entry if encoded(entry) == line else None
    except UNREADABLE:
        return None


def decoded_head(content: bytes) -> Head | None:
    """The head of a file's content; None if it is not what `encoded` writes."""
    try:
        head = msgspec.json.decode(content, type=Head)
        return head if encoded(head) == content else None
    except UNREADABLE:
        return None
