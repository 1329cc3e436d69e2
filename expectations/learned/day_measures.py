"""What is measured of a day's rows of a table of staging, in one pass over the rows (画像).

Of each day (of seven days, where a day has few rows): the share of empty values of each column, of
each value of columns with few different values, of values never seen before, of the one most
frequent value, of rows before some hours of the day, of rows that say the same under another key;
of numbers the mean size, the share below zero and of zero; of texts the mean length. When a measure
is an alarm is told in drift.py. Values are compared by their hash and never leave the query.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from expectations.engine.columns import Column
from expectations.engine.day import Day
from expectations.engine.rules import Relation
from expectations.learned.event_times import VERSION_TIMES
from expectations.learned.seasons import like_days

YEAR = 364

HOURS = (4, 8, 12, 16, 20)
"""Of a day's rows the share before each of these hours is measured: of few rows, it tells more than
the share of a part of the day, which may well be empty."""

DAYS = 56
"""A day is compared with at least so many days, with a year of them if they have few rows."""

ENOUGH_ROWS = 200_000
"""More rows than these are not read when there are days enough."""

FEW_ROWS = 10
"""A day with fewer rows is looked at with the six days before it, and seven days with fewer not."""

FEW_VALUES = 30
"""A column with at most so many different values is measured value by value."""

NOT_MEASURED = frozenset({"is_current_version", "is_version_known", "policy_version"})
"""Columns that a later row changes, so that the newest day's are always others, or that change for
all rows from one day on."""

NUMBERS = ("BIGINT", "DECIMAL", "DOUBLE", "FLOAT", "INTEGER", "SMALLINT", "HUGEINT")


@dataclass(frozen=True)
class Columns:
    """The columns of a table by what can be measured of them."""

    looked_at: tuple[str, ...]
    values: tuple[str, ...]
    numbers: tuple[str, ...]
    texts: tuple[str, ...]


def measurable(columns: Sequence[Column], key: Collection[str]) -> Columns:
    """Which columns are measured: not the key, which is other in every row."""
    kept = [column for column in columns if column.name not in {*key, *NOT_MEASURED}]
    values = [column for column in kept if not column.type_name.startswith(("TIMESTAMP", "DATE"))]
    numbers = [
        column
        for column in values
        if column.type_name.startswith(NUMBERS) and not column.name.endswith("_id")
    ]
    return Columns(
        tuple(column.name for column in kept if column.name not in VERSION_TIMES),
        tuple(column.name for column in values),
        tuple(column.name for column in numbers),
        tuple(column.name for column in values if column.type_name == "VARCHAR"),
    )


def rows_of(relation: Relation, clock: str, columns: Columns, day: Day) -> str:
    """SQL: the rows that are looked at; period 0 is tonight's, the others lie so far back."""
    days_back = f"{day.sql} - cast(local_time as date)"
    seasons = " or ".join(
        f"{days_back} between {(day.as_of - like).days - 3} and {(day.as_of - like).days + 3}"
        for like in like_days(day.as_of)
    )
    same = [f'"{name}"' for name in columns.values if not name.endswith("_id")]
    content = ", ".join([*same, f'"{clock}"'])
    kept = "".join(f'"{name}", ' for name in columns.looked_at)
    return (
        "extent as (select"
        f" case when count(*) filter (where {day.date_of(clock)} = {day.sql}) >= {FEW_ROWS}"
        " then 1 else 7 end as width,"
        f" least(greatest({DAYS}, {ENOUGH_ROWS} * {YEAR} // greatest(count(*), 1)), {YEAR})"
        f" as days from {relation.sql} where {clock} >= {day.sql} - {YEAR}),"
        f" dated as (select *, {day.local(clock)} as local_time from {relation.sql}"
        f" where {clock} >= {day.sql} - (select cast(days as integer) from extent) - 2"
        f" or {clock} between {day.sql} - {YEAR + 40} and {day.sql} - {YEAR - 30}),"
        f" counted as materialized (select {kept}hash({content}) as content,"
        " extract(hour from local_time) as hour,"
        f" ({days_back}) // width as period"
        f" from dated cross join extent where {days_back} between 0 and days"
        f" or {seasons})"
    )


def values_of(columns: Columns) -> str:
    """SQL: how often each value of a column is in each period, as `valued`; sums as `filled`."""
    hashes = ", ".join(
        f'case when "{name}" is not null then hash("{name}") end' for name in columns.values
    )
    subjects = ", ".join(f"'{name}'" for name in columns.values)
    # The subjects are numbered: a text in each cell would cost more than all the rest.
    return (
        f"cells as (select period, unnest(range({len(columns.values)})) as number,"
        f" unnest([{hashes}]) as value from counted),"
        " numbered as (select number, period, value, count(*) as row_count from cells"
        " where value is not null group by all),"
        f" valued as materialized (select [{subjects}][cast(number as integer) + 1] as subject,"
        " period, value, row_count from numbered),"
        " filled as (select subject, period, sum(row_count) as row_count,"
        " max(row_count) as most_frequent from valued group by all),"
        " known as (select subject, value, min(period) filter (where period > 0) as period,"
        " max(period) as first_period from valued group by all),"
        " few as (select subject from known where period is not null group by subject"
        f" having count(*) <= {FEW_VALUES})"
    )


def measures_of(columns: Columns) -> str:
    """SQL: one row for each measure and period."""
    return (
        # A value that a period has not is there no time.
        "select 'value' as kind, filled.subject, known.value, filled.period,"
        " coalesce(valued.row_count, 0) / filled.row_count as measured, filled.row_count"
        " from filled inner join few on filled.subject = few.subject"
        " inner join known on filled.subject = known.subject and known.period is not null"
        " left join valued on known.subject = valued.subject and known.value = valued.value"
        " and filled.period = valued.period"
        # The first periods have nothing before them that a value could have been seen in.
        " union all select 'unseen', valued.subject, 0, valued.period,"
        " coalesce(sum(valued.row_count) filter (where known.first_period = valued.period), 0)"
        " / sum(valued.row_count), sum(valued.row_count)"
        " from valued inner join known on valued.subject = known.subject"
        " and valued.value = known.value"
        " where valued.period <= (select max(period) from counted"
        f" where period <= {YEAR}) / 2 group by all"
        " union all select 'frequent', subject, 0, period, most_frequent / row_count, row_count"
        " from filled where subject not in (select subject from few)"
        " union all select one.kind, one.subject, 0, period, one.measured, one.row_count"
        f" from ({_of_columns(columns)}) where one.measured is not null"
    )


def _of_columns(columns: Columns) -> str:
    """SQL: the measures that are one aggregate of a column, all in one pass over the rows."""
    found = [("again", "all columns", "1 - count(distinct content) / count(*)", "count(*)")]
    found += [
        ("early", f"{hour}:00", f"count(*) filter (where hour < {hour}) / count(*)", "count(*)")
        for hour in HOURS
    ]
    found += [
        ("null", name, f'1 - count("{name}") / count(*)', "count(*)") for name in columns.looked_at
    ]
    for name in columns.numbers:
        number = f'cast("{name}" as double)'
        rows = f'count("{name}")'
        found += [
            (
                "size",
                name,
                f"avg(ln(abs({number}))) filter (where {number} <> 0)",
                f"count(*) filter (where {number} <> 0)",
            ),
            ("negative", name, f"count(*) filter (where {number} < 0) / {rows}", rows),
            ("zero", name, f"count(*) filter (where {number} = 0) / {rows}", rows),
        ]
    found += [
        ("length", name, f'ln(1 + avg(length("{name}")))', f'count("{name}")')
        for name in columns.texts
    ]
    packed = ", ".join(
        f"struct_pack(kind := '{kind}', subject := '{name}', measured := {measured},"
        f" row_count := {rows})"
        for kind, name, measured, rows in found
    )
    return f"select period, unnest([{packed}]) as one from counted group by period"
