"""The job `purge` and its schedule."""

from datetime import datetime
from pathlib import Path

import dagster as dg

from pipelines.definitions import build_definitions
from pipelines.purge.job import PURGE, STEP
from pipelines.runtime.settings import load_settings
from tests.unit.pipelines.purge.conftest import (
    AS_OF,
    VISITS,
    landed,
)


def test_the_job_is_a_dry_run_until_it_is_told(home: Path, instance: dg.DagsterInstance) -> None:
    job = build_definitions(load_settings()).resolve_job_def(PURGE)
    first = job.execute_in_process(instance=instance, partition_key=str(AS_OF))
    assert first.success
    assert landed(home) == VISITS
    config = {"ops": {STEP: {"config": {"dry_run": False}}}}
    job.execute_in_process(instance=instance, partition_key=str(AS_OF), run_config=config)
    assert "old" not in landed(home)


def test_the_schedule_is_off_and_removes_for_good(home: Path) -> None:
    definitions = build_definitions(load_settings())
    schedule = definitions.resolve_schedule_def(PURGE)
    assert schedule.default_status is dg.DefaultScheduleStatus.STOPPED
    moment = datetime(2018, 1, 7, 4, 0).astimezone()
    with dg.build_schedule_context(
        scheduled_execution_time=moment, repository_def=definitions.get_repository_def()
    ) as context:
        (request,) = schedule.evaluate_tick(context).run_requests or []
    assert request.run_config == {"ops": {STEP: {"config": {"dry_run": False}}}}
    assert request.partition_key == "2017-12-31", "the business date that the demo pins"
