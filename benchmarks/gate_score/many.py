"""All faults, one after another or in two processes: each has a copy of the night of its own."""

from __future__ import annotations

import json
import multiprocessing
import pickle
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path

from benchmarks.gate_score.base import Instance, NightFailedError, good_night
from benchmarks.gate_score.catalogue import BUILT, DELIVERED
from benchmarks.gate_score.faults import FAULTS
from benchmarks.gate_score.gates import Finding, LastGood
from benchmarks.gate_score.night import Plan
from benchmarks.gate_score.score import Verdict
from benchmarks.gate_score.trial import Ground, try_fault

FAULT_DATE = date(2017, 12, 20)
"""A Wednesday on which nothing is special."""

NIGHTS_BEFORE = 2


def prepare_ground(instance: Instance) -> Ground:
    """Run the good nights, the last of them the one that faults are put into.

    Raises:
        NightFailedError: a rule stops a good night already; faults would prove nothing.
    """
    kept = instance.root / "ground.pickle"
    if kept.exists():
        ground: Ground = pickle.loads(kept.read_bytes())  # nosec B301 # our own file
        return ground
    plan = instance.plan()
    last: LastGood | None = None
    before: LastGood | None = None
    findings: list[Finding] = []
    for back in range(NIGHTS_BEFORE, -1, -1):
        as_of = FAULT_DATE - timedelta(days=back)
        if back == 0:
            shutil.copytree(instance.root / "home" / "landing", instance.root / "landing_before")
            before = last
        last, findings = good_night(instance, plan, as_of, last, commits=back > 0)
        stopped = [f"{each.rule}: {each.said}" for each in findings if each.blocks]
        if stopped:
            raise NightFailedError(f"the good night of {as_of} is stopped: {'; '.join(stopped)}")
    assert before is not None
    warnings = frozenset((each.boundary, each.rule) for each in findings)
    ground = Ground(instance, FAULT_DATE, before, warnings)
    kept.write_bytes(pickle.dumps(ground))
    return ground


def stage_of(kind: str) -> str:
    """Where a kind of fault is put in."""
    if kind in FAULTS.delivered:
        return "delivered"
    return FAULTS.built[kind][0].split(".")[1]


def try_all(
    ground: Ground,
    workers: int,
    kinds: Sequence[str] | None,
    report: Callable[[Verdict], None],
) -> list[Verdict]:
    """The verdicts in the order of the catalogue; what a run before this one tried is kept."""
    wanted = [each.name for each in (*DELIVERED, *BUILT) if not kinds or each.name in kinds]
    kept = ground.instance.root / "verdicts.jsonl"
    found = {verdict.kind: verdict for verdict in _read(kept) if verdict.kind in wanted}
    names = [name for name in wanted if name not in found]

    def keep(verdict: Verdict) -> None:
        found[verdict.kind] = verdict
        with kept.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(verdict), ensure_ascii=False) + "\n")
        report(verdict)

    if workers == 1:
        plan = _plan(ground)
        for name in names:
            keep(_try(ground, plan, name))
    else:
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(
            workers, mp_context=spawn, initializer=_start, initargs=(ground,)
        ) as pool:
            for done in as_completed([pool.submit(_try_in_worker, name) for name in names]):
                keep(done.result())
    return [found[name] for name in wanted]


def _read(file: Path) -> list[Verdict]:
    if not file.exists():
        return []
    lines = map(json.loads, file.read_text("utf-8").splitlines())
    return [Verdict(**{**line, "rules": tuple(line["rules"])}) for line in lines]


def _plan(ground: Ground) -> Plan:
    return ground.instance.plan()


def _try(ground: Ground, plan: Plan, name: str) -> Verdict:
    scratch: Path = ground.instance.root / "trials" / name
    return try_fault(ground, plan, name, stage_of(name), scratch)


_WORKER: list[tuple[Ground, Plan]] = []


def _start(ground: Ground) -> None:
    _WORKER.append((ground, _plan(ground)))


def _try_in_worker(name: str) -> Verdict:
    ground, plan = _WORKER[0]
    return _try(ground, plan, name)
