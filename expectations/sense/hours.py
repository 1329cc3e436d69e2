"""Time zone sense (时区): the hours of the day are those of the company's own weeks before.

A clock that is wrong by some hours moves the whole day; a festival, a sale at midnight or a day
that ends early do not. So a day is only held back if another zone explains its hours much better
than its own does, among the hours in which there are rows at all.
"""

from __future__ import annotations

from expectations.engine.day import Day
from expectations.engine.rules import Relation, Rule, no_rows
from expectations.sense.parts import recent

ENOUGH_ROWS = 40
ENOUGH_DAYS = 14
"""Below these, chance makes the hours."""

DIFFERENT = 0.3
"""Total variation distance from which hours are called different; 0 is equal, 1 is disjoint."""

SMALLEST_SHIFT = 4
"""Hours: less may be summer time or Ramadan, and no zone of a usual mistake is nearer."""


def hours(relation: Relation, at: str, one: str, day: Day) -> list[Rule]:
    """The rules about one column of times that people, not jobs, make.

    Args:
        relation: A staging table.
        at: Its column of UTC times.
        one: Its column for what counts once in an hour, however many rows it has: an order has
            one time, not one for each line.
        day: The run's business date.
    """
    return [_clock(relation, at, one, day), _midnight(relation, at, one, day)]


def _hours(relation: Relation, at: str, one: str, day: Day) -> str:
    hour = f"cast(extract(hour from {day.local(at)}) as integer) as hour_of_day"
    rows = recent(relation, at, day, f"{one}, {hour}")
    return f"(select distinct {one}, hour_of_day, business_date from {rows})"


def _clock(relation: Relation, at: str, one: str, day: Day) -> Rule:
    # `there` and `here` are shares of the hours from the first to the last one of the day.
    shifts = (
        f"with counted as (select hour_of_day, business_date = {day.sql} as is_today,"
        " count(*) as row_count, count(distinct business_date) as day_count"
        f" from {_hours(relation, at, one, day)} group by all),"
        " hours as (select range as hour_of_day from range(24)),"
        " totals as (select sum(row_count) filter (is_today) as today,"
        " sum(row_count) filter (not is_today) as usual,"
        " max(row_count) filter (not is_today) as busiest,"
        " max(day_count) filter (not is_today) as days from counted),"
        " active as (select min(hour_of_day) as first_hour, max(hour_of_day) as last_hour"
        " from counted cross join totals where is_today and row_count >= 0.01 * today),"
        " placed as (select shifts.range as shift, hours.hour_of_day,"
        " coalesce(sum(row_count) filter (is_today and"
        " counted.hour_of_day = hours.hour_of_day), 0) as today_count,"
        " coalesce(sum(row_count) filter (not is_today and"
        " counted.hour_of_day = (hours.hour_of_day - shifts.range + 24) % 24), 0) as usual_count"
        " from hours cross join active cross join range(24) as shifts cross join counted"
        " where hours.hour_of_day between first_hour and last_hour group by all),"
        " shares as (select shift, today_count / sum(today_count) over (partition by shift)"
        " as today_share, usual_count / nullif(sum(usual_count) over (partition by shift), 0)"
        " as usual_share from placed),"
        " distances as (select shift, sum(abs(today_share - usual_share)) / 2 as distance"
        " from shares group by shift),"
        " best as (select min_by(shift, distance) filter (shift between"
        f" {SMALLEST_SHIFT} and {24 - SMALLEST_SHIFT}) as shift, min(distance) filter (shift"
        f" between {SMALLEST_SHIFT} and {24 - SMALLEST_SHIFT}) as distance,"
        " max(distance) filter (shift = 0) as unmoved from distances)"
        " select best.shift, best.distance, best.unmoved from best cross join totals"
        f" where today >= {ENOUGH_ROWS} and usual >= {ENOUGH_ROWS} and days >= {ENOUGH_DAYS}"
        # Where most rows are of one hour a job makes them, and jobs may be moved.
        f" and busiest < 0.4 * usual and unmoved > {DIFFERENT} and distance < unmoved / 2"
    )
    return Rule(
        name=f"{at}_in_usual_hours",
        sentence=f"the hours of {at} are those of the weeks before, by the same clock",
        action=(
            "Look at the time zone (时区) of the source: the hours of the day fit the usual ones"
            " much better when the clock is moved"
        ),
        check=no_rows(f"select 1 from ({shifts})"),
        finding=(
            "select format('the hours of the day are those of the last weeks moved by {} hours:"
            " {:.2f} of them fit as they are, {:.2f} when moved', shift, 1 - unmoved,"
            f" 1 - distance) from ({shifts})"
        ),
        can_be_accepted=True,
    )


def _midnight(relation: Relation, at: str, one: str, day: Day) -> Rule:
    # Midnight here or in UTC, to the second.
    at_midnight = f"date_trunc('day', {at}) = {at} or date_trunc('day', local_at) = local_at"
    rows = recent(relation, at, day, f"{one}, {at}, {day.local(at)} as local_at")
    counts = (
        f"select count(*) filter (business_date = {day.sql}) as today,"
        f" count(*) filter (business_date = {day.sql} and ({at_midnight})) as today_midnight,"
        f" count(*) filter (business_date < {day.sql}) as usual,"
        f" count(*) filter (business_date < {day.sql} and ({at_midnight})) as usual_midnight"
        f" from (select distinct {one}, {at}, local_at, business_date from {rows})"
    )
    lost = "today >= 10 and today_midnight > 0.5 * today and usual_midnight < 0.1 * usual"
    return Rule(
        name=f"{at}_keeps_the_time",
        sentence=f"{at} has a time of the day and not only the date, as in the weeks before",
        action="Ask the source for the times again: an export lost them",
        check=no_rows(f"select 1 from ({counts}) where {lost}"),
        finding=(
            "select format('{:,} of {:,} rows of the day are of midnight, before {:,} of {:,}',"
            f" today_midnight, today, usual_midnight, usual) from ({counts})"
        ),
        can_be_accepted=True,
    )
