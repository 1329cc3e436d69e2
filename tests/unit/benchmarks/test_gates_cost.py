"""The cost of the gates is counted from every gate there is, and judged against the limit."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import dagster as dg
import pytest

from assets.raw.contract import load_contracts
from assets.warehouse.project import read_manifest
from benchmarks.gates_cost import BOUNDARIES, LIMIT, Night, report, straight_line
from expectations.defs import boundaries
from pipelines.runtime.settings import PROJECT_ROOT
from pipelines.step_clock import StepClock

SMALL = Night("a" * 36, 1_000, "CPU s", dict.fromkeys(BOUNDARIES, 1.0), 100.0)
LARGE = Night("b" * 36, 11_000, "CPU s", dict.fromkeys(BOUNDARIES, 2.0), 300.0)


def test_every_gate_is_counted() -> None:
    contracts = load_contracts(PROJECT_ROOT / "demo" / "sources")
    assert {each.name for each in boundaries(contracts, read_manifest())} == set(BOUNDARIES)


def test_the_share_is_that_of_the_whole_night() -> None:
    assert SMALL.cost == len(BOUNDARIES)
    assert SMALL.ratio == pytest.approx(0.08)
    assert f"within the limit of {LIMIT:.0%}" in "\n".join(report(SMALL))


def test_what_is_above_the_limit_is_said_to_be() -> None:
    assert "ABOVE the limit" in "\n".join(report(replace(SMALL, total=50.0)))


def test_two_nights_give_a_straight_line() -> None:
    reckoned = straight_line([LARGE, SMALL], 21_000)
    assert reckoned.gates["raw"] == pytest.approx(3.0)
    assert reckoned.total == pytest.approx(500.0)
    assert "reckoned" in report(reckoned)[0]


def test_the_clock_takes_each_step_by_itself() -> None:
    clock = StepClock()
    for kind in (dg.DagsterEventType.STEP_START, dg.DagsterEventType.STEP_SUCCESS):
        clock.hear(
            SimpleNamespace(dagster_event=SimpleNamespace(step_key="gate_raw", event_type=kind))
        )
    clock.hear(SimpleNamespace(dagster_event=None))
    assert set(clock.spent) == {"gate_raw"}
    assert clock.spent["gate_raw"].wall >= 0
