"""The pages of one stream, written anew without what is past its limit.

A record goes when every row that is made of it is too old, in all objects of the stream; a value
when it is in all rows of its object. A page without records stays, under its number.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from assets.privacy.erasure.landed import RewriteError
from assets.privacy.erasure.pulled import clearing, recount, rewrite_page
from assets.privacy.erasure.rewrite_files import judge_of_numbers
from assets.privacy.retention.judged import (
    Judged,
    Lost,
    Place,
    Purging,
    judge,
)
from assets.privacy.retention.mended import KeptMends, Moved
from assets.raw.checking import check_pages, create_checked
from assets.raw.connector.fields import extra_columns
from assets.raw.connector.pages import MEMORY, LandedStream
from assets.raw.connector.pulls import LandedPage, Pull, PullStore
from assets.raw.contract_model import ObjectContract
from assets.raw.mends import Mend
from assets.raw.retention import has_limits
from pipelines.runtime.private_files import locked

Objects = Mapping[str, ObjectContract]


@dataclass
class _Fate:
    """What becomes of the records of a pull, by the name of the object and the title there."""

    gone: set[Place] = field(default_factory=set)
    cleared: dict[tuple[str, str], set[Place]] = field(default_factory=dict)
    judged: dict[str, Judged] = field(default_factory=dict)

    @property
    def is_nothing(self) -> bool:
        """Whether all stays as it is."""
        return not self.gone and not any(self.cleared.values())


def purge_stream(
    purging: Purging,
    source: str,
    stream: str,
    objects: Objects,
    replaced_days: int | None = None,
) -> Lost:
    """Write the pages of a stream anew; what went.

    Args:
        purging: What they are judged by.
        source: Its source.
        stream: Its name.
        objects: Those that are made of it, by name.
        replaced_days: How long snapshots without a time are kept that newer ones have replaced.

    Raises:
        FileError: a page cannot be read.
        RewriteError: a pull is not right afterwards.
    """
    lost = Lost()
    store = PullStore(purging.home, source, stream)
    if not store.folder.exists():
        return lost
    if all(it.delivery == "snapshot" and it.event_at is None for it in objects.values()):
        return _purge_replaced(purging, store, replaced_days) if replaced_days else lost
    if not any(map(has_limits, objects.values())):
        return lost
    with locked(store.folder):
        mends = {name: KeptMends(purging.home, source, name) for name in objects}
        for pull in store.pulls():
            if pull.checkpoint.pages:
                lost.add(_Pulled(purging, pull, objects, mends).purge())
    return lost


def _purge_replaced(purging: Purging, store: PullStore, days: int) -> Lost:
    """Old snapshots go whole; as many newer ones stay as tell what is usual."""
    lost = Lost()
    oldest = purging.horizon.as_of - timedelta(days=days)
    with locked(store.folder):
        for pull in store.done()[: -1 - MEMORY]:
            if pull.began_at.date() < oldest:
                lost.add(Lost(rows=pull.checkpoint.records, files=pull.checkpoint.pages))
                if not purging.dry_run:
                    shutil.rmtree(pull.folder)
    return lost


class _Pulled:
    """One pull, and the objects that are made of it."""

    def __init__(
        self, purging: Purging, pull: Pull, objects: Objects, mends: Mapping[str, KeptMends]
    ) -> None:
        self.purging, self.pull, self.objects, self.mends = purging, pull, objects, mends

    def purge(self) -> Lost:
        if not self.purging.dry_run:
            recount(self.pull)
        fate = self._fate()
        moved = {name: self._moved(name, fate) for name in self.objects}
        lost = Lost(len(fate.gone), sum(map(len, fate.cleared.values())))
        lost.mends = sum(
            self.mends[name].losing(it) for name, pages in moved.items() for it in pages
        )
        lost.files = len({page for page, _ in fate.gone.union(*fate.cleared.values())})
        if self.purging.dry_run:
            return lost
        if not fate.is_nothing:
            left = self.pull.checkpoint.records - lost.rows
            for name, pages in moved.items():
                for it in pages:
                    # Beside the old ones: a kill leaves the mends of either state.
                    self.mends[name].add(it)
            for page in self.pull.pages:
                self._rewrite(page, fate)
            recount(self.pull)
            self._check(left, moved)
        for name, pages in moved.items():
            for it in pages:
                self.mends[name].keep(it)
        return lost

    def _label(self, page: LandedPage) -> str:
        """As `_file` of its rows."""
        return f"{self.pull.asked.stream}/{self.pull.name}/{page.number:08}"

    def _read(self, obj: ObjectContract) -> Sequence[str]:
        """The rows of an object in CHECKED; its undeclared columns."""
        landed = LandedStream([self.pull])
        extra = list(extra_columns(obj, landed.fields))
        create_checked(self.purging.con, obj, extra)
        with TemporaryDirectory(dir=self.purging.scratch) as scratch:
            check_pages(self.purging.con, obj, landed, Path(scratch))
        return extra

    def _fate(self) -> _Fate:
        fate = _Fate()
        for name, obj in self.objects.items():
            extra = self._read(obj)
            fate.judged[name] = judge(self.purging, obj, self.mends[name].all, extra=extra)
        for found in fate.judged.values():
            fate.gone |= found.expired
        for found in fate.judged.values():
            fate.gone -= found.kept
        for name, found in fate.judged.items():
            for title, places in found.cleared.items():
                fate.cleared[name, title] = places - fate.gone
        return fate

    def _moved(self, name: str, fate: _Fate) -> list[Moved]:
        found = fate.judged[name]
        pages = []
        for page in self.pull.pages:
            label = self._label(page)
            pages.append(
                Moved(
                    is_of=partial(_is_in, label),
                    gone=frozenset(_in_page(fate.gone, label)),
                    past={title: _in_page(places, label) for title, places in found.past.items()},
                    prints=_of_page(found.prints, label),
                )
            )
        return pages

    def _rewrite(self, page: LandedPage, fate: _Fate) -> None:
        label = self._label(page)
        gone = _in_page(fate.gone, label)
        cleared = {
            f"{name} {title}": _in_page(places, label)
            for (name, title), places in fate.cleared.items()
        }
        if gone or any(cleared.values()):
            rewrite_page(page, judge_of_numbers(gone, cleared), clearing(self.objects))

    def _check(self, records: int, moved: Mapping[str, list[Moved]]) -> None:
        """Nothing too old is left, and all else; the mends learn what is refused there now."""
        self.pull = Pull(self.pull.folder, self.pull.keys)
        left = self._fate()
        if not left.is_nothing or self.pull.checkpoint.records != records:
            raise RewriteError(
                f"{self.pull.folder}: holds {self.pull.checkpoint.records:,} records instead of "
                f"{records:,}, {len(left.gone):,} of them past their limit; restore the pull from "
                "the backup"
            )
        for name, pages in moved.items():
            prints = left.judged[name].prints
            for page, it in zip(self.pull.pages, pages, strict=True):
                it.prints_after = _of_page(prints, self._label(page))


def _is_in(label: str, mend: Mend) -> bool:
    return mend.file == label


def _in_page(places: set[Place], label: str) -> set[int]:
    return {position for file, position in places if file == label}


def _of_page(prints: Mapping[Place, list[str]], label: str) -> dict[int, list[str]]:
    return {position: found for (file, position), found in prints.items() if file == label}
