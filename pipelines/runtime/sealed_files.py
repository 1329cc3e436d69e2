"""Sealed files: encrypted at rest, each under a key of its own (envelope encryption 信封加密).

    C360SEAL | id of the wrapping key, 8 bytes | data key, wrapped, 40 bytes | chunks

The data key is random, used for this file only, and wrapped (RFC 3394) by a key of the instance's
key ring: to change that key only headers are written anew. Chunks are AES-256-GCM of 1 MiB; their
nonces count, and the last one says that it is the last (STREAM: Hoang, Reyhanitabar, Rogaway,
Vizár 2015), so a file that was changed, cut or put together from others does not open.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from pipelines.runtime.key_ring import KEY_BYTES, KeyRing
from pipelines.runtime.private_files import private_file, written_whole

SUFFIX = ".sealed"
"""End of the names of sealed files."""

MAGIC = b"C360SEAL"
ID_BYTES = 8
WRAPPED_BYTES = KEY_BYTES + 8
HEADER_BYTES = len(MAGIC) + ID_BYTES + WRAPPED_BYTES
CHUNK = 1 << 20
TAG_BYTES = 16


class SealError(Exception):
    """One line: which file cannot be opened and why; never what it holds."""


def is_sealed(path: Path) -> bool:
    """Whether a file says of itself that it is sealed."""
    with path.open("rb") as handle:
        return handle.read(len(MAGIC)) == MAGIC


def sealed_size(size: int) -> int:
    """Bytes on the disk of that many bytes of content."""
    chunks = max(1, -(-size // CHUNK))
    return HEADER_BYTES + size + chunks * TAG_BYTES


class SealedWriter(io.RawIOBase):
    """Seals what is written to it; only `close` completes the file that it writes to."""

    def __init__(self, target: BinaryIO, keys: KeyRing) -> None:
        """`target` stays open when this is closed."""
        data_key = AESGCM.generate_key(KEY_BYTES * 8)
        wrapped = aes_key_wrap(keys.current, data_key)
        target.write(MAGIC + bytes.fromhex(keys.current_id) + wrapped)
        self._target = target
        self._cipher = AESGCM(data_key)
        self._held = bytearray()
        self._count = 0

    def writable(self) -> bool:
        """True: that is all it can."""
        return True

    def write(self, content: bytes) -> int:  # type: ignore[override]
        """Take content of any size."""
        self._held += content
        # A full chunk waits until more comes: only then it is known not to be the last.
        while len(self._held) > CHUNK:
            self._put(bytes(self._held[:CHUNK]), is_last=False)
            del self._held[:CHUNK]
        return len(content)

    def close(self) -> None:
        """Write the last chunk; safe to call again."""
        if not self.closed:
            self._put(bytes(self._held), is_last=True)
        super().close()

    def _put(self, chunk: bytes, is_last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._count, is_last), chunk, MAGIC))
        self._count += 1


def read_sealed(path: Path, keys: KeyRing) -> Iterator[bytes]:
    """The content, in pieces.

    Raises:
        SealError: no sealed file, its key is not in the ring, or it was changed.
    """
    with path.open("rb") as handle:
        cipher = AESGCM(_data_key(path, handle.read(HEADER_BYTES), keys))
        count, chunk = 0, handle.read(CHUNK + TAG_BYTES)
        while True:
            following = handle.read(CHUNK + TAG_BYTES)
            try:
                yield cipher.decrypt(_nonce(count, is_last=not following), chunk, MAGIC)
            except InvalidTag:
                raise SealError(f"{path}: was changed or cut; restore it from the backup") from None
            if not following:
                return
            count, chunk = count + 1, following


def unseal(path: Path, target: Path, keys: KeyRing) -> Path:
    """Write the content to a new file for the owner's eyes only; returns it."""
    with private_file(target) as handle:
        for piece in read_sealed(path, keys):
            handle.write(piece)
    return target


@contextmanager
def sealed_whole(path: Path, keys: KeyRing) -> Iterator[SealedWriter]:
    """A sealed file that appears under its name when it is complete, or not at all."""
    with written_whole(path) as handle, SealedWriter(handle, keys) as writer:
        yield writer
        writer.close()


def rewrap(path: Path, keys: KeyRing) -> bool:
    """Wrap a file's data key by the current key of the ring; False when it is so already.

    Raises:
        SealError: no sealed file, or its key is not in the ring.
    """
    with path.open("rb") as handle:
        header = handle.read(HEADER_BYTES)
        if _key_id(path, header) == keys.current_id:
            return False
        wrapped = aes_key_wrap(keys.current, _data_key(path, header, keys))
        with written_whole(path) as target:
            target.write(MAGIC + bytes.fromhex(keys.current_id) + wrapped)
            while piece := handle.read(CHUNK):
                target.write(piece)
    return True


def seal_in_place(path: Path, keys: KeyRing) -> None:
    """Replace a plain file by its sealed form."""
    with path.open("rb") as handle, sealed_whole(path, keys) as writer:
        while piece := handle.read(CHUNK):
            writer.write(piece)


def _nonce(count: int, is_last: bool) -> bytes:
    return count.to_bytes(11, "big") + bytes([is_last])


def _key_id(path: Path, header: bytes) -> str:
    if len(header) < HEADER_BYTES or not header.startswith(MAGIC):
        raise SealError(
            f"{path}: is not sealed; restore it from the backup (`make seal-landing` seals what "
            "older versions landed)"
        )
    return header[len(MAGIC) : len(MAGIC) + ID_BYTES].hex()


def _data_key(path: Path, header: bytes, keys: KeyRing) -> bytes:
    key = keys.get(_key_id(path, header))
    if key is None:
        raise SealError(
            f"{path}: was sealed with a key that {keys.file} does not hold; restore the key file"
        )
    try:
        return aes_key_unwrap(key, header[-WRAPPED_BYTES:])
    except InvalidUnwrap:
        raise SealError(f"{path}: its header was changed; restore it from the backup") from None


def sealed_files(folder: Path) -> Iterator[Path]:
    """Every file below a folder that a seal belongs on, by its name, in order."""
    for root, folders, names in os.walk(folder):
        folders.sort()
        yield from (Path(root) / name for name in sorted(names) if name.endswith(SUFFIX))
