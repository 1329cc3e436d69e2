"""The nightly job with a clock on each step: `python -m pipelines.step_clock`, for benchmarks.

It runs what `make run` runs, in this process, and asks the process's CPU clock whenever Dagster
says that a step begins or ends; the job itself is not changed. The steps of a night follow one
another, so that a step's CPU seconds are those of its threads and of nobody else. Kept in
`<home>/step_clock/<run_id>.json`.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import dagster as dg

from pipelines.definitions import build_definitions
from pipelines.jobs import NIGHTLY
from pipelines.run import run_job
from pipelines.runtime.clock import last_complete_business_date
from pipelines.runtime.settings import Settings, load_settings

TOTAL = "night"
"""Name of the whole night among its steps."""


@dataclass(frozen=True)
class Spent:
    """Seconds of a step, or of a night: of the clock on the wall, and of all threads together."""

    wall: float
    cpu: float


@dataclass
class StepClock:
    """Listens to a run and keeps what each step took."""

    spent: dict[str, Spent] = field(default_factory=dict)
    _began: dict[str, tuple[float, float]] = field(default_factory=dict)

    def hear(self, event: Any) -> None:
        """Take one entry of the run's event log, as it is written."""
        said = event.dagster_event
        if said is None or said.step_key is None:
            return
        if said.event_type is dg.DagsterEventType.STEP_START:
            self.begin(said.step_key)
        elif said.event_type in (
            dg.DagsterEventType.STEP_SUCCESS,
            dg.DagsterEventType.STEP_FAILURE,
        ):
            self.end(said.step_key)

    def begin(self, name: str) -> None:
        """Start the clock of a step."""
        self._began[name] = (time.perf_counter(), time.process_time())

    def end(self, name: str) -> None:
        """Stop the clock of a step that was started."""
        wall, cpu = self._began.pop(name)
        self.spent[name] = Spent(time.perf_counter() - wall, time.process_time() - cpu)


def clock_file(home: Path, run_id: str) -> Path:
    """Where the seconds of a run are kept."""
    return home / "step_clock" / f"{run_id}.json"


def read_clock(home: Path, run_id: str) -> dict[str, Spent]:
    """What each step of a run took, and `night` for all; empty when no clock was on."""
    file = clock_file(home, run_id)
    if not file.is_file():
        return {}
    kept: Mapping[str, Mapping[str, float]] = json.loads(file.read_text())
    return {name: Spent(**seconds) for name, seconds in kept.items()}


def logged_seconds(home: Path, run_id: str) -> dict[str, float]:
    """The same by the wall clock, from the event log of an instance; empty without that run."""
    entries = dg.DagsterInstance.from_config(str(home / "dagster")).all_logs(run_id)
    began: dict[str, float] = {}
    seconds: dict[str, float] = {}
    for entry in entries:
        event = entry.dagster_event
        if event is None or event.step_key is None:
            continue
        if event.event_type is dg.DagsterEventType.STEP_START:
            began[event.step_key] = entry.timestamp
        elif event.event_type is dg.DagsterEventType.STEP_SUCCESS:
            seconds[event.step_key] = entry.timestamp - began[event.step_key]
    times = [entry.timestamp for entry in entries]
    return {**seconds, TOTAL: max(times) - min(times)} if times else {}


def run_night(settings: Settings) -> int:
    """Run the nightly job of the instance's pinned or last business date, and keep its clock."""
    as_of = settings.as_of or last_complete_business_date(settings.timezone)
    instance, run_id, clock = dg.DagsterInstance.get(), str(uuid4()), StepClock()
    instance.add_event_listener(run_id, clock.hear)
    job = build_definitions(settings).resolve_job_def(NIGHTLY)
    clock.begin(TOTAL)
    exit_code = run_job(job, settings, as_of, instance, run_id)
    clock.end(TOTAL)
    file = clock_file(settings.home, run_id)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    seconds = {name: {"wall": s.wall, "cpu": s.cpu} for name, s in clock.spent.items()}
    file.write_text(json.dumps(seconds, indent=1) + "\n")
    return exit_code


if __name__ == "__main__":
    sys.exit(run_night(load_settings()))
