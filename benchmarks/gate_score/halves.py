"""The two halves of a score: faults, and healthy days."""

from __future__ import annotations

import multiprocessing
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

from benchmarks.gate_score.base import Instance
from benchmarks.gate_score.clean_days import run_days
from benchmarks.gate_score.many import prepare_ground, try_all
from benchmarks.gate_score.score import CleanDay, Verdict


def both(
    instance: Instance, only: str | None, workers: int, kinds: Sequence[str] | None, full_every: int
) -> tuple[list[Verdict], list[CleanDay]]:
    """Faults here, and the clean days, which wait for each other, in a process beside them.

    Args:
        instance: Has been prepared.
        only: `faults` or `days`; None for both.
        workers: Processes in all.
        kinds: Which faults; None for all.
        full_every: Every n-th clean day and the next run up to publish.
    """
    if only == "faults":
        return _faults(instance, workers, kinds), []
    if only == "days" or workers == 1:
        verdicts = [] if only else _faults(instance, 1, kinds)
        return verdicts, _days(instance, full_every)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as beside:
        days = beside.submit(_days, instance, full_every)
        return _faults(instance, workers - 1, kinds), days.result()


def _faults(instance: Instance, workers: int, kinds: Sequence[str] | None) -> list[Verdict]:
    began = time.perf_counter()
    ground = prepare_ground(instance)
    say(f"the nights before in {time.perf_counter() - began:.0f} s")
    began = time.perf_counter()
    verdicts = try_all(ground, workers, kinds, _say_verdict)
    say(f"{len(verdicts)} faults in {time.perf_counter() - began:.0f} s")
    return verdicts


def _days(instance: Instance, full_every: int) -> list[CleanDay]:
    began = time.perf_counter()
    days = run_days(Instance(instance.root / "clean"), instance, full_every, _say_day)
    say(f"{len(days)} clean days in {time.perf_counter() - began:.0f} s")
    return days


def say(line: str) -> None:
    """Print a line at once: a score takes minutes."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _say_verdict(verdict: Verdict) -> None:
    rules = ", ".join(verdict.rules[:3])
    say(f"{verdict.outcome:<12}{verdict.kind:<32}{verdict.where:<16}{rules} {verdict.seconds} s")


def _say_day(day: CleanDay) -> None:
    alarms = "; ".join(day.false_alarms) or "no false alarm"
    say(f"{day.as_of} up to {day.upto}: {alarms}, {day.seconds} s")
