"""When jobs run: the cron lines of the settings, in the company's time zone."""

from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import dagster as dg

from pipelines.purge.job import STEP
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
        as_of, today = _dates(context, settings)
        return dg.RunRequest(run_key=f"{as_of}@{today}", partition_key=as_of.isoformat())

    return nightly


def purge_schedule(job: dg.JobDefinition, settings: Settings) -> dg.ScheduleDefinition:
    """Each week, for good; off until somebody turns it on."""

    @dg.schedule(
        name="purge",
        job=job,
        cron_schedule=settings.purge_cron,
        execution_timezone=settings.timezone,
        default_status=dg.DefaultScheduleStatus.STOPPED,
        description=(
            "每周清除到期数据 Removes for good what is past its retention; run the job once as a "
            "dry run before you turn this on."
        ),
    )
    def purge(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        as_of, today = _dates(context, settings)
        return dg.RunRequest(
            run_key=f"{as_of}@{today}",
            partition_key=as_of.isoformat(),
            run_config={"ops": {STEP: {"config": {"dry_run": False}}}},
        )

    return purge


def _dates(context: dg.ScheduleEvaluationContext, settings: Settings) -> tuple[date, date]:
    """The business date of a tick, and the day on which it is."""
    local = context.scheduled_execution_time.astimezone(ZoneInfo(settings.timezone))
    return settings.as_of or (local - timedelta(days=1)).date(), local.date()
