"""What a piece of work costs, beside a floor that is measured in the same run."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Spent:
    """Wall seconds, and CPU seconds over all threads."""

    wall: float
    cpu: float


def measured(work: Callable[[], object]) -> Spent:
    """What a piece of work takes in this process."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Spent(time.perf_counter() - wall, time.process_time() - cpu)


def print_against(floor: Spent, spent: Mapping[str, Spent]) -> None:
    """Print seconds and the ratio of CPU seconds, by name of the work."""
    print(f"\n{'':10} {'seconds':>8} {'CPU s':>8} {'ratio to the floor':>20}")
    for name, one in {"floor": floor, **spent}.items():
        print(f"{name:10} {one.wall:8.1f} {one.cpu:8.1f} {one.cpu / floor.cpu:20.1f}")
