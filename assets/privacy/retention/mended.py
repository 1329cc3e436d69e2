"""The mends of an object follow their rows: into a new copy, or away with them.

A mend names its row by file, position and fingerprint (assets/raw/mends.py); all three change when
a copy is written anew. And a mend holds the values of its row, which are past their limit when the
row's are.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from assets.privacy.erasure.rewrite_text import clear_json, json_value
from assets.raw.mends import Mend, fingerprint, read_mends, replace_mends


@dataclass
class Moved:
    """What becomes of the records of one copy or page.

    Attributes:
        is_of: Whether a mend is for one of them.
        gone: Positions of the records that go.
        past: By title of a column, positions whose values are past their limit.
        prints: Fingerprints of what was refused, by position.
        prints_after: The same of the new copy, by new position; None where it was not made.
        sha256: Of the new copy; None for a page.
    """

    is_of: Callable[[Mend], bool]
    gone: frozenset[int]
    past: Mapping[str, set[int]]
    prints: Mapping[int, list[str]]
    prints_after: Mapping[int, list[str]] | None = None
    sha256: str | None = None

    def followed(self, mend: Mend, renamed: dict[str, str]) -> Mend | None:
        """The mend in the new copy; None when its row is gone.

        Args:
            mend: One of these records.
            renamed: Fingerprints of payloads of mends that lost a value, old to new; added to.
        """
        if mend.position in self.gone:
            return None
        payload = self._cleared(mend)
        if payload != mend.payload:
            renamed[fingerprint(mend.payload)] = fingerprint(payload)
        position = mend.position - bisect_left(sorted(self.gone), mend.position)
        prints = dict(renamed)
        if self.prints_after is not None:
            old, new = self.prints.get(mend.position, []), self.prints_after.get(position, [])
            if len(old) == len(new) == 1:
                prints[old[0]] = new[0]
        return replace(
            mend,
            position=position,
            payload=payload,
            fingerprint=prints.get(mend.fingerprint, mend.fingerprint),
            file_sha256=self.sha256 or mend.file_sha256,
        )

    def _cleared(self, mend: Mend) -> str:
        titles = [title for title, positions in self.past.items() if mend.position in positions]
        if not titles:
            return mend.payload
        payload: Any = json.loads(mend.payload)
        held = [title for title in titles if json_value(payload, title)]
        for title in held:
            clear_json(payload, title)
        return json.dumps(payload, ensure_ascii=False) if held else mend.payload


class KeptMends:
    """All mends of an object, as they are on the disk."""

    def __init__(self, home: Path, source: str, name: str) -> None:
        """Read them."""
        self._place = (home, source, name)
        self.all = read_mends(home, source, name)

    def losing(self, moved: Moved) -> int:
        """How many of them go, or lose a value."""
        return sum(
            after is None or after.payload != before.payload
            for before, after in self._pairs(moved)
            if moved.is_of(before)
        )

    def add(self, moved: Moved) -> None:
        """Put those of the new copy beside those of the old one."""
        pairs = [after for before, after in self._pairs(moved) if moved.is_of(before)]
        self._write([*self.all, *(after for after in pairs if after)], kept=self.all)

    def keep(self, moved: Moved) -> None:
        """Let only those of the new copy be left."""
        after = [after for _, after in self._pairs(moved) if after]
        self._write(after, kept=after)

    def drop_of_files_before(self, digests: set[str]) -> None:
        """Drop those of contents that no delivery has any more: a kill left them there."""
        left = [it for it in self.all if it.file_sha256 is None or it.file_sha256 in digests]
        self._write(left, kept=left)

    def _pairs(self, moved: Moved) -> list[tuple[Mend, Mend | None]]:
        renamed: dict[str, str] = {}
        return [
            (mend, moved.followed(mend, renamed) if moved.is_of(mend) else mend)
            for mend in self.all
        ]

    def _write(self, mends: list[Mend], kept: list[Mend]) -> None:
        if mends != self.all:
            replace_mends(*self._place, mends)
        self.all = kept
