"""`explain`: everything that a build knows of two records, for text, JSON or another program."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assets.enrich.identity.explain import read
from assets.enrich.identity.explain.model import (
    CarriedByBoth,
    ExplainError,
    Explanation,
    Names,
    Period,
    RecordId,
    Step,
    Subject,
)
from assets.enrich.identity.explain.paths import Pairs, by_pair, strongest_path
from assets.enrich.identity.explain.records import find_record, shown_names

if TYPE_CHECKING:
    import duckdb


CONFLICT_IN_CLUSTER = "conflict_in_cluster"
SHARED = "shared"

MAX_CONFLICTS = 5
"""How many of the conflicts behind a refusal are told."""


def explain(con: duckdb.DuckDBPyConnection, a: str, b: str) -> Explanation:
    """Why two records are one customer, or why not.

    Args:
        con: connection with the vault attached as `vault`; read-only is enough.
        a: a record as `source:id`, `system:id` or its identity_key in identity_audit.
        b: another one.

    Raises:
        ExplainError: a record is unknown or ambiguous, or both are one.
    """
    one, other = find_record(con, a), find_record(con, b)
    if one == other:
        raise ExplainError("Both names mean the same record; name two different ones")
    links = read.links_among(con, _customers(con, one, other))
    names = shown_names(con, {one, other} | {end for link in links for end in (link.a, link.b)})
    pairs = by_pair(links)
    path = tuple(strongest_path(pairs, one, other, names))
    first, second = (_subject(con, record, names[record]) for record in (one, other))
    keys = {period.customer_key for subject in (first, second) for period in subject.periods}
    found = Explanation(
        a=first,
        b=second,
        path=path,
        direct=pairs.get((min(one, other), max(one, other)), ()),
        conflicts=_conflicts(pairs, path, names),
        carried_by_both=(),
        together=_together(first.periods, second.periods),
        events=read.key_events(con, keys),
    )
    carried = read.carried_by_both(con, one, other)
    return replace(found, carried_by_both=_not_linking(found, carried))


def _customers(con: duckdb.DuckDBPyConnection, one: RecordId, other: RecordId) -> list[str]:
    """The customers whose links can hold a path between the two."""
    keys = [read.current_key(con, record) for record in (one, other)]
    here = sorted({key for key in keys if key is not None})
    return here + (read.customers_between(con, *here) if len(here) == 2 else [])


def _subject(con: duckdb.DuckDBPyConnection, record: RecordId, name: str) -> Subject:
    return Subject(
        name=name,
        customer_key=read.current_key(con, record),
        is_linkable=read.is_linkable(con, record),
        periods=read.periods_of(con, record),
    )


def _conflicts(pairs: Pairs, path: tuple[Step, ...], names: Names) -> tuple[Step, ...]:
    """Which pairs stood behind a refusal for the sake of others; the clearest few."""
    reasons = {evidence.reason for step in path for evidence in step.evidence if step.is_refused}
    if CONFLICT_IN_CLUSTER not in reasons:
        return ()
    shown = {frozenset((step.a, step.b)) for step in path}
    vetoed = [
        Step(names[a], names[b], evidence)
        for (a, b), evidence in pairs.items()
        if not {e.reason for e in evidence} <= {None, CONFLICT_IN_CLUSTER, SHARED}
        and frozenset((names[a], names[b])) not in shown
    ]
    found = [step for step in vetoed if step.is_refused]
    return tuple(sorted(found, key=lambda step: (-step.weight, step.a, step.b))[:MAX_CONFLICTS])


def _not_linking(
    found: Explanation, carried: tuple[CarriedByBoth, ...]
) -> tuple[CarriedByBoth, ...]:
    """Without those that a link speaks of, and without sound ones where all is well."""
    said = {(evidence.identifier_type, evidence.identifier_hash) for evidence in found.direct}
    open_questions = [
        identifier
        for identifier in carried
        if (identifier.identifier_type, identifier.identifier_hash) not in said
        and not (found.is_same_customer and identifier.reason == "no_rule")
    ]
    if False in (found.a.is_linkable, found.b.is_linkable):
        return tuple(
            replace(identifier, reason="not_linkable")
            if identifier.reason == "no_rule"
            else identifier
            for identifier in open_questions
        )
    return tuple(open_questions)


def _together(a: tuple[Period, ...], b: tuple[Period, ...]) -> tuple[Period, ...]:
    """The days on which both belonged to one customer."""
    shared = []
    for one in a:
        for other in b:
            ends = [day for day in (one.last_date, other.last_date) if day is not None]
            first, last = max(one.first_date, other.first_date), min(ends, default=None)
            if one.customer_key == other.customer_key and (last is None or first <= last):
                shared.append(Period(one.customer_key, first, last))
    return tuple(sorted(shared, key=lambda period: period.first_date))
