"""Local times of a database: what the bounds of a window are there, and what offset they have."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

FIRST_YEAR, LAST_YEAR = 1900, 2060
"""Years whose changes of the clock are told apart; before and after, the nearest offset counts."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
UNITS = {"s": 1_000_000, "ms": 1_000, "us": 1}
LONGEST_REPETITION = timedelta(hours=3)


def local_lower(moment: datetime, zone: str) -> datetime:
    """The local time at or after which everything lies that happens from this moment on.

    When the clocks go back, an hour comes twice: what is written in the second one has a smaller
    local time than what was written at the end of the first.
    """
    local = moment.astimezone(ZoneInfo(zone))
    later = [
        (moment + LONGEST_REPETITION * part / 6).astimezone(ZoneInfo(zone)) for part in range(1, 7)
    ]
    offset = local.utcoffset() or timedelta()
    fall = max(offset - (other.utcoffset() or timedelta()) for other in later)
    return local.replace(tzinfo=None) - max(fall, timedelta())


def local_upper(moment: datetime, zone: str) -> datetime:
    """The local time of the moment."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def since_1970(moment: datetime, unit: str) -> int:
    """Whole units since 1970, rounded down."""
    return (moment - EPOCH) // timedelta(microseconds=UNITS[unit])


@lru_cache(maxsize=8)
def offset_changes(zone: str) -> tuple[tuple[str, str], ...]:
    """When a zone's offset began, newest first: (local time, offset such as +08:00).

    The first local time is empty: that offset holds for all that was before. For engines that do
    not know time zones by name; an hour that comes twice is taken for its second time.
    """
    info = ZoneInfo(zone)
    moment = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
    changes = [("", _offset(moment.astimezone(info)))]
    while moment.year < LAST_YEAR:
        after = moment + timedelta(days=7)
        if _offset(after.astimezone(info)) != changes[-1][1]:
            begin = _change_between(moment, after, info)
            local = begin.astimezone(info)
            changes.append((local.strftime("%Y-%m-%d %H:%M:%S"), _offset(local)))
        moment = after
    return tuple(reversed(changes))


def _change_between(before: datetime, after: datetime, info: ZoneInfo) -> datetime:
    """The second at which the offset changes, by halving."""
    old = before.astimezone(info).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(info).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after


def _offset(local: datetime) -> str:
    """Offset to the minute: none of the engines has seconds in it."""
    minutes = round((local.utcoffset() or timedelta()) / timedelta(minutes=1))
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
