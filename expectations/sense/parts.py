"""What the rules of sense are made of: the day, the weeks before it, and shares of both.

Belongs here: the slices of a table that such rules look at, and the rule about what cannot be.
"""

from __future__ import annotations

from expectations.engine.day import Day
from expectations.engine.rules import Relation, Rule, no_rows
from expectations.learned.past import Past

WEEKS = 28
"""Days before the business date that say what is usual."""

DAY_SHARE = 0.2
DAY_ROWS = 5
"""From this share, and this many rows, on a single day is against a rule by itself."""


def recent(relation: Relation, at: str, day: Day, columns: str, days: int = WEEKS) -> str:
    """SQL: the rows of the business date and of the days before, with their `business_date`."""
    return (
        f"(select {columns}, {day.date_of(at)} as business_date from {relation.sql}"
        # A day more than needed in UTC: cheap, and no zone is further from it.
        f" where {at} >= cast({day.sql} - {days + 2} as timestamp)"
        f" and {day.date_of(at)} between {day.sql} - {days} and {day.sql})"
    )


def compares(past: Past, relation: Relation, *columns: str) -> bool:
    """Whether the last good build has these columns of the table."""
    return past.as_of is not None and past.columns(relation) >= set(columns)


def impossible(
    name: str,
    sentence: str,
    action: str,
    *,
    rows: str,
    wrong: str,
    day: Day,
    limit: float = 0.01,
) -> Rule:
    """What cannot happen may be a slip in a few old rows; more, or many of one day, are a fault.

    Args:
        name: Name of the rule.
        sentence: What must be true.
        action: What to do when it is not.
        rows: SQL of a relation with the column `business_date`.
        wrong: SQL: whether a row is against the rule.
        day: The run's business date.
        limit: Share of all rows that may be.
    """
    of_day = f"business_date = {day.sql}"
    counts = (
        f"select count(*) as row_count, count(*) filter ({wrong}) as offending,"
        f" count(*) filter ({of_day}) as day_count,"
        f" count(*) filter ({of_day} and ({wrong})) as day_offending from {rows}"
    )
    failed = (
        f"(offending >= 3 and offending > {limit!r} * row_count)"
        f" or (day_offending >= {DAY_ROWS} and day_offending > {DAY_SHARE!r} * day_count)"
    )
    said = sentence.replace("'", "''")
    return Rule(
        name=name,
        sentence=sentence,
        action=action,
        check=no_rows(f"select 1 from ({counts}) where {failed}"),
        finding=(
            "select format('{:,} of {:,} rows, and {:,} of the {:,} of the day, are against the"
            " rule that', offending, row_count, day_offending, day_count)"
            f" || ' {said}' from ({counts})"
        ),
        can_be_accepted=True,
    )


def changed_since(
    name: str,
    sentence: str,
    action: str,
    *,
    compared: str,
    changed: str,
    limit: float,
    what: str,
) -> Rule:
    """At most this share of what the last good build knew may be different now.

    Args:
        name: Name of the rule.
        sentence: What must be true.
        action: What to do when it is not.
        compared: SQL of a relation of what both builds know.
        changed: SQL: whether it is different.
        limit: Share that may be; fewer than three rows always may.
        what: Plural of what a row is, for the finding.
    """
    counts = f"select count(*) as known, count(*) filter ({changed}) as differing from {compared}"
    return Rule(
        name=name,
        sentence=sentence,
        action=action,
        check=no_rows(
            f"select 1 from ({counts}) where differing >= 3 and differing > {limit!r} * known"
        ),
        finding=(
            f"select format('{{:,}} of {{:,}} {what} are not what they were in the last good build"
            f" (allowed {{:.2f}} %)', differing, known, cast({limit * 100!r} as double))"
            f" from ({counts})"
        ),
        can_be_accepted=True,
    )
