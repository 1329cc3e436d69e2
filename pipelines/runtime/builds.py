"""The two database files of one run, and the one way to write them.

`vault.duckdb` holds everything that can carry a personal value (0600); `warehouse.duckdb` is
pseudonymous. A build is written by one run and never touched again after it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.runtime.databases import attach, connect
from pipelines.runtime.settings import Settings

RUNNING_LOCK = ".running"


@dataclass(frozen=True)
class Build:
    """The folder of one run's databases, and how its connections are configured."""

    folder: Path
    memory_limit: str | None = None
    threads: int | None = None

    @property
    def run_id(self) -> str:
        """The run that writes this build."""
        return self.folder.name

    @property
    def vault_path(self) -> Path:
        """Personal data: raw, quarantine, staging, identity, golden record."""
        return self.folder / "vault.duckdb"

    @property
    def warehouse_path(self) -> Path:
        """Pseudonymous: reference, core, marts, publish."""
        return self.folder / "warehouse.duckdb"

    @property
    def spill_folder(self) -> Path:
        """Where DuckDB spills: inside the build, because spill files hold personal values."""
        return self.folder / "spill"

    @contextmanager
    def connect(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the warehouse with the vault attached; catalogs `warehouse` and `vault`."""
        connection = connect(
            self.spill_folder, self.memory_limit, self.threads, self.warehouse_path
        )
        try:
            attach(connection, self.vault_path, "vault", writable=True)
            self._protect()
            yield connection
        finally:
            connection.close()
            self._protect()

    def _protect(self) -> None:
        for file in (self.vault_path, self.warehouse_path):
            if file.exists():
                file.chmod(0o600)


def builds_folder(settings: Settings) -> Path:
    """Folder that holds one folder per run."""
    return settings.home / "builds"


def open_build(settings: Settings, run_id: str) -> Build:
    """The build of a run; its folder is made on first use, readable by the owner only."""
    folder = builds_folder(settings) / run_id
    if not folder.exists():
        for part in (settings.home, folder.parent):
            part.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700)
    return Build(folder, memory_limit=settings.memory_limit, threads=settings.threads)


def name_of(settings: Settings, build: Build) -> str:
    """What a log may call a build: its run id, if it is one of the instance's own."""
    return build.run_id if build.folder.parent == builds_folder(settings) else "elsewhere"


@contextmanager
def in_use(build: Build) -> Iterator[None]:
    """Mark a build as being written, so that no other run's pruning takes it for a leftover."""
    with (build.folder / RUNNING_LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield


def is_in_use(folder: Path) -> bool:
    """Whether a live process writes this build; a killed one's lock is gone with it."""
    lock_file = folder / RUNNING_LOCK
    if not lock_file.exists():
        return False
    with lock_file.open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def seed_from(build: Build, source: Build) -> None:
    """Copy another build's databases into an empty one: a run of one stage starts from there."""
    for origin, target in (
        (source.vault_path, build.vault_path),
        (source.warehouse_path, build.warehouse_path),
    ):
        if origin.exists() and not target.exists():
            partial = target.with_suffix(".partial")
            shutil.copyfile(origin, partial)
            partial.chmod(0o600)
            os.replace(partial, target)
