"""How long the erasure of one person 删除 takes, against a physical floor: `make bench-erasure`.

Takes the published build of an instance (`make run CUSTOMERS=100000` makes one of that size) and
what landed, copies both, and erases from the copy the customer who stands in most sources. The
floor, measured in the same run: DuckDB leaves deleted rows in its file, so every table of the build
and of the publication has to be copied once. Printed are seconds, CPU seconds, the ratio, and what
it comes to for a million customers.
"""

from __future__ import annotations

import resource
import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path

import duckdb

from assets.privacy.erasure.erase import erase
from assets.privacy.subject.live import live_connection
from assets.privacy.subject.request import Request
from assets.raw.contract import load_contracts
from benchmarks.against_floor import Spent, measured, print_against
from pipelines.backup.suppression_replay import replay_needed
from pipelines.runtime.builds import Build
from pipelines.runtime.databases import attach, attached, connect
from pipelines.runtime.private_files import make_private_folder
from pipelines.runtime.settings import Settings, load_settings

MILLION = 1_000_000
ENOUGH = 100_000
"""Customers; with fewer, what an erasure costs in any case would be multiplied."""

TARGET_MINUTES = 10
NOT_COPIED = {"dagster", "demo", "exports", "quality", "requests", "work"}
"""Folders of an instance that an erasure does not read."""


def copy_live(settings: Settings, target: Path) -> Settings:
    """A copy of the instance without older builds; the settings of it."""
    live = settings.publish_current.resolve().name

    def passed_over(folder: str, names: list[str]) -> set[str]:
        place = Path(folder)
        if place == settings.home:
            return NOT_COPIED & set(names)
        if place.name in ("builds", "publish") and place.parent == settings.home:
            return set(names) - {live, "current"}
        return set()

    shutil.copytree(settings.home, target, symlinks=True, ignore=passed_over)
    return settings.model_copy(update={"home": target})


def floor(settings: Settings, build: Build, scratch: Path) -> Spent:
    """Copy every table of the build and of the publication."""
    files = [build.vault_path, build.warehouse_path, settings.publish_current / "marts.duckdb"]
    new = scratch / "new.duckdb"

    def copy() -> None:
        with connect(scratch / "spill", settings.memory_limit, settings.threads) as con:
            for file in files:
                attach(con, new, "new", writable=True)
                with attached(con, file, "old"):
                    con.execute("copy from database old to new").fetchall()
                con.execute("detach new").fetchall()
                new.unlink()

    return measured(copy)


def whom(con: duckdb.DuckDBPyConnection) -> tuple[int, str]:
    """How many customers there are, and the key of the one who stands in most sources."""
    [(count,)] = con.execute(
        "select count(*) from warehouse.core.dim_customers where is_counted"
    ).fetchall()
    [(key,)] = con.execute(
        "select customer_key from vault.identity.customers_map where is_current"
        " group by customer_key"
        " order by count(distinct source) desc, count(*) desc, customer_key limit 1"
    ).fetchall()
    return count, key


def main() -> int:
    """Measure and print; exit code 1 when a million customers would take longer than promised."""
    settings = load_settings()
    work = make_private_folder(settings.home / "work")
    with tempfile.TemporaryDirectory(dir=work, prefix="bench-erasure-") as folder:
        copied = copy_live(settings, Path(folder) / "instance")
        with live_connection(copied) as (con, build):
            customers, key = whom(con)
        lowest = floor(copied, build, Path(folder))
        contracts = load_contracts(copied.sources)
        spent = measured(
            partial(erase, copied, contracts, Request(customer_key=key), replay_needed)
        )
    print(f"One of {customers:,} customers")
    print_against(lowest, {"erasure": spent})
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"\nAt most {peak:.1f} GB of memory (C360_MEMORY_LIMIT bounds what DuckDB takes of it)")
    if customers < ENOUGH:
        print(f"Too few to tell of a million: `make run CUSTOMERS={ENOUGH}` before")
        return 0
    minutes = spent.wall * MILLION / customers / 60
    print(f"A million customers, if it grows alike: {minutes:.0f} min (target {TARGET_MINUTES})")
    return 0 if minutes <= TARGET_MINUTES else 1


if __name__ == "__main__":
    sys.exit(main())
