"""Who may change an instance now: any number of runs and commands, or one that needs it still."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.runtime.private_files import make_private_folder

LOCK = ".writers.lock"


class InstanceBusyError(Exception):
    """One line: somebody writes the instance, and what to do."""


@contextmanager
def writing(home: Path) -> Iterator[None]:
    """Change the instance; waits while somebody needs it still, which takes seconds."""
    with _lock(home) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield


@contextmanager
def nobody_writes(home: Path) -> Iterator[None]:
    """Have the instance still for as long as this lasts; a run that begins now waits.

    Raises:
        InstanceBusyError: a run is writing it.
    """
    with _lock(home) as descriptor:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InstanceBusyError(
                f"A run is writing {home}; start this again when it has ended"
            ) from None
        yield


@contextmanager
def _lock(home: Path) -> Iterator[int]:
    make_private_folder(home)
    descriptor = os.open(home / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
