"""Is the day's value what this company's own days let expect: a band learned from its history.

Belongs here: the one way in which a value of the business date is compared with those of the days
before. What is measured is said by who calls (day_volume.py, the boundaries).

The value expected is the median of the same weekday in the eight weeks before. How far a day may
lie from it is learned from how far the days of the last year did, with room to spare. Three things
widen the band: few rows (chance, as Poisson counts or drawn shares have it), a day that in the year
before was as unusual (season, also by the lunar calendar 农历), and holidays, when a shop may be
closed. Nothing is asked before there are four weeks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import log
from typing import Literal

from expectations.engine.day import Day
from expectations.engine.pictures import SHOWN_DAYS
from expectations.engine.rules import MEASURED, Rule, Severity, no_rows_measured
from expectations.learned.seasons import like_days, may_be_busy, may_be_quiet

HISTORY_DAYS = 364 + 56 + 8
"""A year of days, each with eight weeks before it, and the season of the year before."""


FEW_ROWS = 4
"""A day of so few rows is no measure of how many there may be."""


@dataclass(frozen=True)
class Band:
    """How wide a band is. Of counts the bounds are factors, of ratios and means differences.

    Attributes:
        tolerance: The band is so many times as wide as learned; what `bands` of quality.yml sets.
        room: How much farther than the farthest day of the past a day may lie.
        least_above: At least so far above the expected value is in the band (natural logarithm).
        least_below: At least so far below.
        young: So far on both sides while there are fewer than eight weeks to learn from.
        least_ratio: At least this difference of a ratio is in the band.
        least_mean: At least this part of the expected mean is in the band.
        chance: So many standard deviations of pure chance are in the band.
    """

    tolerance: float = 1.0
    room: float = 1.3
    least_above: float = log(2.8)
    least_below: float = log(2.5)
    young: float = log(8)
    least_ratio: float = 0.05
    least_mean: float = 0.25
    chance: float = 6.0


DEFAULT_BAND = Band()


@dataclass(frozen=True)
class DaySeries:
    """One value for each business date.

    Attributes:
        name: Name of the rule.
        measured: What a value is, as a finding says it.
        sentence: What must be true.
        action: What to do when it is not.
        query: SQL of one row for each business date up to the run's: `day` date, `value` double,
            `weight` double, the rows behind the value. Of counts, a day without a row is zero; of
            ratios and means it is not compared.
        kind: A count (rows, money), a ratio between 0 and 1, or a mean.
    """

    name: str
    measured: str
    sentence: str
    action: str
    query: str
    kind: Literal["count", "ratio", "mean"]


def within_band(
    series: DaySeries,
    day: Day,
    *,
    tuned: Band = DEFAULT_BAND,
    quiet_if: str = "false",
    reason: str = "",
) -> Rule:
    """The rule that the business date's value lies in the band.

    Args:
        series: The values.
        day: The run's business date.
        tuned: How wide the band is.
        quiet_if: SQL of a condition on which a low value says nothing.
        reason: Why it is only a warning; an error without one.
    """
    judged = _judged(series, day, tuned, quiet_if)
    shown = {"count": "{:,.0f}", "ratio": "{:.4f}", "mean": "{:,.4f}"}[series.kind]
    return Rule(
        name=series.name,
        sentence=series.sentence,
        action=series.action,
        check=no_rows_measured(judged, f"select 1 from {MEASURED} where is_outside"),
        severity=Severity.WARN if reason else Severity.ERROR,
        reason=reason,
        finding=(
            f"select format('{series.measured} {day.as_of}: {shown}; {shown} are expected, and"
            f" {shown} to {shown} usual ({{}} days of history)', value, expected,"
            f" lower_bound, upper_bound, past_days) from {MEASURED}"
        ),
        days=_shown(series, day),
        can_be_accepted=True,
        with_tolerance=lambda tolerance: within_band(
            series,
            day,
            tuned=replace(tuned, tolerance=tolerance),
            quiet_if=quiet_if,
            reason=reason,
        ),
    )


def _shown(series: DaySeries, day: Day) -> str:
    """SQL: the days that a picture of the band shows, in order; of counts, every day."""
    first = f"{day.sql} - {SHOWN_DAYS - 1}"
    each_day = (
        "union all select cast(unnest(range((select min(day) from known),"
        f" {day.sql} + interval 1 day, interval 1 day)) as date), 0"
    )
    return (
        "with known as (select cast(day as date) as day, cast(value as double) as value"
        f" from ({series.query}) where value is not null and day between {first} and {day.sql}),"
        " shown as (select day, sum(value) as value from (select day, value from known"
        f" {each_day if series.kind == 'count' else ''}) group by day)"
        " select day, shown.value, judged.expected, judged.lower_bound, judged.upper_bound"
        f" from shown left join {MEASURED} as judged using (day) order by day"
    )


def _judged(series: DaySeries, day: Day, band: Band, quiet_if: str) -> str:
    """SQL: the business date with its band, one row, none while there are too few days."""
    first = f"{day.sql} - {HISTORY_DAYS}"
    known = (
        "select cast(day as date) as day, cast(value as double) as value,"
        f" cast(weight as double) as weight from ({series.query})"
        f" where day between {first} and {day.sql} and value is not null"
    )
    filled = (
        "select dates.day, coalesce(known.value, 0) as value, coalesce(known.weight, 0) as weight"
        " from (select cast(range as date) as day from range((select min(day) from known),"
        f" {day.sql} + interval 1 day, interval 1 day)) as dates"
        " left join known on dates.day = known.day"
    )
    is_count = series.kind == "count"
    # On the scale on which days are compared a count is its logarithm: half and double are alike.
    distance = "ln((value + 1) / (expected + 1))" if is_count else "value - expected"
    seasons = ", ".join(f"date '{like.isoformat()}'" for like in like_days(day.as_of))
    near = f"(select unnest([{seasons}]) as middle)"
    return (
        f"with known as ({known}),"
        f" days as ({filled if is_count else 'select * from known'}),"
        " weeks_before as (select days.day, before.value from days"
        " cross join (select range as weeks from range(1, 9)) as lags"
        " inner join days as before on before.day = days.day - cast(7 * lags.weeks as integer)),"
        " levels as (select day, median(value) as expected, count(*) as weeks"
        " from weeks_before group by day having count(*) >= 4),"
        " compared as (select days.*, levels.expected,"
        f" {distance} as distance from days inner join levels on days.day = levels.day),"
        f" past as (select * from compared where day < {day.sql}),"
        " learned as (select count(*) as past_days,"
        " coalesce(greatest(quantile_cont(distance, 0.99), 0), 0) as farthest_above,"
        " coalesce(greatest(-quantile_cont(distance, 0.01), 0), 0) as farthest_below,"
        f" coalesce(quantile_cont(value, 0.75) filter (where dayofweek(day)"
        f" = dayofweek({day.sql})), 0) as usual_high from past),"
        " season as (select coalesce(max(distance), 0) as season_above,"
        " coalesce(-min(distance), 0) as season_below from past"
        f" inner join {near} on past.day between middle - 3 and middle + 3),"
        " tonight as (select * from compared cross join learned cross join season"
        f" where day = {day.sql}),"
        f" {_limits(series, day, band)}"
        f" select *, value > upper_bound or (value < lower_bound and not coalesce({quiet_if},"
        " false)) as is_outside from limits"
    )


def _limits(series: DaySeries, day: Day, band: Band) -> str:
    """SQL: the common table expressions up to `limits`, which has the bounds."""
    wide = band.tolerance
    if series.kind == "count":
        least_above = _while_young(band.young, band.least_above)
        least_below = _while_young(band.young, band.least_below)
    elif series.kind == "ratio":
        least_above = least_below = repr(band.least_ratio)
    else:
        least_above = least_below = f"({band.least_mean!r} * abs(expected))"
    room, chance = repr(band.room), repr(band.chance)
    above = f"{wide!r} * greatest({least_above}, {room} * farthest_above, {room} * season_above)"
    below = f"{wide!r} * greatest({least_below}, {room} * farthest_below, {room} * season_below)"
    if series.kind == "count":
        busy = f" + {log(10)!r}" if may_be_busy(day.as_of) else ""
        quiet = "false" if not may_be_quiet(day.as_of, day.timezone) else "true"
        # Anscombe: twice the root of a Poisson count has a standard deviation of one.
        return (
            f"widths as (select *, {above}{busy} as above, {below} as below from tonight),"
            " middles as (select *,"
            " (greatest(expected, usual_high) + 1) * exp(above) as high,"
            " greatest((expected + 1) * exp(-below) - 1, 0) as low from widths),"
            " limits as (select *,"
            # A table that is empty on most days has no usual day: it comes in bursts.
            f" case when greatest(expected, usual_high) < {FEW_ROWS} then cast('inf' as double)"
            f" else power(sqrt(high + 0.375) + {chance} / 2, 2) end as upper_bound,"
            f" case when {quiet} or sqrt(low + 0.375) <= {chance} / 2 then 0"
            f" else power(sqrt(low + 0.375) - {chance} / 2, 2) - 0.375 end as lower_bound"
            " from middles)"
        )
    if series.kind == "ratio":
        # A share of few rows: at least one row more or less is chance.
        chance_of = (
            f"{chance} * sqrt(greatest(expected * (1 - expected), 1 / (weight + 1))"
            " / greatest(weight, 1))"
        )
    else:
        # What chance does to a mean was seen in the past, on days with as many rows or fewer.
        chance_of = "0"
    return (
        f"widths as (select *, greatest({above}, {chance_of}) as above,"
        f" greatest({below}, {chance_of}) as below from tonight where past_days >= 28),"
        " limits as (select *, expected + above as upper_bound, expected - below as lower_bound"
        " from widths)"
    )


def _while_young(young: float, least: float) -> str:
    return f"case when past_days < 56 then {young!r} else {least!r} end"
