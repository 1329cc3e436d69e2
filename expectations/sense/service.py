"""Sense of tickets and feedback: what follows comes later, and scores keep their scale."""

from __future__ import annotations

from expectations.engine.day import Day
from expectations.engine.rules import Relation, Rule, no_rows
from expectations.learned.past import Past
from expectations.sense.hours import hours
from expectations.sense.parts import impossible

ENOUGH_SCORES = 50
ENOUGH_SCORES_OF_DAY = 8


def tickets(relation: Relation, day: Day, past: Past) -> list[Rule]:
    """A ticket is opened, answered and solved in this order."""
    opened = (
        f"(select {day.date_of('coalesce(updated_at, opened_at)')} as business_date, opened_at,"
        f" first_response_at, resolved_at from {relation.sql})"
    )
    return [
        *(
            impossible(
                f"{column}_after_opened",
                f"no ticket has a {column} before it was opened",
                "Look which of the two times the source changed, and its time zone (时区)",
                rows=opened,
                wrong=f"{column} < opened_at",
                day=day,
            )
            for column in ("first_response_at", "resolved_at")
        ),
        _scale_of_the_day(relation, "rating", "ticket_type", "opened_at", day),
        *hours(relation, "opened_at", "ticket_id", day),
    ]


def responses(relation: Relation, day: Day, past: Past) -> list[Rule]:
    """Scores of a kind keep their scale (量表)."""
    return [_scale_of_the_day(relation, "score", "feedback_kind", "responded_at", day)]


def _scale_of_the_day(relation: Relation, score: str, kind: str, at: str, day: Day) -> Rule:
    is_today = f"{day.date_of(at)} = {day.sql}"
    kinds = (
        f"select {kind} as kind, max({score}) filter ({is_today}) as top_today,"
        f" avg({score}) filter ({is_today}) as mean_today,"
        f" count({score}) filter ({is_today}) as today,"
        f" max({score}) filter (not {is_today}) as top, min({score}) filter (not {is_today})"
        f" as bottom, avg({score}) filter (not {is_today}) as mean,"
        f" stddev_pop({score}) filter (not {is_today}) as spread,"
        f" count({score}) filter (not {is_today}) as usual from {relation.sql} group by {kind}"
    )
    strange = (
        f"usual >= {ENOUGH_SCORES} and top > bottom and (top_today > top + 0.5 * (top - bottom)"
        f" or (today >= {ENOUGH_SCORES_OF_DAY} and abs(mean_today - mean) > 0.25 * (top - bottom)"
        " and abs(mean_today - mean) > 5 * spread / sqrt(today)))"
    )
    return Rule(
        name=f"{score}_of_the_day_in_scale",
        sentence=f"the day's {score} lies on the scale of the days before",
        action="Look whether the survey changed its scale (量表): old and new do not compare",
        check=no_rows(f"select 1 from ({kinds}) where {strange}"),
        finding=(
            "select format('the day''s scores of one kind go up to {} with a mean of {:.1f},"
            f" before up to {{}} with {{:.1f}}', top_today, mean_today, top, mean) from ({kinds})"
            f" where {strange}"
        ),
        can_be_accepted=True,
    )
