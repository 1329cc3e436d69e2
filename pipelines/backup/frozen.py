"""The state of an instance at one moment, as a folder that nobody changes while it is copied.

Files that are only ever replaced as a whole are hard links, which cost no space and no time; what
is written in place is copied; SQLite files go through SQLite's own backup.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec

from pipelines.backup.content import SQLITE, state_files
from pipelines.backup.repository import work_folder
from pipelines.backup.suppression_replay import MARKER
from pipelines.runtime.private_files import make_private_folder, private_file

MANIFEST = "backup.json"
REPLACED_WHOLE = {"builds", "publish", "landing", "ledger", "quality"}
"""Folders whose files are never written in place."""


class StateFile(msgspec.Struct, frozen=True):
    """One file: path relative to the instance, size in bytes, SHA-256."""

    path: str
    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a snapshot holds, so that a restore can prove that it is all there.

    Attributes:
        taken_at: UTC.
        live_run: the run that `publish/current` points at.
    """

    taken_at: str
    live_run: str | None
    files: list[StateFile]


@contextmanager
def frozen(home: Path) -> Iterator[Path]:
    """The folder with the state; entered while nobody writes, it stays as it is until left."""
    folder = work_folder(home) / "frozen"
    if folder.exists():
        shutil.rmtree(folder)
    make_private_folder(folder)
    try:
        for path in state_files(home):
            make_private_folder((folder / path).parent)
            _freeze(home / path, folder / path, path)
        yield folder
    finally:
        shutil.rmtree(folder)


def _freeze(source: Path, target: Path, path: Path) -> None:
    if path.suffix == SQLITE:
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
        return
    if path.parts[0] in REPLACED_WHOLE:
        try:
            os.link(source, target)
        except OSError:
            # Another file system, or one without links.
            shutil.copy2(source, target)
        return
    shutil.copy2(source, target)


def write_manifest(folder: Path, run: str | None, taken_at: str) -> Manifest:
    """Hash every file of a frozen folder and write the list beside them."""
    files = [_described(path, folder) for path in sorted(folder.rglob("*")) if path.is_file()]
    manifest = Manifest(taken_at, run, files)
    with private_file(folder / MANIFEST) as handle:
        handle.write(msgspec.json.encode(manifest))
    return manifest


def differences(folder: Path, manifest: Manifest) -> list[str]:
    """How a folder differs from what its manifest says; empty when it is the same to the byte."""
    listed = {file.path: file for file in manifest.files}
    there = {
        str(path.relative_to(folder)): path
        for path in folder.rglob("*")
        if path.is_file() and path not in (folder / MANIFEST, folder / MARKER)
    }
    missing = [f"{name} is missing" for name in sorted(listed.keys() - there.keys())]
    strange = [f"{name} is not in the list" for name in sorted(there.keys() - listed.keys())]
    changed = [
        f"{name} has another content"
        for name in sorted(listed.keys() & there.keys())
        if _described(there[name], folder) != listed[name]
    ]
    return missing + strange + changed


def _described(path: Path, folder: Path) -> StateFile:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return StateFile(str(path.relative_to(folder)), path.stat().st_size, digest)
