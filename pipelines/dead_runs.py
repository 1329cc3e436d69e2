"""Runs of `make run` whose process was killed: they are marked failed and give their slots back.

Without this a killed run keeps the slot of the writer, and the next `make run` waits forever.
Runs that Dagster's daemon started are the daemon's own business (run monitoring).
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

import dagster as dg

PROCESS_TAG = "c360/process"


def process_tag() -> dict[str, str]:
    """The tag by which this process's run is recognised."""
    return {PROCESS_TAG: f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}"}


def bury_dead_runs(instance: dg.DagsterInstance) -> list[str]:
    """Mark as failed every unfinished run of this machine whose process is gone.

    Returns:
        Their run ids.
    """
    unfinished = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED])
    dead = [run for run in instance.get_runs(filters=unfinished) if _is_dead(run)]
    for run in dead:
        instance.report_run_failed(run, "The process of this run is gone.")
        instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
    return [run.run_id for run in dead]


def _is_dead(run: dg.DagsterRun) -> bool:
    host, _, process = run.tags.get(PROCESS_TAG, "").partition(":")
    if host != socket.gethostname():
        return False
    pid, _, started = process.partition(":")
    return _started(int(pid)) != started


def _started(pid: int) -> str:
    """When a process started, in clock ticks since boot; empty when there is no such process.

    A process id alone is used again by the system; see proc(5), field 22 of stat.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return ""
    return stat.rpartition(")")[2].split()[19]
