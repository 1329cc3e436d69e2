"""How many faults the gates stop, and how many healthy nights they hold up: `make gate-score`.

    python -m benchmarks.gate_score [--only faults|days] [--workers 2] [--out score.json]

Puts every kind of fault of the catalogue into a night of a small company and runs it through the
real gates; then runs 30 healthy business dates. Exit code 1 when fewer than 95 % of the kinds are
stopped, or when a rule of severity error fails on a healthy night.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.gate_score.score import CleanDay, Verdict, as_json, as_text, passes

if TYPE_CHECKING:
    from benchmarks.gate_score.base import Instance


def main(arguments: list[str] | None = None) -> int:
    """Run what is asked for; 1 when the gates are not good enough."""
    options = _parse(arguments)
    os.environ.update(C360_ENV_FILE="demo/demo.env", GX_ANALYTICS_ENABLED="False", DO_NOT_TRACK="1")
    from benchmarks.gate_score.base import Instance, prepare

    began = time.perf_counter()
    with ExitStack() as stack:
        root = options.root or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        instance = Instance(root)
        prepare(instance)
        _say(f"prepared in {time.perf_counter() - began:.0f} s")
        verdicts, days = _both(instance, options)
    _say(as_text(verdicts, days))
    if options.out:
        options.out.write_text(json.dumps(as_json(verdicts, days), indent=1, ensure_ascii=False))
    return 0 if passes(verdicts, days) else 1


def _both(instance: Instance, options: argparse.Namespace) -> tuple[list[Verdict], list[CleanDay]]:
    """Faults here, and the clean days, which wait for each other, in a process beside them."""
    if options.only == "faults":
        return _faults(instance, options.workers, options.kinds), []
    if options.only == "days" or options.workers == 1:
        verdicts = [] if options.only else _faults(instance, 1, options.kinds)
        return verdicts, _days(instance, options.full_every)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as beside:
        days = beside.submit(_days, instance, options.full_every)
        return _faults(instance, options.workers - 1, options.kinds), days.result()


def _faults(instance: Instance, workers: int, kinds: Sequence[str] | None) -> list[Verdict]:
    from benchmarks.gate_score.many import prepare_ground, try_all

    began = time.perf_counter()
    ground = prepare_ground(instance)
    _say(f"the nights before in {time.perf_counter() - began:.0f} s")
    began = time.perf_counter()
    verdicts = try_all(ground, workers, kinds, _say_verdict)
    _say(f"{len(verdicts)} faults in {time.perf_counter() - began:.0f} s")
    return verdicts


def _days(instance: Instance, full_every: int) -> list[CleanDay]:
    from benchmarks.gate_score.base import Instance
    from benchmarks.gate_score.clean_days import run_days

    began = time.perf_counter()
    days = run_days(Instance(instance.root / "clean"), instance, full_every, _say_day)
    _say(f"{len(days)} clean days in {time.perf_counter() - began:.0f} s")
    return days


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gate_score", description=__doc__)
    parser.add_argument("--only", choices=("faults", "days"), help="only one of the two halves")
    parser.add_argument(
        "--workers", type=int, default=1, help="processes; with two, one runs the days"
    )
    parser.add_argument("--kinds", nargs="+", help="only these kinds of faults")
    parser.add_argument(
        "--full-every",
        type=int,
        default=5,
        help="every n-th clean day and the next run up to publish, others up to core (default 5)",
    )
    parser.add_argument(
        "--root", type=Path, help="folder to work in; a run that was cut goes on from there"
    )
    parser.add_argument("--out", type=Path, help="JSON file to write")
    return parser.parse_args(arguments)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _say_verdict(verdict: Verdict) -> None:
    rules = ", ".join(verdict.rules[:3])
    _say(f"{verdict.outcome:<12}{verdict.kind:<32}{verdict.where:<16}{rules} {verdict.seconds} s")


def _say_day(day: CleanDay) -> None:
    alarms = "; ".join(day.false_alarms) or "no false alarm"
    _say(f"{day.as_of} up to {day.upto}: {alarms}, {day.seconds} s")


if __name__ == "__main__":
    sys.exit(main())
