"""What becomes of one record of a landed file: it stays, goes, or loses some of its values."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Verdict:
    """Whether the record goes; else the titles of the columns that are cleared."""

    goes: bool = False
    cleared: frozenset[str] = field(default_factory=frozenset)


STAYS, GOES = Verdict(), Verdict(goes=True)


@dataclass
class Tally:
    """What was done to a file: numbers of the records that went, counted from 1, and how many
    others lost values."""

    gone: list[int] = field(default_factory=list)
    cleared: int = 0
