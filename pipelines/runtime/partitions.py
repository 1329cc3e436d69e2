"""Business dates: the daily partitions of raw, in the company's time zone."""

from __future__ import annotations

from dagster import DailyPartitionsDefinition

from pipelines.runtime.settings import Settings


def daily_partitions(settings: Settings) -> DailyPartitionsDefinition:
    """One partition per business date, from the first date of the data; a run's `as_of`."""
    return DailyPartitionsDefinition(
        start_date=settings.first_date.isoformat(), timezone=settings.timezone
    )
