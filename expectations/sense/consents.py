"""Sense of consent (同意): what somebody agreed to changes by an event, and by nothing else."""

from __future__ import annotations

from expectations.engine.day import Day
from expectations.engine.rules import Relation, Rule
from expectations.learned.past import Past
from expectations.sense.parts import changed_since, compares

_SUBJECT = "subject_type, subject_value, purpose, channel_id"


def consent_events(relation: Relation, day: Day, past: Past) -> list[Rule]:
    """Nobody's state changes without an event."""
    if not compares(past, relation, "consent_state", "occurred_at", "subject_value"):
        return []
    before = past.of(relation)
    return [
        changed_since(
            "states_change_by_events",
            "nobody's newest consent changes without a new event",
            "Look which events the log lacks: who withdrew (撤回) must not be written to again",
            compared=(
                "(select now.consent_state as state_now, before.consent_state as state_before"
                f" from {_newest(relation)} as now inner join {_newest(before)} as before"
                f" using ({_SUBJECT}) where now.occurred_at <= before.occurred_at)"
            ),
            changed="state_now <> state_before",
            limit=0.001,
            what="consents",
        ),
    ]


def _newest(relation: Relation) -> str:
    # Of two events at one moment the withdrawal counts, as in the bridge of consents.
    rank = "row(occurred_at, consent_state = 'withdrawn')"
    return (
        f"(select {_SUBJECT}, max(occurred_at) as occurred_at, arg_max(consent_state, {rank})"
        f" as consent_state from {relation.sql} group by all)"
    )
