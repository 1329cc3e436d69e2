"""What becomes of one record of a landed file: it stays, goes, or loses some of its values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from assets.privacy.subject.leads import Lead
from assets.privacy.subject.traces import Held
from assets.raw.contract_model import ObjectContract

ValueOf = Callable[[str], str | None]
"""From a column's title to the record's value as text; None where it has none."""


@dataclass(frozen=True)
class Verdict:
    """Whether the record goes; else the titles of the columns that are cleared."""

    goes: bool = False
    cleared: frozenset[str] = field(default_factory=frozenset)


STAYS, GOES = Verdict(), Verdict(goes=True)


class Judge:
    """Judges the records of one object by the values that they hold."""

    def __init__(self, obj: ObjectContract, leads: Sequence[Lead], held: Sequence[Held]) -> None:
        """`held`: what is known to stand in the file."""
        titles = {column.name: column.title for column in obj.columns}
        self._looks = [
            (
                titles[lead.column],
                titles[lead.by] if lead.by else None,
                lead.clears,
                {(it.by, it.value) for it in held if it.column == lead.column},
            )
            for lead in leads
        ]

    def __call__(self, value_of: ValueOf) -> Verdict:
        """The verdict on a record."""
        cleared = set()
        for title, by, clears, values in self._looks:
            if values and (by and value_of(by), value_of(title)) in values:
                if not clears:
                    return GOES
                cleared.add(title)
        return Verdict(cleared=frozenset(cleared)) if cleared else STAYS


@dataclass
class Tally:
    """What was done to a file: numbers of the records that went, counted from 1, and how many
    others lost values."""

    gone: list[int] = field(default_factory=list)
    cleared: int = 0


def strictest(verdicts: Sequence[Verdict]) -> Verdict:
    """Of a record that several objects are made of: it goes when one of them says so."""
    if any(verdict.goes for verdict in verdicts):
        return GOES
    return Verdict(cleared=frozenset().union(*(verdict.cleared for verdict in verdicts)))
