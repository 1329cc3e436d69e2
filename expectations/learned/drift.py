"""Do the day's rows look like the rows of the weeks before: contents, not numbers (分布漂移).

Belongs here: when a measure of a day (day_measures.py) is an alarm. It is one if it lies beyond all
that the days of the weeks before and of the same week a year before showed, by more than chance
makes of so few rows and by more than is worth stopping a night for.
"""

from __future__ import annotations

from expectations.engine.day import Day
from expectations.engine.rules import MEASURED, Relation, Rule, no_rows_measured
from expectations.learned.day_measures import (
    FEW_ROWS,
    YEAR,
    Columns,
    measures_of,
    rows_of,
    values_of,
)

BATCH = 3
"""So many times the usual rows are a batch (a campaign, an import), which is like no other day."""

BURSTS = 0.75
"""A table whose number of rows varies more than this part of its mean comes in bursts (campaigns):
its rows depend on each other, and no day is like another."""

LEAST_DAYS = 28
LEAST_WEEKS = 12
"""Nothing is asked before there are so many days to compare a day with, or weeks a week."""

EFFECTS = {
    "early": 0.15,
    "null": 0.10,
    "value": 0.15,
    "unseen": 0.10,
    "frequent": 0.20,
    "again": 0.20,
    "negative": 0.10,
    "zero": 0.10,
    "size": 0.30,
    "length": 0.30,
}
"""A smaller difference than this stops no night: of shares, and of natural logarithms of means."""

SAID = {
    "early": "share of rows before",
    "null": "share of empty values of",
    "value": "share of one value of",
    "unseen": "share of new values of",
    "frequent": "share of the most frequent value of",
    "again": "share of rows that repeat another in",
    "negative": "share below zero of",
    "zero": "share of zero of",
    "size": "mean logarithm of",
    "length": "logarithm of the mean length of",
}

CHANCE = 4.5
BEYOND = 1.5
"""So many standard deviations of chance lie within the bounds, and so many of them beyond all that
was seen."""


def drift_rule(
    relation: Relation,
    clock: str,
    columns: Columns,
    day: Day,
    *,
    is_whole_day: str = "true",
    tolerance: float = 1.0,
) -> Rule:
    """The day's rows look like those of the weeks before.

    Args:
        relation: The table.
        clock: The column that puts a row into its day.
        columns: What is measured.
        day: The run's business date.
        is_whole_day: SQL of a condition on which the newest day is whole, as far as one can know:
            only then the hours are compared.
        tolerance: The limits are so many times as wide.
    """
    drifted = _drifted(relation, clock, columns, day, is_whole_day, tolerance)
    return Rule(
        name="day_profile",
        sentence="the day's rows look like those of the weeks before and of the same week a year"
        " before",
        action=(
            "Ask the source what it changed (units, codes, clock, empty columns); if the change is"
            " meant, accept it in quality.yml"
        ),
        check=no_rows_measured(drifted, f"select 1 from {MEASURED} where is_outside"),
        finding=(
            "select format('{}: {:.3f}, between {:.3f} and {:.3f} expected ({:,} rows)', said,"
            " measured, lower_bound, upper_bound, cast(row_count as bigint))"
            f" from {MEASURED} where is_outside order by beyond desc, said"
        ),
        can_be_accepted=True,
        with_tolerance=lambda wider: drift_rule(
            relation, clock, columns, day, is_whole_day=is_whole_day, tolerance=wider
        ),
    )


def _drifted(
    relation: Relation,
    clock: str,
    columns: Columns,
    day: Day,
    is_whole_day: str,
    tolerance: float,
) -> str:
    """SQL: one row for each measure of tonight, with its bounds."""
    return (
        f"with {rows_of(relation, clock, columns, day)}, {values_of(columns)},"
        f" measures as ({measures_of(columns)}), {_judged(is_whole_day, tolerance)}"
        " select *, measured > upper_bound or measured < lower_bound as is_outside from judged"
    )


def _judged(is_whole_day: str, tolerance: float) -> str:
    """SQL: `judged`, tonight's measures with their bounds."""
    effects = " ".join(f"when '{kind}' then {effect!r}" for kind, effect in EFFECTS.items())
    said = " ".join(f"when '{kind}' then '{text}'" for kind, text in SAID.items())
    return (
        "tonight as (select * from measures where period = 0),"
        " usual as (select median(row_count) filter (where period > 0) as usual_rows,"
        " max(row_count) filter (where period = 0) as tonight_rows,"
        # Of all periods, also of those without a row: sum and sum of squares are enough.
        " sum(row_count) filter (where period > 0) / max(period) as mean_rows,"
        " sqrt(sum(power(row_count, 2)) filter (where period > 0) / max(period)"
        " - power(mean_rows, 2)) / mean_rows as variation"
        " from (select period, count(*) as row_count from counted"
        f" where period <= {YEAR} // (select width from extent) group by period)),"
        " earlier as (select measures.*, tonight.measured as tonight_measured,"
        " tonight.row_count as tonight_row_count from measures inner join tonight"
        " on measures.kind = tonight.kind and measures.subject = tonight.subject"
        " and measures.value = tonight.value"
        f" where measures.period > 0 and measures.row_count >= {FEW_ROWS}"
        " and 4 * measures.row_count >= tonight.row_count),"
        " ranges as (select *, median(measured) over"
        " (partition by kind, subject, value) as middle from earlier),"
        " learned as (select kind, subject, value, any_value(tonight_measured) as measured,"
        " any_value(tonight_row_count) as row_count, count(*) as periods,"
        " min(measured) as lowest, max(measured) as highest, any_value(middle) as middle,"
        # The 90th percentile of a square of a normal value is 2.7 times its variance.
        " quantile_cont(power(measured - middle, 2) * row_count, 0.9) / 2.7 as variance"
        " from ranges group by kind, subject, value),"
        f" effects as (select *, case kind {effects} end as effect,"
        " case when kind in ('size', 'length') then 0 else least(0.25, greatest("
        " highest * (1 - highest), lowest * (1 - lowest), 1 / (row_count + 1))) end"
        " as drawn_variance from learned cross join extent cross join usual"
        f" where (kind <> 'early' or coalesce({is_whole_day}, false))"
        f" and tonight_rows <= {BATCH} * usual_rows and variation <= {BURSTS!r}"
        f" and row_count >= case when kind in ('value', 'unseen', 'frequent')"
        f" then {2 * FEW_ROWS} else {FEW_ROWS} end"
        f" and periods >= case width when 1 then {LEAST_DAYS} else {LEAST_WEEKS} end),"
        f" spreads as (select *, {tolerance!r} * effect as least,"
        f" {tolerance!r} * sqrt(greatest(variance, drawn_variance) / row_count) as chance"
        " from effects),"
        f" judged as (select case kind {said} end || ' ' || subject as said, measured, row_count,"
        f" least(lowest - greatest(least, {BEYOND!r} * chance), middle - {CHANCE!r} * chance)"
        " as lower_bound,"
        f" greatest(highest + greatest(least, {BEYOND!r} * chance), middle + {CHANCE!r} * chance)"
        " as upper_bound,"
        " greatest(measured - upper_bound, lower_bound - measured) as beyond from spreads)"
    )
