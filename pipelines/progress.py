"""One line per stage while the nightly job runs, instead of Dagster's debug log.

A Dagster logger: it is given every event of the run and prints when a stage begins and ends.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Mapping

import dagster as dg

from pipelines.runtime import keys


class StageProgress(logging.Handler):
    """Prints `core  done in 12.3 s (23 assets, 61 checks)` as each stage ends.

    Args:
        stage_of_step: stage of every step of the job.
    """

    def __init__(self, stage_of_step: Mapping[str, str]) -> None:
        super().__init__()
        self._stage_of_step = stage_of_step
        self._stage: str | None = None
        self._began = 0.0
        self._assets = 0
        self._checks = 0
        self._failed: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Take one record of the run; only Dagster's own events count."""
        event = getattr(record, "dagster_event", None)
        if event is None:
            return
        kind = event.event_type
        if kind is dg.DagsterEventType.STEP_START:
            self._enter(self._stage_of_step.get(event.step_key, event.step_key))
        elif kind is dg.DagsterEventType.ASSET_MATERIALIZATION:
            self._assets += 1
        elif kind is dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            self._count_check(event.asset_check_evaluation_data)
        elif kind in (dg.DagsterEventType.RUN_SUCCESS, dg.DagsterEventType.RUN_FAILURE):
            self._leave()

    def _count_check(self, evaluation: dg.AssetCheckEvaluation) -> None:
        self._checks += 1
        if not evaluation.passed and evaluation.severity is dg.AssetCheckSeverity.ERROR:
            self._failed.append(f"{evaluation.asset_key.to_user_string()}: {evaluation.check_name}")

    def _enter(self, stage: str) -> None:
        if stage == self._stage:
            return
        self._leave()
        self._stage, self._began = stage, time.monotonic()
        self._say(f"{_position(stage)} {stage:<9} …")

    def _leave(self) -> None:
        if self._stage is None:
            return
        seconds = time.monotonic() - self._began
        counts = f"{self._assets} assets, {self._checks} checks"
        self._say(f"{_position(self._stage)} {self._stage:<9} done in {seconds:5.1f} s  ({counts})")
        for check in self._failed:
            self._say(f"      failed: {check}")
        self._stage, self._assets, self._checks, self._failed = None, 0, 0, []

    @staticmethod
    def _say(line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def _position(stage: str) -> str:
    number = keys.STAGES.index(stage) + 1 if stage in keys.STAGES else "-"
    return f"[{number}/{len(keys.STAGES)}]"


def stage_logger(stage_of_step: Mapping[str, str]) -> dg.LoggerDefinition:
    """The logger `stages` of a job."""

    # One for all of a process: Dagster makes the logger anew for the run and for its steps.
    progress = StageProgress(stage_of_step)

    @dg.logger(None, description="One line per stage.")
    def stages(_: dg.InitLoggerContext) -> logging.Logger:
        logger = logging.Logger("stages", level=logging.DEBUG)
        logger.addHandler(progress)
        return logger

    return stages
