"""Bounds in local time lose nothing when the clocks change."""

# ruff: noqa: DTZ001 (local times have no zone, that is what this is about)

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.raw.database.moments import (
    local_lower,
    local_upper,
    offset_changes,
    since_1970,
)

ZONES = ["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]


def test_plain_days() -> None:
    noon = datetime(2017, 6, 1, 12, tzinfo=UTC)
    assert local_lower(noon, "Asia/Shanghai") == datetime(2017, 6, 1, 20)
    assert local_upper(noon, "Asia/Shanghai") == datetime(2017, 6, 1, 20)
    assert since_1970(noon, "s") == 1496318400
    assert since_1970(noon + timedelta(microseconds=1999), "ms") == 1496318400001
    assert since_1970(noon, "us") == 1496318400000000


def test_an_hour_that_comes_twice_is_read_twice() -> None:
    # New York, 5 November 2017: 01:59:59 at 05:59:59 UTC is followed by 01:00:00.
    before = datetime(2017, 11, 5, 5, 45, tzinfo=UTC)
    assert local_upper(before, "America/New_York") == datetime(2017, 11, 5, 1, 45)
    assert local_lower(before, "America/New_York") == datetime(2017, 11, 5, 0, 45)
    after = datetime(2017, 11, 5, 6, 45, tzinfo=UTC)
    assert local_lower(after, "America/New_York") == datetime(2017, 11, 5, 1, 45)


@given(
    begin=st.datetimes(datetime(1990, 1, 1), datetime(2035, 1, 1)),
    later=st.timedeltas(timedelta(0), timedelta(hours=6)),
    zone=st.sampled_from(ZONES),
)
def test_nothing_lies_below_the_lower_bound(begin: datetime, later: timedelta, zone: str) -> None:
    moment = begin.replace(tzinfo=UTC)
    written = (moment + later).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert local_lower(moment, zone) <= written


@pytest.mark.parametrize("zone", ZONES)
def test_offsets_by_local_time_agree_with_the_time_zone(zone: str) -> None:
    changes = offset_changes(zone)
    moment = datetime(1950, 1, 1, 3, 30, tzinfo=UTC)
    while moment.year < 2050:
        local = moment.astimezone(ZoneInfo(zone))
        written = local.strftime("%Y-%m-%d %H:%M:%S")
        offset = next(offset for since, offset in changes if written >= since)
        assert offset.replace(":", "") == local.strftime("%z")[:5]
        moment += timedelta(days=5, hours=1)


def test_offsets_of_china() -> None:
    assert offset_changes("UTC") == (("", "+00:00"),)
    newest, summer = offset_changes("Asia/Shanghai")[:2]
    assert newest == ("1991-09-15 01:00:00", "+08:00")
    assert summer == ("1991-04-14 03:00:00", "+09:00")
