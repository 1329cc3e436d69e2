"""What is kept of a pull beside its pages: what was asked for, and how far it has come."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from assets.raw.connector.model import State, Window
from assets.raw.errors import FileError
from pipelines.runtime.key_ring import KeyRing
from pipelines.runtime.sealed_files import SealError, read_sealed, unseal


@dataclass(frozen=True)
class Asked:
    """What a pull asks for; it goes on after a kill only while the same is asked.

    Attributes:
        stream: Name of the stream.
        delivery: `increment` or `snapshot`.
        fields: Fields that the contract declares.
        options: Options of the stream.
        lower: Start of the window, ISO 8601 in UTC; None from the beginning.
        upper: End of the window, frozen.
        settings: Fingerprint of the connection's settings that say what a pull brings; None when
            unknown, as of pulls from before it was kept.
        optional: Those of the fields that the system may not have.
    """

    stream: str
    delivery: str
    fields: tuple[str, ...]
    options: dict[str, Any]
    lower: str | None
    upper: str
    settings: str | None = None
    optional: tuple[str, ...] = ()

    @property
    def window(self) -> Window:
        """The window as times."""
        lower = datetime.fromisoformat(self.lower) if self.lower else None
        return Window(lower, datetime.fromisoformat(self.upper))

    def is_same_but_window(self, other: Asked) -> bool:
        """Whether only the window differs."""
        mine, theirs = (
            replace(asked, lower=None, upper="", settings=None) for asked in (self, other)
        )
        return mine == theirs and self.has_settings(other.settings)

    def has_settings(self, fingerprint: str | None) -> bool:
        """Whether the connection's settings are these; unknown ones count as unchanged."""
        return None in (self.settings, fingerprint) or self.settings == fingerprint


@dataclass(frozen=True)
class LandedPage:
    """A page on the disk; its name says which one it is and how many records it holds."""

    file: Path
    number: int
    records: int
    keys: KeyRing

    def lines(self) -> list[bytes]:
        """The records of the page, as JSON texts.

        Raises:
            FileError: it cannot be opened.
        """
        try:
            content = gzip.decompress(b"".join(read_sealed(self.file, self.keys)))
        except (SealError, gzip.BadGzipFile, EOFError) as error:
            raise FileError(str(error)) from None
        return [line for line in content.split(b"\n") if line]

    def opened(self, target: Path) -> Path:
        """The page as gzip-compressed NDJSON, for the owner's eyes only.

        Raises:
            FileError: it cannot be opened.
        """
        try:
            return unseal(self.file, target, self.keys)
        except SealError as error:
            raise FileError(str(error)) from None


@dataclass(frozen=True)
class Checkpoint:
    """How far a pull has come.

    Attributes:
        pages: How many pages count.
        records: How many records they hold.
        next: Where the next page begins; empty before the first position is known.
        done: Whether all pages are there.
        restarts: How often the listing began again.
        system_time: When the pull began by the system's clock, ISO 8601 in UTC; None before its
            first answer.
    """

    pages: int = 0
    records: int = 0
    next: State | None = field(default_factory=dict)
    done: bool = False
    restarts: int = 0
    system_time: str | None = None
