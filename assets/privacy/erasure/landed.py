"""Everything that landed of one object, written anew without what the traces name.

A delivery that loses rows gets a new copy under a new key; the old copy is removed when the
manifest names the new one, and says how many rows went.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from assets.privacy.erasure.erasing import Erasing, RewriteError, compared
from assets.privacy.erasure.rewrite_files import rewrite_file
from assets.privacy.erasure.verdicts import Tally
from assets.privacy.subject.leads import Lead, leads
from assets.privacy.subject.traces import Held
from assets.raw.contract_model import ObjectContract
from assets.raw.files.records import all_records
from assets.raw.files.source_rows import Reading
from assets.raw.landing import Landed, LandedFile, Manifest
from pipelines.runtime.key_ring import KeyRing
from pipelines.runtime.private_files import locked
from pipelines.runtime.sealed_files import SUFFIX, sealed_whole

CHUNK = 1 << 20


@dataclass(frozen=True)
class Rewritten:
    """The SHA-256 of the new copy, and what went."""

    sha256: str
    tally: Tally


def erase_deliveries(
    erasing: Erasing, folder: Path, source: str, name: str, obj: ObjectContract, keys: KeyRing
) -> dict[str, Rewritten]:
    """Write the deliveries of an object anew; what went of each path that was changed.

    Copies that were compared with the same traces before are not opened.

    Args:
        erasing: What is compared.
        folder: Landing folder of the object.
        source: Its source.
        name: Its name.
        obj: Its contract.
        keys: That open and seal.

    Raises:
        RewriteError: a file would not be right afterwards.
    """
    looked = leads(source, obj)
    done: dict[str, Rewritten] = {}
    if not looked or not (folder / Manifest.NAME).exists():
        return done
    with locked(folder):
        manifest = Manifest(folder)
        while waiting := _waiting(manifest, erasing.mark(looked)):
            with _opened(erasing, folder, waiting, obj, keys) as readings:
                records = {
                    reading.file.delivery.landed_as: all_records(
                        reading, f"erasure_records_{number}", compared(looked, obj)
                    )
                    for number, reading in enumerate(readings)
                }
                held = erasing.look(records, source, name, obj)
                mark = erasing.mark(looked)
                for reading in readings:
                    before = reading.file.delivery
                    after, tally = replace(before, screened=mark), Tally()
                    if held:
                        read = records[before.landed_as]
                        after, tally = _rewritten(
                            erasing, folder, reading, read, looked, held, after
                        )
                    manifest.replace(
                        [
                            _with_copy_of(after, it) if it.landed_as == before.landed_as else it
                            for it in manifest.deliveries
                        ]
                    )
                    if after.landed_as != before.landed_as:
                        (folder / before.landed_as).unlink()
                        done[before.sha256] = Rewritten(after.sha256, tally)
    return done


def _waiting(manifest: Manifest, mark: str | None) -> list[Landed]:
    """One delivery of each copy that was not compared with these traces."""
    copies = {it.landed_as: it for it in manifest.deliveries if it.screened != mark}
    return list(copies.values()) if mark is not None else []


@contextmanager
def _opened(
    erasing: Erasing, folder: Path, waiting: Sequence[Landed], obj: ObjectContract, keys: KeyRing
) -> Iterator[list[Reading]]:
    with TemporaryDirectory(dir=erasing.scratch) as scratch:
        readings = []
        for number, delivery in enumerate(waiting):
            place = Path(scratch) / str(number)
            place.mkdir()
            landed = LandedFile(delivery, folder / delivery.landed_as, keys)
            readings.append(Reading(erasing.con, landed, obj, landed.opened(place), place))
        yield readings


def _rewritten(
    erasing: Erasing,
    folder: Path,
    reading: Reading,
    records: str,
    looked: Sequence[Lead],
    held: Sequence[Held],
    delivery: Landed,
) -> tuple[Landed, Tally]:
    """The delivery with its new copy, where the old one holds something."""
    target = reading.plain.with_name(f"new-{reading.plain.name}")
    tally = rewrite_file(erasing, reading, records, looked, held, target)
    if not tally.gone and not tally.cleared:
        return delivery, tally
    _check(erasing, reading, records, target, looked, tally)
    new = store_anew(folder, delivery, target, reading.file.keys)
    return replace(new, rows_erased=(delivery.rows_erased or 0) + len(tally.gone)), tally


def store_anew(folder: Path, delivery: Landed, target: Path, keys: KeyRing) -> Landed:
    """Seal a file as the new copy of a delivery, beside the old one; the line of the new copy."""
    digest = _digest(target)
    name = f"{digest[:16]}-{delivery.landed_as.partition('-')[2].removesuffix(SUFFIX)}{SUFFIX}"
    with target.open("rb") as content, sealed_whole(folder / name, keys) as sealed:
        shutil.copyfileobj(content, sealed, CHUNK)
    return replace(delivery, sha256=digest, landed_as=name, stored_size=target.stat().st_size)


def _check(
    erasing: Erasing,
    before: Reading,
    records: str,
    target: Path,
    looked: Sequence[Lead],
    tally: Tally,
) -> None:
    """The new file holds nothing of the traces, and as many records fewer as went."""
    name = before.file.delivery.path
    # Counted first: a reader may leave both files in one place.
    left = _count(erasing, records) - len(tally.gone)
    after = all_records(replace(before, plain=target), "erasure_after", compared(looked))
    if _count(erasing, after) != left:
        raise RewriteError(
            f"{name}: would have another number of records than {left:,} without those of the "
            "person; its quotes or line ends are out of order: deliver it again without the "
            "person, and remove the landed copy"
        )
    if erasing.still_in(after, looked):
        raise RewriteError(f"{name}: the person would still be in it; remove the landed copy")


def _count(erasing: Erasing, records: str) -> int:
    return int(erasing.con.execute(f"select count(*) from ({records})").fetchall()[0][0])


def _with_copy_of(copied: Landed, delivery: Landed) -> Landed:
    """The delivery of the same content, with what is said of its copy."""
    return replace(
        delivery,
        sha256=copied.sha256,
        landed_as=copied.landed_as,
        stored_size=copied.stored_size,
        rows_erased=copied.rows_erased,
        rows_expired=copied.rows_expired,
        screened=copied.screened,
    )


def _digest(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as handle:
        while piece := handle.read(CHUNK):
            digest.update(piece)
    return digest.hexdigest()
