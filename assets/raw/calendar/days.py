"""Days with public holidays 法定节假日, working weekends 调休上班 and lunar dates 农历 of China."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import date, timedelta

import duckdb
import pyarrow as pa

from assets.raw import sql
from assets.raw.contract_columns import Column
from assets.raw.contract_model import ObjectShape
from assets.raw.tables import (
    META_COLUMNS,
    QUARANTINE_COLUMNS,
    declare,
    ensure_schemas,
    quarantine_table,
    raw_table,
    row_hash,
    transaction,
)

SOURCE, OBJECT = "calendar", "days"
SHAPE = ObjectShape(
    description=(
        "One row per day 日历日: Chinese public holidays 法定节假日, working weekends 调休上班 and "
        "lunar dates 农历, made by the packages holidays and lunardate. Days ahead of the business "
        "date are there to plan with; those before the data have a lunar date only."
    ),
    columns=[
        Column(name="date_day", type="date", required=True, description="The day"),
        Column(name="lunar_year", type="integer", description="Lunar year 农历年"),
        Column(name="lunar_month", type="integer", description="Lunar month 农历月, 1 to 12"),
        Column(name="lunar_day", type="integer", description="Day of the lunar month, 1 to 30"),
        Column(name="is_lunar_leap_month", type="boolean", description="In a leap month 闰月"),
        Column(name="lunar_label", type="varchar", description="Lunar date in words, as 正月初一"),
        Column(name="festival_name_zh", type="varchar", description="Lunar festival 传统节日"),
        Column(name="festival_name_en", type="varchar", description="Lunar festival, English name"),
        Column(name="cn_holiday_name_zh", type="varchar", description="Public holiday 法定节假日"),
        Column(name="cn_holiday_name_en", type="varchar", description="Public holiday, English"),
        Column(name="is_cn_public_holiday", type="boolean", description="A day off by law 放假"),
        Column(
            name="is_cn_working_weekend",
            type="boolean",
            description="Weekend day worked for a holiday 调休上班",
        ),
        Column(
            name="is_lunar_only",
            type="boolean",
            description="Before the data: the lunar date is known, holidays are not looked up",
        ),
    ],
    key=["date_day"],
)
COLUMNS = {column.name: column.sql_type for column in SHAPE.columns}

FIRST_LUNAR_DATE = date(1900, 1, 31)
"""The first day that lunardate knows: the Spring Festival of 1900."""

DAYS_AHEAD = 400
"""A year and a month: every anniversary and festival comes once, wherever the lunar year ends."""

DIGITS = "一二三四五六七八九十"
MONTHS = ("正", *DIGITS[1:10], "冬", "腊")
FESTIVALS = {
    (1, 1): ("春节", "Chinese New Year"),
    (1, 15): ("元宵节", "Lantern Festival"),
    (2, 2): ("龙抬头", "Longtaitou Festival"),
    (5, 5): ("端午节", "Dragon Boat Festival"),
    (7, 7): ("七夕节", "Qixi Festival"),
    (7, 15): ("中元节", "Ghost Festival"),
    (8, 15): ("中秋节", "Mid-Autumn Festival"),
    (9, 9): ("重阳节", "Double Ninth Festival"),
    (12, 8): ("腊八节", "Laba Festival"),
}
NEW_YEARS_EVE = ("除夕", "Chinese New Year's Eve")


@dataclass(frozen=True)
class Day:
    """One day, the columns of raw.calendar__days."""

    date_day: date
    lunar_year: int
    lunar_month: int
    lunar_day: int
    is_lunar_leap_month: bool
    lunar_label: str
    festival_name_zh: str | None
    festival_name_en: str | None
    cn_holiday_name_zh: str | None
    cn_holiday_name_en: str | None
    is_cn_public_holiday: bool
    is_cn_working_weekend: bool
    is_lunar_only: bool = False


def lunar_days(first: date, last: date) -> Iterator[Day]:
    """Every day from first to last, both included, with its lunar date and nothing else."""
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        year, month, number, is_leap = _lunar(day)
        yield Day(
            date_day=day,
            lunar_year=year,
            lunar_month=month,
            lunar_day=number,
            is_lunar_leap_month=is_leap,
            lunar_label=lunar_label(month, number, is_leap),
            festival_name_zh=None,
            festival_name_en=None,
            cn_holiday_name_zh=None,
            cn_holiday_name_en=None,
            is_cn_public_holiday=False,
            is_cn_working_weekend=False,
            is_lunar_only=True,
        )


def days_between(first: date, last: date) -> Iterator[Day]:
    """Every day from first to last, both included.

    Working weekends and substituted days off are known once the State Council has announced them
    and the `holidays` package holds them.
    """
    import holidays

    years = range(first.year, last.year + 1)
    chinese = holidays.country_holidays("CN", years=years, language="zh_CN")
    english = holidays.country_holidays("CN", years=years, language="en_US")
    working_weekends: set[date] = getattr(chinese, "weekend_workdays", set())
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        year, month, number, is_leap = _lunar(day)
        zh, en = _festival(day)
        yield Day(
            date_day=day,
            lunar_year=year,
            lunar_month=month,
            lunar_day=number,
            is_lunar_leap_month=is_leap,
            lunar_label=lunar_label(month, number, is_leap),
            festival_name_zh=zh,
            festival_name_en=en,
            cn_holiday_name_zh=chinese.get(day),
            cn_holiday_name_en=english.get(day),
            is_cn_public_holiday=day in chinese,
            is_cn_working_weekend=day in working_weekends,
        )


def lunar_label(month: int, day: int, is_leap: bool) -> str:
    """A lunar date in words, such as 正月初一 or 闰六月廿三."""
    if day <= 10:
        words = f"初{DIGITS[day - 1]}"
    elif day < 20:
        words = f"十{DIGITS[day - 11]}"
    elif day in (20, 30):
        words = f"{DIGITS[day // 10 - 1]}十"
    else:
        words = f"廿{DIGITS[day - 21]}"
    return f"{'闰' if is_leap else ''}{MONTHS[month - 1]}月{words}"


def _lunar(day: date) -> tuple[int, int, int, bool]:
    from lunardate import LunarDate

    lunar = LunarDate.from_solar_date(day.year, day.month, day.day)
    return lunar.year, lunar.month, lunar.day, bool(lunar.is_leap_month)


def _festival(day: date) -> tuple[str, str] | tuple[None, None]:
    _, month, number, is_leap = _lunar(day)
    if not is_leap and (month, number) in FESTIVALS:
        return FESTIVALS[month, number]
    if _lunar(day + timedelta(days=1))[1:3] == (1, 1):
        return NEW_YEARS_EVE
    return None, None


def load_calendar(con: duckdb.DuckDBPyConnection, first: date, last: date, load_id: str) -> int:
    """Replace vault.raw.calendar__days (and its empty quarantine); returns the number of days.

    The days from first on go on for DAYS_AHEAD after last; those before first are lunar only.
    The days are made, not delivered: `_loaded_at` is the last day, so that a rerun changes nothing.
    """
    made = [
        *lunar_days(FIRST_LUNAR_DATE, first - timedelta(days=1)),
        *days_between(first, last + timedelta(days=DAYS_AHEAD)),
    ]
    rows = pa.table(dict(zip(COLUMNS, zip(*map(astuple, made), strict=True), strict=True)))
    ensure_schemas(con)
    con.execute(f"create or replace temp table raw_days ({declare(COLUMNS)})").fetchall()
    con.register("made_days", rows)
    con.execute("insert into temp.raw_days select * from made_days").fetchall()
    con.unregister("made_days")
    table, quarantine = raw_table(SOURCE, OBJECT), quarantine_table(SOURCE, OBJECT)
    with transaction(con):
        con.execute(
            f"create or replace table {table} ({declare(COLUMNS | META_COLUMNS)})"
        ).fetchall()
        con.execute(f"""
            insert into {table}
            select
                *, {sql.text(SOURCE)}, {sql.text(load_id)}, timestamp {sql.text(last)},
                {row_hash(list(COLUMNS))}, null, row_number() over (order by date_day)
            from temp.raw_days
        """).fetchall()
        con.execute(
            f"create or replace table {quarantine} ({declare(QUARANTINE_COLUMNS)})"
        ).fetchall()
        con.execute(
            "delete from vault.accounting.landed where source = ? and object = ?",
            [SOURCE, OBJECT],
        ).fetchall()
        con.execute(
            "insert into vault.accounting.landed"
            " (source, object, rows_read, rows_loaded, rows_quarantined, rows_expired)"
            f" select ?, ?, ?, count(*), 0, 0 from {table}",
            [SOURCE, OBJECT, len(made)],
        ).fetchall()
    con.execute("drop table temp.raw_days").fetchall()
    return len(made)
