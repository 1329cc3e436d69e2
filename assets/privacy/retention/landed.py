"""The landed deliveries of an object, written anew without what is past its limit.

A delivery of which nothing is left stays in the manifest, with an empty copy: the load still knows
it. A copy that loses nothing is not touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from assets.privacy.erasure.landed import RewriteError, store_anew
from assets.privacy.erasure.rewrite_files import rewrite_records
from assets.privacy.retention.judged import (
    Judged,
    Lost,
    Place,
    Purging,
    fingerprints,
    judge,
    rows_missing,
)
from assets.privacy.retention.mended import KeptMends, Moved
from assets.raw.checking import check_plain, create_checked
from assets.raw.contract_model import ObjectContract
from assets.raw.errors import FileError
from assets.raw.files.source_rows import Reading
from assets.raw.landing import Landed, LandedFile, Manifest
from assets.raw.retention import has_limits
from pipelines.runtime.key_ring import KeyRing
from pipelines.runtime.private_files import locked


def purge_deliveries(
    purging: Purging,
    source: str,
    name: str,
    obj: ObjectContract,
    keys: KeyRing,
    replaced_days: int | None = None,
) -> Lost:
    """Write the deliveries of an object anew; what went.

    Args:
        purging: What they are judged by.
        source: Its source.
        name: Its name.
        obj: Its contract.
        keys: That open and seal.
        replaced_days: How long copies of a snapshot without a time are kept that newer ones have
            replaced; None: for ever.

    Raises:
        FileError: a copy cannot be read by the contract of today.
        RewriteError: a copy would not be right afterwards; it stays as it is.
    """
    folder = purging.home / "landing" / source / name
    lost = Lost()
    days = replaced_days if obj.delivery == "snapshot" and obj.event_at is None else None
    if not (has_limits(obj) or days) or not (folder / Manifest.NAME).exists():
        return lost
    with locked(folder):
        manifest = Manifest(folder)
        mends = KeptMends(purging.home, source, name)
        for landed_as in dict.fromkeys(it.landed_as for it in manifest.deliveries):
            same = [it for it in manifest.deliveries if it.landed_as == landed_as]
            with TemporaryDirectory(dir=purging.scratch) as scratch:
                copy = _Copy(purging, folder, same, obj, keys, Path(scratch))
                lost.add(
                    copy.purge_replaced(manifest, days) if days else copy.purge(manifest, mends)
                )
        if not purging.dry_run:
            mends.drop_of_files_before({it.sha256 for it in manifest.deliveries})
    return lost


class _Copy:
    """One landed copy, and the deliveries that it is of."""

    def __init__(
        self,
        purging: Purging,
        folder: Path,
        deliveries: Sequence[Landed],
        obj: ObjectContract,
        keys: KeyRing,
        scratch: Path,
    ) -> None:
        self.purging, self.folder, self.obj, self.keys = purging, folder, obj, keys
        self.deliveries, self.scratch = deliveries, scratch
        # What a load judges it by: of deliveries with one content it takes the first.
        self.delivery = min(deliveries, key=lambda it: (it.landed_at, it.path))

    def purge(self, manifest: Manifest, mends: KeptMends) -> Lost:
        if self.delivery.stored_size == 0:
            return Lost()
        landed = LandedFile(self.delivery, self.folder / self.delivery.landed_as, self.keys)
        plain = landed.opened(self.scratch)
        reading = Reading(self.purging.con, landed, self.obj, plain, self.scratch)
        try:
            found = self._judged(reading, mends)
        except FileError as error:
            return self._unread(manifest, error)
        gone = sorted(position for _, position in found.expired)
        cleared = {
            title: sorted(position for _, position in places - found.expired)
            for title, places in found.cleared.items()
        }
        moved = self._moved(found, gone)
        lost = Lost(len(gone), sum(map(len, cleared.values())), mends.losing(moved))
        if not (lost.rows or lost.values):
            if lost.mends and not self.purging.dry_run:
                mends.keep(moved)
            return lost
        lost.files = 1
        if self.purging.dry_run:
            return lost
        target = self.scratch / f"new-{plain.name}"
        rewrite_records(reading, gone, cleared, target)
        moved.prints_after = self._checked(reading, target, found)
        new = store_anew(self.folder, self.delivery, target, self.keys)
        moved.sha256 = new.sha256
        # The new mends stand beside the old ones until the manifest names the new copy: whenever
        # this is killed, the mends of the copy that counts are there.
        mends.add(moved)
        self._replace(manifest, new, len(gone))
        mends.keep(moved)
        return lost

    def purge_replaced(self, manifest: Manifest, days: int) -> Lost:
        """A snapshot without a time goes whole, when newer ones stand in its place."""
        is_newest = any(it in manifest.newest().values() for it in self.deliveries)
        if is_newest or self.delivery.stored_size == 0 or not self._landed_before(days):
            return Lost()
        return self._emptied(manifest)

    def _landed_before(self, days: int) -> bool:
        oldest = self.purging.horizon.as_of - timedelta(days=days)
        return max(it.landed_time for it in self.deliveries).date() < oldest

    def _unread(self, manifest: Manifest, error: FileError) -> Lost:
        """A copy that the contract of today cannot read goes whole when its landing is too old."""
        if self.obj.retention is None or not self._landed_before(self.obj.retention.days):
            raise error
        return self._emptied(manifest)

    def _emptied(self, manifest: Manifest) -> Lost:
        if not self.purging.dry_run:
            target = self.scratch / "empty"
            target.write_bytes(b"")
            self._replace(manifest, store_anew(self.folder, self.delivery, target, self.keys), 0)
        return Lost(files=1)

    def _replace(self, manifest: Manifest, new: Landed, gone: int) -> None:
        old = self.delivery.landed_as
        manifest.replace(
            [
                _as_rewritten(it, new, gone) if it.landed_as == old else it
                for it in manifest.deliveries
            ]
        )
        (self.folder / old).unlink()

    def _judged(self, reading: Reading, mends: KeptMends) -> Judged:
        create_checked(self.purging.con, self.obj)
        check_plain(self.purging.con, self.obj, reading)
        digests = {self.delivery.path: self.delivery.sha256}
        return judge(self.purging, self.obj, mends.all, digests)

    def _moved(self, found: Judged, gone: Sequence[int]) -> Moved:
        paths = {it.path for it in self.deliveries}
        path = self.delivery.path
        return Moved(
            is_of=lambda mend: mend.file in paths and mend.file_sha256 == self.delivery.sha256,
            gone=frozenset(gone),
            past={
                title: {position for _, position in places} for title, places in found.past.items()
            },
            prints=_of_positions(found.prints, path),
        )

    def _checked(self, before: Reading, target: Path, found: Judged) -> dict[int, list[str]]:
        """The fingerprints of the new copy, when all is in it that has to be, and nothing else."""
        after = replace(before, plain=target)
        path = self.delivery.path
        touched = found.expired.union(*found.cleared.values())
        create_checked(self.purging.con, self.obj)
        check_plain(self.purging.con, self.obj, after)
        prints = _of_positions(fingerprints(self.purging.con), path)
        missing = rows_missing(self.purging.con, touched)
        again = judge(self.purging, self.obj)
        left = len(again.expired) + sum(map(len, again.cleared.values()))
        if missing or len(again.kept) != len(found.kept) or left:
            raise RewriteError(
                f"{path}: would lose {missing:,} other rows, or keep {left:,} that are past their "
                "limit; its quotes or line ends are out of order: deliver it again without them, "
                "and remove the landed copy"
            )
        return prints


def _of_positions(prints: dict[Place, list[str]], path: str) -> dict[int, list[str]]:
    return {position: found for (file, position), found in prints.items() if file == path}


def _as_rewritten(delivery: Landed, new: Landed, gone: int) -> Landed:
    return replace(
        delivery,
        sha256=new.sha256,
        landed_as=new.landed_as,
        stored_size=new.stored_size,
        rows_expired=(delivery.rows_expired or 0) + gone,
    )
