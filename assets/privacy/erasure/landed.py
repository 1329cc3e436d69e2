"""Everything that landed of one object, written anew without what the traces name.

A delivery that loses rows gets a new copy under a new key; the old copy is removed when the
manifest names the new one, and says how many rows went.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from assets.enrich.identity.rules import Rules
from assets.privacy.erasure.rewrite_files import rewrite_file
from assets.privacy.erasure.verdicts import Tally
from assets.privacy.subject.leads import Lead, leads
from assets.privacy.subject.traces import Held, held_values
from assets.raw.contract_model import ObjectContract
from assets.raw.files.reader import read_file
from assets.raw.files.source_rows import Reading
from assets.raw.landing import Landed, LandedFile, Manifest
from pipelines.runtime.key_ring import KeyRing
from pipelines.runtime.private_files import locked
from pipelines.runtime.sealed_files import SUFFIX, sealed_whole

CHUNK = 1 << 20


class RewriteError(Exception):
    """One line: which file could not be written anew; nothing of it was changed."""


@dataclass(frozen=True)
class Erasing:
    """What all files are compared with.

    Attributes:
        con: Has the traces (traces.py).
        rules: Of identity resolution.
        region: Of phones that give no hint themselves.
        scratch: Folder for files in the clear; the caller removes it.
    """

    con: duckdb.DuckDBPyConnection
    rules: Rules
    region: str
    scratch: Path

    def held(self, relation: str, looked: Sequence[Lead]) -> list[Held]:
        """What a relation holds of the traces."""
        return held_values(self.con, relation, looked, self.rules, self.region)


def erase_deliveries(
    erasing: Erasing, folder: Path, source: str, obj: ObjectContract, keys: KeyRing
) -> dict[str, Tally]:
    """Write the deliveries of an object anew; what went of each copy that was changed, by its name.

    Args:
        erasing: What is compared.
        folder: Landing folder of the object.
        source: Its source.
        obj: Its contract.
        keys: That open and seal.

    Raises:
        RewriteError: a file would not be right afterwards.
    """
    looked = leads(source, obj)
    if not looked or not (folder / Manifest.NAME).exists():
        return {}
    done: dict[str, Tally] = {}
    with locked(folder):
        manifest = Manifest(folder)
        for landed_as in dict.fromkeys(it.landed_as for it in manifest.deliveries):
            delivery = next(it for it in manifest.deliveries if it.landed_as == landed_as)
            rewritten = _rewritten(erasing, folder, delivery, obj, looked, keys)
            if rewritten is None:
                continue
            new, tally = rewritten
            manifest.replace(
                [
                    _as_rewritten(it, new, tally) if it.landed_as == landed_as else it
                    for it in manifest.deliveries
                ]
            )
            (folder / landed_as).unlink()
            done[new.landed_as] = tally
    return done


def _rewritten(
    erasing: Erasing,
    folder: Path,
    delivery: Landed,
    obj: ObjectContract,
    looked: Sequence[Lead],
    keys: KeyRing,
) -> tuple[Landed, Tally] | None:
    with TemporaryDirectory(dir=erasing.scratch) as scratch:
        landed = LandedFile(delivery, folder / delivery.landed_as, keys)
        plain = landed.opened(Path(scratch))
        reading = Reading(erasing.con, landed, obj, plain, Path(scratch))
        rows = read_file(reading)
        held = erasing.held(f"({rows.query}) as read", looked)
        if not held:
            return None
        target = Path(scratch) / f"new-{plain.name}"
        tally = rewrite_file(reading, looked, held, target)
        _check(erasing, reading, target, looked, tally)
        return store_anew(folder, delivery, target, keys), tally


def store_anew(folder: Path, delivery: Landed, target: Path, keys: KeyRing) -> Landed:
    """Seal a file as the new copy of a delivery, beside the old one; the line of the new copy."""
    digest = _digest(target)
    name = f"{digest[:16]}-{delivery.landed_as.partition('-')[2].removesuffix(SUFFIX)}{SUFFIX}"
    with target.open("rb") as content, sealed_whole(folder / name, keys) as sealed:
        shutil.copyfileobj(content, sealed, CHUNK)
    return replace(delivery, sha256=digest, landed_as=name, stored_size=target.stat().st_size)


def _check(
    erasing: Erasing, before: Reading, target: Path, looked: Sequence[Lead], tally: Tally
) -> None:
    """The new file holds nothing of the traces, and as many records fewer as went."""
    after = replace(before, plain=target)
    name = before.file.delivery.path
    left = _count(before) - len(tally.gone)
    if _count(after) != left:
        raise RewriteError(
            f"{name}: would have another number of records than {left:,} without those of the "
            "person; its quotes or line ends are out of order: deliver it again without the "
            "person, and remove the landed copy"
        )
    if erasing.held(f"({read_file(after).query}) as read", looked):
        raise RewriteError(f"{name}: the person would still be in it; remove the landed copy")


def _count(reading: Reading) -> int:
    query = f"select count(*) from ({read_file(reading).query})"
    return int(reading.con.execute(query).fetchall()[0][0])


def _as_rewritten(delivery: Landed, new: Landed, tally: Tally) -> Landed:
    return replace(
        delivery,
        sha256=new.sha256,
        landed_as=new.landed_as,
        stored_size=new.stored_size,
        rows_erased=(delivery.rows_erased or 0) + len(tally.gone),
    )


def _digest(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as handle:
        while piece := handle.read(CHUNK):
            digest.update(piece)
    return digest.hexdigest()
