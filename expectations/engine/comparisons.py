"""Rules that compare two numbers, and rules about a share of the rows."""

from __future__ import annotations

from dataclasses import dataclass

from expectations.engine.rules import Relation, Rule, Severity, no_rows


@dataclass(frozen=True)
class Figure:
    """A number with a name: a query that gives one row with one number."""

    name: str
    query: str


def figures_agree(name: str, sentence: str, action: str, left: Figure, right: Figure) -> Rule:
    """Two numbers must be the same, to the row or to the cent; nothing counts as zero."""
    numbers = (
        f"select coalesce(({left.query}), 0) as left_figure,"
        f" coalesce(({right.query}), 0) as right_figure"
    )
    return Rule(
        name=name,
        sentence=sentence,
        action=action,
        check=no_rows(f"select 1 from ({numbers}) where left_figure <> right_figure"),
        finding=(
            f"select format('{left.name} {{}}, but {right.name} {{}}',"
            f" cast(left_figure as varchar), cast(right_figure as varchar)) from ({numbers})"
        ),
    )


def ratio_at_most(
    name: str,
    sentence: str,
    action: str,
    *,
    relation: Relation,
    condition: str,
    limit: float,
    reason: str = "",
    excused: str = "0",
    among: str = "true",
) -> Rule:
    """At most this share of a table's rows may meet a condition; with a reason, a warning.

    `excused` is SQL for a number of rows that may meet it besides, `among` a condition for the
    rows that are asked at all.
    """
    counts = (
        "select count(*) as row_count,"
        f" greatest(count(*) filter (where {condition}) - ({excused}), 0) as offending"
        f" from {relation.sql} where {among}"
    )
    said = sentence.replace("'", "''")
    return Rule(
        name=name,
        sentence=sentence,
        action=action,
        check=no_rows(f"select 1 from ({counts}) where offending > {limit!r} * row_count"),
        severity=Severity.WARN if reason else Severity.ERROR,
        reason=reason,
        finding=(
            "select format('{:,} of {:,} rows ({:.2f} %, allowed {:.2f} %) against the rule that',"
            " offending, row_count, 100.0 * offending / row_count,"
            f" cast({limit * 100!r} as double)) || ' {said}' from ({counts})"
        ),
    )
