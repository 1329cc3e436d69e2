"""Landed pulls (拉取): pages and checkpoints of one stream on disk.

    <home>/landing/<source>/streams/<stream>/<pull>/
        pull.json             what was asked for
        fields.json           the fields by the system's own metadata
        00000001-200.ndjson.gz.sealed  pages in the order in which they came, records counted
        checkpoint.json       how many pages count, and where the next one begins

A page is complete on the disk before the checkpoint counts it, so a pull that was killed goes on at
the page; a page that was written but not counted is fetched and written again. Of a pull that is
done nothing is ever changed, but when a person is erased.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

from assets.raw.connector.model import Page, State, SystemField
from assets.raw.connector.pull_state import Asked, Checkpoint, LandedPage
from assets.raw.errors import FileError
from pipelines.runtime.key_ring import KeyRing, landing_keys
from pipelines.runtime.private_files import (
    make_private_folder,
    private_file,
    sync_folder,
    written_whole,
)
from pipelines.runtime.sealed_files import SUFFIX, SealedWriter

__all__ = ["Asked", "Checkpoint", "LandedPage", "Pull", "PullStore"]

COMPRESSION = 1
"""gzip level: pages are written once and read every night, and speed is what they need."""

LINES_AT_ONCE = 2_000

PAGE = f".ndjson.gz{SUFFIX}"

NAME = re.compile(r"\d{6,}-\d{8}T\d{6}Z")
"""Name of a pull's folder; what else lies there (a copy, a snapshot of the disk) is none."""


class Pull:
    """One pull of a stream, under way or done."""

    def __init__(self, folder: Path, keys: KeyRing) -> None:
        """Read what the folder says; `keys` seal its pages."""
        self.folder = folder
        self.keys = keys
        asked = _read_json(folder / "pull.json")
        for name in ("fields", "optional"):
            asked[name] = tuple(asked.get(name, ()))
        self.asked = Asked(**asked)
        self.checkpoint = Checkpoint(**_read_json(folder / "checkpoint.json"))
        self._is_tidy = False

    @property
    def name(self) -> str:
        """Name of the pull; later pulls have greater names."""
        return self.folder.name

    @property
    def began_at(self) -> datetime:
        """Up to when the pull knows of changes, UTC: the earlier of our clock and the system's."""
        upper = self.asked.window.upper
        if self.checkpoint.system_time is None:
            return upper
        return min(upper, datetime.fromisoformat(self.checkpoint.system_time))

    @property
    def pages(self) -> list[LandedPage]:
        """The pages that count, in their order.

        Raises:
            FileError: one is missing.
        """
        found = {page.number: page for page in self._landed()}
        missing = [n for n in range(1, self.checkpoint.pages + 1) if n not in found]
        if missing:
            raise FileError(
                f"{self.asked.stream}: page {missing[0]} of the landed pull {self.folder} is "
                "missing; restore it from the backup, or remove the folder of the stream to pull "
                "everything again"
            )
        return [found[number] for number in range(1, self.checkpoint.pages + 1)]

    def _landed(self) -> list[LandedPage]:
        pages = []
        for file in self.folder.glob(f"*{PAGE}"):
            number, _, records = file.name.removesuffix(PAGE).partition("-")
            pages.append(LandedPage(file, int(number), int(records), self.keys))
        return pages

    @property
    def fields(self) -> list[SystemField] | None:
        """The fields by the system's own metadata; None when it has none."""
        file = self.folder / "fields.json"
        if not file.exists():
            return None
        return [SystemField(**entry) for entry in _read_json(file)]

    def keep_fields(self, fields: list[SystemField] | None) -> None:
        """Keep the system's metadata beside the pages."""
        if fields is not None:
            write_json(self.folder / "fields.json", [asdict(entry) for entry in fields])

    def keep(self, page: Page, system_time: str | None = None) -> None:
        """Write a page, then count it; `system_time` is that of the checkpoint, when it is new."""
        number = self.checkpoint.pages + 1
        self._remove_uncounted()
        records = self._write(number, page.records)
        self._advance(
            pages=number if records else self.checkpoint.pages,
            records=self.checkpoint.records + records,
            next=page.next,
            done=page.next is None,
            system_time=self.checkpoint.system_time or system_time,
        )

    def _remove_uncounted(self) -> None:
        """Once after a kill: the page that was written, but not counted, comes again."""
        if not self._is_tidy:
            for page in self._landed():
                if page.number > self.checkpoint.pages:
                    page.file.unlink()
            self._is_tidy = True

    def start_at(self, state: State, restarts: int = 0, system_time: str | None = None) -> None:
        """Put the position at the beginning of the listing; pages that are there stay."""
        known = self.checkpoint.system_time or system_time
        self._advance(next=state, restarts=restarts, system_time=known)

    def _advance(self, **changes: Any) -> None:
        self.checkpoint = replace(self.checkpoint, **changes)
        write_json(self.folder / "checkpoint.json", asdict(self.checkpoint))

    def _write(self, number: int, records: Iterable[bytes]) -> int:
        """Write records as lines; a page without records leaves no file."""
        lines = iter(records)
        first = next(lines, None)
        if first is None:
            return 0
        unnamed = self.folder / f".{number:08}"
        with private_file(unnamed) as handle:
            with (
                SealedWriter(handle, self.keys) as sealed,
                # No name and no time in the header: the same records are the same content.
                gzip.GzipFile("", "wb", COMPRESSION, sealed, mtime=0) as page,
            ):
                count = _write_lines(page, chain([first], lines))
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(unnamed, self.folder / f"{number:08}-{count}{PAGE}")
        sync_folder(self.folder)
        return count


def _write_lines(page: gzip.GzipFile, records: Iterable[bytes]) -> int:
    count = 0
    batch: list[bytes] = []
    for record in records:
        batch.append(record)
        if len(batch) == LINES_AT_ONCE:
            page.write(b"\n".join(batch) + b"\n")
            count += len(batch)
            batch.clear()
    if batch:
        page.write(b"\n".join(batch) + b"\n")
    return count + len(batch)


class PullStore:
    """All pulls of one stream of one source."""

    def __init__(self, home: Path, source: str, stream: str) -> None:
        """`home`: folder of the instance."""
        self._home = home
        self.folder = home / "landing" / source / "streams" / stream.replace("/", "~")

    def pulls(self) -> list[Pull]:
        """Every pull, oldest first; a folder whose making was cut short is none."""
        if not self.folder.exists():
            return []
        keys = landing_keys(self._home)
        return [
            Pull(self.folder / name, keys)
            for name in sorted(self._names())
            if (self.folder / name / "checkpoint.json").exists()
        ]

    def done(self) -> list[Pull]:
        """Every pull that is done, oldest first."""
        return [pull for pull in self.pulls() if pull.checkpoint.done]

    def since_start(self) -> list[Pull]:
        """The complete pulls from the newest on that asked for everything; else all of them."""
        done = self.done()
        starts = [place for place, one in enumerate(done) if one.asked.lower is None]
        return done[starts[-1] :] if starts else done

    def begin(self, asked: Asked) -> Pull:
        """Make the folder of a new pull."""
        make_private_folder(self.folder)
        number = 1 + max((int(name.split("-")[0]) for name in self._names()), default=0)
        moment = asked.window.upper.strftime("%Y%m%dT%H%M%SZ")
        folder = make_private_folder(self.folder / f"{number:06}-{moment}")
        write_json(folder / "pull.json", asdict(asked))
        write_json(folder / "checkpoint.json", asdict(Checkpoint()))
        return Pull(folder, landing_keys(self._home))

    def tidy(self) -> None:
        """Remove what tells nothing: pulls given up, and empty ones that a newer one follows."""
        done = self.done()
        if not done:
            return
        newest = done[-1]
        kept = {pull.name for pull in done if pull.checkpoint.pages or pull.name == newest.name}
        for name in self._names():
            if name < newest.name and name not in kept:
                shutil.rmtree(self.folder / name)

    def _names(self) -> list[str]:
        return [entry.name for entry in self.folder.iterdir() if NAME.fullmatch(entry.name)]


def _read_json(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def write_json(file: Path, content: Any) -> None:
    """Write a file of a pull, whole or not at all."""
    with written_whole(file) as handle:
        handle.write(json.dumps(content, ensure_ascii=False, indent=1).encode())
