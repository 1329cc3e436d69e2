"""Files for the owner's eyes only, written so that a crash leaves the old or the new, no half."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


def make_private_folder(folder: Path) -> Path:
    """The folder, made with its parents where it is missing; readable by the owner only."""
    if not folder.exists():
        make_private_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
    return folder


@contextmanager
def private_file(path: Path) -> Iterator[BinaryIO]:
    """A new file to write into."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        yield handle


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """A file that appears under its name when it is complete and on the disk, or not at all."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with private_file(partial) as handle:
            yield handle
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(partial, path)
        sync_folder(path.parent)
    finally:
        partial.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One process at a time; the lock of a killed one is gone with it."""
    with private_file(folder / ".lock") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
