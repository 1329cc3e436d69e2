"""Which days of the past a day is like, and when a quiet or a busy day says nothing.

Pure: dates in, dates out. Public holidays are those of the country of the business time zone
(package `holidays`), the lunar year is that of the package `lunardate`.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

SPRING_FESTIVAL = frozenset({"CN", "HK", "KR", "MO", "MY", "SG", "TW", "VN"})
"""Countries that close for the lunar New Year 春节, a shop often for two or three weeks."""

SHOPPING_DAYS = frozenset({(6, 18), (11, 11), (12, 12)})
"""Days of sales promotions 大促; sales begin the evening before and end a day after."""


def like_days(day: date) -> list[date]:
    """The middle of the season of a year before: same weekday, same date, same lunar date."""
    return sorted({day - timedelta(days=364), day - timedelta(days=365), *_lunar_year_before(day)})


def may_be_quiet(day: date, timezone: str) -> bool:
    """Whether a shop of this country may be closed: a public holiday, or the weeks of 春节."""
    country = country_of(timezone)
    if country in SPRING_FESTIVAL:
        month, number = _lunar(day)[1:]
        if (month, number) >= (12, 23) or (month == 1 and number <= 15):
            return True
    return day in _public_holidays(country, day.year)


def may_be_busy(day: date) -> bool:
    """Whether it is a day of sales promotions, or next to one."""
    return any(
        (near.month, near.day) in SHOPPING_DAYS
        for near in (day - timedelta(days=1), day, day + timedelta(days=1))
    )


@cache
def country_of(timezone: str) -> str:
    """ISO code of the country whose clocks a time zone shows; empty if it is not one country's."""
    from importlib import resources

    try:
        lines = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    except (FileNotFoundError, ModuleNotFoundError):
        return ""
    for line in lines.splitlines():
        fields = line.split("\t")
        if len(fields) >= 3 and fields[2] == timezone:
            return fields[0]
    return ""


@cache
def _public_holidays(country: str, year: int) -> frozenset[date]:
    import holidays

    if country not in holidays.list_supported_countries():
        return frozenset()
    return frozenset(holidays.country_holidays(country, years=year))


def _lunar(day: date) -> tuple[int, int, int]:
    from lunardate import LunarDate

    lunar = LunarDate.from_solar_date(day.year, day.month, day.day)
    return lunar.year, lunar.month, lunar.day


def _lunar_year_before(day: date) -> list[date]:
    year, month, number = _lunar(day)
    for offset in range(340, 400):
        earlier = day - timedelta(days=offset)
        if _lunar(earlier) == (year - 1, month, number):
            return [earlier]
    return []
