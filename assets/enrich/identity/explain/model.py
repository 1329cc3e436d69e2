"""What an explanation holds: no raw personal value, identifiers are keyed hashes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

RecordId = tuple[str, str]
"""A record inside the vault: source and source_record_id."""


class ExplainError(Exception):
    """Why nothing could be explained, and what to do; one line."""


@dataclass(frozen=True)
class Evidence:
    """One link of the table `links`: what one rule said of one pair.

    Attributes:
        rule: name of the rule.
        meaning: the rule in plain words; None when the build does not keep them.
        identifier_type: what both carry; None for a rule of several agreements.
        identifier_hash: first digits of its keyed hash.
        weight: trust in the rule, 0 to 1.
        agreement: (attribute, verdict) such as ("birth_date", "differs").
        is_accepted: whether it joins the two.
        reason: why it does not.
    """

    rule: str
    meaning: str | None
    identifier_type: str | None
    identifier_hash: str | None
    weight: float
    agreement: tuple[tuple[str, str], ...]
    is_accepted: bool
    reason: str | None


@dataclass(frozen=True)
class Link:
    """One piece of evidence and the two records it is about."""

    a: RecordId
    b: RecordId
    evidence: Evidence


@dataclass(frozen=True)
class Step:
    """Two records next to each other on the path; refused when no evidence was accepted."""

    a: str
    b: str
    evidence: tuple[Evidence, ...]

    @property
    def is_refused(self) -> bool:
        """Whether the pair was kept apart."""
        return not any(evidence.is_accepted for evidence in self.evidence)

    @property
    def weight(self) -> float:
        """Weight of the strongest evidence that counts."""
        counted = [e.weight for e in self.evidence if e.is_accepted or self.is_refused]
        return max(counted, default=0.0)


@dataclass(frozen=True)
class CarriedByBoth:
    """An identifier that both records carry and that still joins nobody."""

    identifier_type: str
    identifier_hash: str
    reason: str


@dataclass(frozen=True)
class Period:
    """From when to when (both days included) a record, or both, had a key; open end is None."""

    customer_key: str
    first_date: date
    last_date: date | None


@dataclass(frozen=True)
class KeyEvent:
    """A merge or a split between keys that the two records ever had."""

    event_date: date
    event_type: str
    customer_key: str
    other_customer_key: str
    record_count: int | None


@dataclass(frozen=True)
class Subject:
    """One of the two records that were asked about.

    Attributes:
        name: `source:record_id`; the id as a keyed hash where it is itself an identifier.
        customer_key: its customer on the build's date; None when the record is gone.
        is_linkable: False for test accounts and deleted records; None when the build cannot say.
        periods: the customers it belonged to, oldest first.
    """

    name: str
    customer_key: str | None
    is_linkable: bool | None
    periods: tuple[Period, ...]


@dataclass(frozen=True)
class Explanation:
    """Everything that is known of a pair.

    Attributes:
        a: the first record.
        b: the second record.
        path: strongest chain of links between them; with refused steps when they are apart;
            empty when there is none.
        direct: every link between the two themselves.
        conflicts: other pairs of records of the two customers that a veto keeps apart; given where
            a link was refused because of them.
        carried_by_both: identifiers of both that cannot link them.
        together: when both belonged to one customer, oldest first.
        events: merges and splits between their keys.
    """

    a: Subject
    b: Subject
    path: tuple[Step, ...]
    direct: tuple[Evidence, ...]
    conflicts: tuple[Step, ...]
    carried_by_both: tuple[CarriedByBoth, ...]
    together: tuple[Period, ...]
    events: tuple[KeyEvent, ...]

    @property
    def is_same_customer(self) -> bool:
        """Whether both belong to one customer on the build's date."""
        return self.a.customer_key is not None and self.a.customer_key == self.b.customer_key

    @property
    def refused_steps(self) -> tuple[Step, ...]:
        """The steps of the path that keep the two apart."""
        return tuple(step for step in self.path if step.is_refused)


Names = Mapping[RecordId, str]
"""How each record may be shown."""
