"""Sense of visits and posts: people make them, at people's hours."""

from __future__ import annotations

from expectations.engine.day import Day
from expectations.engine.rules import Relation, Rule
from expectations.learned.past import Past
from expectations.sense.hours import hours


def events(relation: Relation, day: Day, past: Past) -> list[Rule]:
    """Visits of the web and of apps."""
    return hours(relation, "occurred_at", "device_id", day)


def interactions(relation: Relation, day: Day, past: Past) -> list[Rule]:
    """Posts, comments and messages."""
    return hours(relation, "occurred_at", "interaction_id", day)
