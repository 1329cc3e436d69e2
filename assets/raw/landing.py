"""Landing (落地): the one way that a delivered file enters the warehouse.

Every delivered file is copied once, unchanged but sealed (封存加密), into the instance:
`<home>/landing/<source>/<object>/<first 16 of its SHA-256>-<name>.sealed`.
A manifest beside the copies says which path delivered which copy and when, and what the sender's
own manifest said of it. Raw tables are always loaded from these copies, so that a run can be
repeated after the drop folder changed.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from assets.raw.contract_model import ObjectContract
from assets.raw.errors import FileError
from assets.raw.files.delivery import delivered_files
from assets.raw.files.delivery_manifest import Claim, check_digest, read_claim
from pipelines.runtime.key_ring import KeyRing, landing_keys
from pipelines.runtime.private_files import (
    locked,
    make_private_folder,
    private_file,
    sync_folder,
    written_whole,
)
from pipelines.runtime.sealed_files import SUFFIX, SealedWriter, SealError, sealed_size, unseal

CHUNK = 1 << 20


@dataclass(frozen=True)
class Landed:
    """One line of the manifest: a path delivered this content at this time.

    `size`, `mtime_ns` and `claim` are the delivered file's; `sha256` and `stored_size` (None: as
    delivered) are those of the copy, which has lost `rows_erased` when somebody was erased, and
    `rows_expired` that were past their limit; None where it was never written anew for that.
    `screened` names the part of the suppression list that the copy was compared with.
    """

    path: str
    size: int
    mtime_ns: int
    sha256: str
    landed_as: str
    landed_at: str
    claim: Claim | None = None
    stored_size: int | None = None
    rows_erased: int | None = None
    rows_expired: int | None = None
    screened: str | None = None

    @property
    def landed_time(self) -> datetime:
        """When it landed, UTC without a time zone as in the raw tables."""
        return datetime.fromisoformat(self.landed_at)

    @property
    def rows_lost(self) -> int | None:
        """Rows that went on purpose; None: the copy is as it was delivered."""
        if self.rows_erased is None and self.rows_expired is None:
            return None
        return (self.rows_erased or 0) + (self.rows_expired or 0)


@dataclass(frozen=True)
class LandedFile:
    """A landed copy, and the delivery that it comes from."""

    delivery: Landed
    stored: Path
    keys: KeyRing

    def opened(self, folder: Path) -> Path:
        """The file as it was delivered, under its name, for the owner's eyes only.

        Raises:
            FileError: the copy cannot be opened.
        """
        try:
            return unseal(self.stored, folder / self.stored.name.removesuffix(SUFFIX), self.keys)
        except SealError as error:
            raise FileError(str(error)) from None


def land_object(
    home: Path, data: Path, source: str, name: str, obj: ObjectContract, landed_at: datetime
) -> list[LandedFile]:
    """Land what is new, and return the files that the raw table is loaded from.

    A snapshot is loaded from the newest copy of the path(s) that lie in the drop folder; an
    increment from the newest copy of every path ever delivered, even when it is gone by now. The
    same content under two names counts once, as its first delivery.

    Raises:
        FileError: nothing is there and the object is not optional, a file changes meanwhile, or is
            not the one that its manifest describes.
    """
    present = delivered_files(data, obj)
    folder = home / "landing" / source / name
    make_private_folder(folder)
    keys = landing_keys(home)
    with locked(folder):
        manifest = Manifest(folder)
        for position, file in enumerate(present):
            # A microsecond apart, so that "the newest file" is one file and not a tie.
            moment = landed_at + timedelta(microseconds=position)
            manifest.land(file, file.relative_to(data).as_posix(), moment, keys)
        newest = manifest.newest()
    paths = sorted(newest)
    if obj.delivery == "snapshot":
        here = {file.relative_to(data).as_posix() for file in present}
        paths = [path for path in paths if path in here]
    if not paths and not obj.optional:
        raise FileError(
            f"{source}.{name}: no file at {data / str(obj.path)}; deliver it, mend 'path' in the "
            "contract or C360_DATA, or declare the object 'optional: true'"
        )
    files = [
        LandedFile(delivery, folder / delivery.landed_as, keys)
        for delivery in _once([newest[path] for path in paths])
    ]
    for landed in files:
        _check_stored(landed)
    return files


def _once(deliveries: list[Landed]) -> list[Landed]:
    """Oldest first, and of those with the same content only the first."""
    first: dict[str, Landed] = {}
    for delivery in sorted(deliveries, key=lambda it: (it.landed_at, it.path)):
        first.setdefault(delivery.sha256, delivery)
    return list(first.values())


class Manifest:
    """The manifest of one object: NDJSON, one delivery a line, oldest first, only ever extended."""

    NAME = "manifest.ndjson"

    def __init__(self, folder: Path) -> None:
        """Read the manifest of an object's landing folder."""
        self._folder = folder
        self._file = folder / self.NAME
        self._deliveries: list[Landed] = []
        if self._file.exists():
            lines = self._file.read_text(encoding="utf-8").split("\n")
            self._deliveries = [_landed(json.loads(line)) for line in lines if line]

    @property
    def deliveries(self) -> list[Landed]:
        """Every delivery, oldest first."""
        return list(self._deliveries)

    def replace(self, deliveries: list[Landed]) -> None:
        """Write other deliveries in their place, when copies were changed on purpose."""
        self._deliveries = list(deliveries)
        self._write()

    def newest(self) -> dict[str, Landed]:
        """The last delivery of every path."""
        return {delivery.path: delivery for delivery in self._deliveries}

    def digests(self) -> dict[tuple[str, datetime], str]:
        """SHA-256 of every delivery, by its path and when it landed."""
        return {(it.path, it.landed_time): it.sha256 for it in self._deliveries}

    def land(self, file: Path, path: str, landed_at: datetime, keys: KeyRing) -> None:
        """Copy a delivered file, unless its content is the last that this path delivered.

        What its manifest says is kept with it, and stays when only the manifest is gone.
        """
        before = file.stat()
        last = self.newest().get(path)
        state = (before.st_size, before.st_mtime_ns)
        claim = read_claim(file, path)
        if (
            last
            and (last.size, last.mtime_ns) == state
            and claim in (None, last.claim)
            and (self._folder / last.landed_as).exists()
        ):
            return
        partial = self._folder / f".partial-{os.getpid()}"
        try:
            digest = _seal(file, partial, keys)
            after = file.stat()
            if state != (after.st_size, after.st_mtime_ns):
                raise FileError(
                    f"{path}: was written to while it was read; deliver it under another name "
                    "and rename it when complete, then run again"
                )
            landed_as = f"{digest[:16]}-{file.name}{SUFFIX}"
            changed = last is None or last.sha256 != digest
            moment = landed_at.isoformat() if changed or last is None else last.landed_at
            if claim is None and not changed and last is not None:
                claim = last.claim
            entry = Landed(path, *state, digest, landed_as, moment, claim)
            check_digest(entry, claim)
            stored = self._folder / landed_as
            if stored.exists() and stored.stat().st_size == sealed_size(after.st_size):
                partial.unlink()
            else:
                os.replace(partial, stored)
                sync_folder(self._folder)
        finally:
            partial.unlink(missing_ok=True)
        if entry != last:
            self._deliveries.append(entry)
            self._write()

    def _write(self) -> None:
        lines = [json.dumps(asdict(item), ensure_ascii=False) for item in self._deliveries]
        with written_whole(self._file) as handle:
            handle.write(("\n".join(lines) + "\n").encode())


def _landed(entry: dict[str, Any]) -> Landed:
    claim = entry.pop("claim", None)
    return Landed(**entry, claim=Claim(**claim) if claim else None)


def _seal(file: Path, target: Path, keys: KeyRing) -> str:
    """Write a sealed copy; returns the SHA-256 of the content."""
    digest = hashlib.sha256()
    with file.open("rb") as source, private_file(target) as copy:
        with SealedWriter(copy, keys) as sealed:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                sealed.write(chunk)
        copy.flush()
        os.fsync(copy.fileno())
    return digest.hexdigest()


def _check_stored(file: LandedFile) -> None:
    stored = file.delivery.stored_size
    size = sealed_size(file.delivery.size if stored is None else stored)
    if not file.stored.exists() or file.stored.stat().st_size != size:
        raise FileError(
            f"{file.delivery.path}: its landed copy {file.stored} is missing or was changed; "
            "restore it from the backup, or deliver the file again"
        )
