"""What the gates cost of a night: each boundary's seconds, and their share of the whole.

    python -m benchmarks.gates_cost [HOME ...] [--customers N [--out DIR]]

Takes the published night of each instance, by default the configured one. With `--customers`, a
demo company of that size is made and run in a folder of its own first (`var/gates_cost/N`). CPU
seconds are shown of nights that this command ran, seconds of the wall clock of any other. The floor
is the same night without gates: steps follow one another, so that is the rest of the night. With
nights of two sizes, what each boundary would take at 1M customers is printed too, on the straight
line through the two: reckoned, not measured. Ends with 1 if the largest night, or that line, is
above the limit.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.runtime.settings import PROJECT_ROOT, load_settings
from pipelines.step_clock import TOTAL, logged_seconds, read_clock

LIMIT = 0.15
"""The largest share of a night that gates may take."""

GATE = "gate_"
"""Steps of gates are called so."""

TARGET_CUSTOMERS = 1_000_000

BOUNDARIES = ("raw", "staging", "row_accounting", "identity", "core", "enrich", "marts", "publish")


@dataclass(frozen=True)
class Night:
    """One published night: customers, what was measured, and seconds of each gate and of all."""

    run_id: str
    customers: int
    unit: str
    gates: Mapping[str, float]
    total: float

    @property
    def cost(self) -> float:
        """Seconds of all gates."""
        return sum(self.gates.values())

    @property
    def ratio(self) -> float:
        """Share of the night that is spent in gates."""
        return self.cost / self.total


def measured_night(home: Path) -> Night:
    """The night whose publication is live in an instance."""
    live = home / "publish" / "current"
    if not live.is_symlink():
        raise SystemExit(f"{home} has published nothing: run a night there first")
    run_id = live.readlink().name
    with duckdb.connect(str(live / "marts.duckdb"), read_only=True) as reader:
        ((customers,),) = reader.execute("select count(*) from publish.customer_360").fetchall()
    clock = read_clock(home, run_id)
    unit = "CPU s" if clock else "s"
    seconds = {name: spent.cpu for name, spent in clock.items()} or logged_seconds(home, run_id)
    if not seconds:
        raise SystemExit(f"the event log of {home} has no run {run_id}")
    return Night(
        run_id,
        customers,
        unit,
        {name: seconds.get(f"{GATE}{name}", 0.0) for name in BOUNDARIES},
        seconds[TOTAL],
    )


def run_demo_night(customers: int, out: Path) -> Path:
    """Make a demo company and run a night of it with the clock on; the home of its instance."""
    home = out / "home"
    (home / "dagster").mkdir(parents=True, exist_ok=True)
    shutil.copy(PROJECT_ROOT / ".dagster_home" / "dagster.yaml", home / "dagster")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("C360_")}
    environment = {
        **kept,
        "C360_ENV_FILE": "demo/demo.env",
        "C360_DATA": str(out / "data"),
        "C360_HOME": str(home),
        "DAGSTER_HOME": str(home / "dagster"),
    }
    size = ["--customers", str(customers), "--out", str(out / "data")]
    night = ["demo.servers", sys.executable, "-m", "pipelines.step_clock"]
    for command in (["demo.generate", *size], night):
        subprocess.run(
            [sys.executable, "-m", *command], cwd=PROJECT_ROOT, env=environment, check=True
        )
    return home


def straight_line(nights: Sequence[Night], customers: int) -> Night:
    """What a night of so many customers would take, on the line through two nights."""
    small, large = sorted(nights, key=lambda night: night.customers)

    def at(first: float, second: float) -> float:
        slope = (second - first) / (large.customers - small.customers)
        return max(second + slope * (customers - large.customers), 0.0)

    return Night(
        "",
        customers,
        large.unit,
        {name: at(small.gates[name], large.gates[name]) for name in BOUNDARIES},
        at(small.total, large.total),
    )


def report(night: Night) -> list[str]:
    """The table of one night."""
    what = f"run {night.run_id[:8]}" if night.run_id else "reckoned on the straight line"
    rows = [
        f"  gate_{name:<16}{seconds:>10.1f} {night.unit:<6}{seconds / night.total:>8.1%}"
        for name, seconds in night.gates.items()
    ]
    verdict = "within" if night.ratio <= LIMIT else "ABOVE"
    return [
        f"{night.customers:,} customers, {what}",
        *rows,
        f"  {'all gates':<21}{night.cost:>10.1f} {night.unit:<6}{night.ratio:>8.1%}"
        f"  {verdict} the limit of {LIMIT:.0%}",
        f"  {'the night':<21}{night.total:>10.1f} {night.unit}",
        f"  {'without gates (floor)':<21}{night.total - night.cost:>10.1f} {night.unit}",
        "",
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what the gates cost; the exit code says whether it is within the limit."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gates_cost")
    parser.add_argument("homes", nargs="*", type=Path, help="homes of instances that ran a night")
    parser.add_argument("--customers", type=int, help="make and run a demo company of this size")
    parser.add_argument("--out", type=Path, help="its folder; default: var/gates_cost/N")
    options = parser.parse_args(arguments)
    homes = [home.resolve() for home in options.homes]
    if options.customers:
        out = options.out or PROJECT_ROOT / "var" / "gates_cost" / str(options.customers)
        homes.append(run_demo_night(options.customers, out.resolve()))
    nights = [measured_night(home) for home in homes or [load_settings().home]]
    nights.sort(key=lambda night: night.customers)
    if len({night.unit for night in nights}) > 1:
        raise SystemExit("CPU seconds and seconds of the wall clock cannot be compared")
    shown = list(nights)
    if len(nights) == 2 and nights[0].customers < nights[1].customers:
        shown.append(straight_line(nights, TARGET_CUSTOMERS))
    for night in shown:
        sys.stdout.write("\n".join(report(night)) + "\n")
    return 0 if shown[-1].ratio <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
