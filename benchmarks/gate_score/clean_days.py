"""Thirty healthy nights in a row: growth, weekends, a promotion, the closed shop at Christmas."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path

from benchmarks.gate_score.base import Instance, good_night
from benchmarks.gate_score.gates import LastGood
from benchmarks.gate_score.score import CleanDay

FIRST_DAY = date(2017, 12, 1)
DAYS = 30
SHORT = "core"
"""The boundary that ends a night which is not run up to publish."""


def run_days(
    instance: Instance, origin: Instance, full_every: int, report: Callable[[CleanDay], None]
) -> list[CleanDay]:
    """Run the nights; each good build is the past of the next.

    Args:
        instance: Where they run.
        origin: Has the company, the compiled project and the seeds.
        full_every: Every n-th night and the one after it run up to publish.
        report: Called after each night.
    """
    instance.root.mkdir(parents=True, exist_ok=True)
    for name in ("project.pickle", "seeds.duckdb"):
        shutil.copyfile(origin.root / name, instance.root / name)
    shutil.copytree(origin.company, instance.company, dirs_exist_ok=True)
    plan = instance.plan()
    kept = instance.root / "days.jsonl"
    found = _read(kept)
    last: LastGood | None = None
    if found:
        until = date.fromisoformat(found[-1].as_of)
        last = LastGood(instance.build(until).folder, until)
    for number in range(len(found), DAYS):
        began = time.perf_counter()
        as_of = FIRST_DAY + timedelta(days=number)
        # In pairs: the second of two finds marts to compare its own with.
        upto = "publish" if number % full_every < 2 else SHORT
        before = last
        last, findings = good_night(instance, plan, as_of, last, upto=upto)
        day = CleanDay(
            as_of.isoformat(),
            upto,
            tuple(f"{each.boundary}: {each.rule}" for each in findings if each.blocks),
            tuple(f"{each.boundary}: {each.rule}" for each in findings if not each.blocks),
            round(time.perf_counter() - began, 1),
        )
        found.append(day)
        with kept.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(day), ensure_ascii=False) + "\n")
        report(day)
        if before is not None:
            shutil.rmtree(before.folder)
            shutil.rmtree(instance.evening(before.as_of))
    return found


def _read(file: Path) -> list[CleanDay]:
    """The nights that a run before this one has done."""
    if not file.exists():
        return []
    lines = map(json.loads, file.read_text("utf-8").splitlines())
    return [
        CleanDay(
            **line
            | {"false_alarms": tuple(line["false_alarms"]), "warnings": tuple(line["warnings"])}
        )
        for line in lines
    ]
