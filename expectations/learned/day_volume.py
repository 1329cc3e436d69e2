"""Did a day's rows arrive: the day's number of rows against the table's own past days (数据量).

One rule for each staging table that is a log. How wide the band is, is told in bands.py.
"""

from __future__ import annotations

from expectations.engine.day import Day
from expectations.engine.rules import Relation, Rule
from expectations.learned.bands import HISTORY_DAYS, DaySeries, within_band
from expectations.learned.past import Past

NO_EARLIER_NIGHT = (
    "without a good build of an earlier night nobody knows how late this source delivers a day"
)


def day_counts(relation: Relation, clock: str, day: Day) -> str:
    """SQL: rows of each business date, for as many days as a band looks back."""
    # Quarters of an hour first: so few moments are cheap to bring to the time zone, and every
    # zone's midnight is the end of one.
    quarters = (
        f"select time_bucket(interval 15 minute, cast({clock} as timestamp)) as quarter,"
        f" count(*) as row_count from {relation.sql}"
        f" where {clock} >= {day.sql} - {HISTORY_DAYS + 2} group by quarter"
    )
    return (
        f"select {day.date_of('quarter')} as day, sum(row_count) as value,"
        f" sum(row_count) as weight from ({quarters}) group by day"
    )


def volume_rule(relation: Relation, clock: str, day: Day, past: Past) -> Rule:
    """The day's rows are as many as this company's days let expect."""
    return within_band(
        DaySeries(
            name="day_volume",
            measured="rows of",
            sentence="the day has about as many rows as its weekday and the season let expect",
            action=(
                "Ask the source whether the day was exported whole, and once; if it really was "
                "such a day, accept it in quality.yml"
            ),
            query=day_counts(relation, clock, day),
            kind="count",
        ),
        day,
        quiet_if=delivers_late(relation, clock, day, past, "value"),
        reason="" if is_known(relation, clock, past) else NO_EARLIER_NIGHT,
    )


def is_known(relation: Relation, clock: str, past: Past) -> bool:
    """Whether the last good build tells how late the source delivers."""
    return past.as_of is not None and clock in past.columns(relation)


def delivers_late(relation: Relation, clock: str, day: Day, past: Past, row_count: str) -> str:
    """SQL: whether the last good night had its own day no more than half, as this one may.

    A rerun of the same business date is compared with what was good then.

    Args:
        relation: The table.
        clock: The column that puts a row into its day.
        day: The run's business date.
        past: The last good build.
        row_count: SQL of tonight's rows of the business date.
    """
    if past.as_of is None or not is_known(relation, clock, past):
        return "false"
    before, now = past.of(relation).sql, relation.sql
    # Bounds of the day in UTC, so that only its rows are read.
    start, end = (
        f"timezone('UTC', timezone('{day.timezone}', cast(date '{past.as_of}' + {days}"
        " as timestamp)))"
        for days in (0, 1)
    )
    on_day = f"{clock} >= {start} and {clock} < {end}"
    then = f"(select count(*) from {before} where {on_day})"
    if past.as_of == day.as_of:
        return f"{row_count} >= {then}"
    return f"2 * {then} < (select count(*) from {now} where {on_day})"
