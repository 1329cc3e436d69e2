"""The wall clock: read here and nowhere else, and never for a rule of the data."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


def utc_now() -> datetime:
    """Now in UTC without zone: stamps of landings and publications."""
    return datetime.now(UTC).replace(tzinfo=None)


def last_complete_business_date(timezone: str) -> date:
    """Yesterday, as the company counts days."""
    return (datetime.now(ZoneInfo(timezone)) - timedelta(days=1)).date()
