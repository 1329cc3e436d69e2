"""A code location with one of everything that the web server can change; loads in a moment."""

import dagster as dg


@dg.asset(partitions_def=dg.StaticPartitionsDefinition(["a", "b"]))
def marker() -> int:
    return 1


@dg.op
def mark() -> None:
    """Leaves a run behind, which is all that the tests count."""


@dg.job
def marking() -> None:
    mark()


@dg.sensor(job=marking, minimum_interval_seconds=3600)
def watcher() -> dg.SkipReason:
    return dg.SkipReason("never")


defs = dg.Definitions(
    assets=[marker],
    jobs=[marking],
    schedules=[dg.ScheduleDefinition(name="daily", job=marking, cron_schedule="0 3 * * *")],
    sensors=[watcher],
)
