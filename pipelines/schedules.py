"""When the nightly job runs: the cron line of the settings, in the company's time zone."""

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import dagster as dg

from pipelines.runtime.settings import Settings

if TYPE_CHECKING:
    from pipelines.jobs import AssetJob


def nightly_schedule(job: "AssetJob", settings: Settings) -> dg.ScheduleDefinition:
    """Each night the last complete business date, or the date that C360_AS_OF pins."""

    @dg.schedule(
        name="nightly",
        job=job,
        cron_schedule=settings.nightly_cron,
        execution_timezone=settings.timezone,
        description="每晚 Refresh everything for the last complete business date.",
    )
    def nightly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        local = context.scheduled_execution_time.astimezone(ZoneInfo(settings.timezone))
        as_of = settings.as_of or (local - timedelta(days=1)).date()
        return dg.RunRequest(run_key=f"{as_of}@{local.date()}", partition_key=as_of.isoformat())

    return nightly
