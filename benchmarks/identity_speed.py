"""How fast identity resolution is: two nights of a generated company, against a physical floor.

    python -m benchmarks.identity_speed [--records 1000000] [--growth]

CPU seconds over all threads of standardise + link + cluster + keys and of the golden record, first
night and second night (3 % new, 0.5 % gone, 1 % of the telephones cleared), and the peak of memory.
The floor, measured in the same process, is what nobody can do without: read the records, group
the identifiers, join what is linked and write one key for each record.
`--growth` repeats it with three times the records and prints the ratio.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.identity_golden import golden_record, make_profiles

IDENTIFIERS = ("phone", "email", "unionid", "weibo_uid", "device_id")


def cpu(work: Callable[[], Any]) -> float:
    """CPU seconds of a piece of work, all threads."""
    before = time.process_time()
    work()
    return time.process_time() - before


def open_vault(path: Path, people: Path) -> duckdb.DuckDBPyConnection:
    """A new vault on disk, as a nightly run makes one, with the people as dbt would hand over."""
    con = duckdb.connect(config={"temp_directory": str(path.parent / "spill")})
    for statement in (
        "set enable_progress_bar = false",
        f"attach '{path}' as vault",
        "create schema vault.identity",
        "create schema vault.accounting",
        "create table vault.accounting.pseudonym_pads as"
        " select repeat('a', 64)::blob as ipad, repeat('b', 64)::blob as opad",
        f"create table vault.identity.people as select * from read_parquet('{people}')",
    ):
        con.execute(statement).fetchall()
    return con


def floor(people: Path, folder: Path) -> float:
    """CPU seconds of reading, grouping five identifiers, union-find and one write."""
    from assets.enrich.identity.cluster.interface import cluster

    con = open_vault(folder / "floor.duckdb", people)

    def work() -> None:
        con.execute(
            "create temp table identity_nodes as"
            " select (row_number() over () - 1)::integer as node, * from vault.identity.people"
        ).fetchall()
        stars = " union all ".join(
            f"select node, min(node) over (partition by {name}) as center from identity_nodes"
            f" where {name} is not null"
            for name in IDENTIFIERS
        )
        con.execute(
            "create temp table identity_accepted as"
            f" select node as a, center as b from ({stars}) where node <> center"
        ).fetchall()
        cluster(con)
        con.execute(
            "create table vault.identity.keys as"
            " select source, source_record_id, founder from identity_nodes"
            " join identity_clusters using (node)"
        ).fetchall()

    spent = cpu(work)
    con.close()
    return spent


def night(folder: Path, people: Path, number: int) -> dict[str, float]:
    """CPU seconds of one night on a ledger and on the vault of the night before."""
    from assets.enrich.identity.inputs import Inputs
    from assets.enrich.identity.keys.ledger import append, read_ledger
    from assets.enrich.identity.resolve import resolve

    con = open_vault(folder / f"vault{number}.duckdb", people)
    before = folder / f"vault{number - 1}.duckdb"
    if before.exists():
        con.execute(f"attach '{before}' as vault_before (read_only)").fetchall()

    def engine() -> None:
        read_ledger(con, str(folder / "ledger" / "*.parquet"))
        resolve(
            con,
            Inputs("vault.identity.people"),
            date(2026, 1, number),
            "UTC",
            cache_schema="vault_before.identity" if before.exists() else None,
        )
        append(con, folder / "ledger", f"run{number}")

    spent = {"engine": cpu(engine)}
    make_profiles(con)
    spent["golden"] = cpu(lambda: golden_record(con, folder / f"dbt{number}"))
    con.close()
    return spent


def measure(records: int) -> float:
    """Run both nights in this process; print, and give the second night's CPU seconds."""

    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        subprocess.run(
            [sys.executable, "-c", _MAKE.format(folder=folder, records=records)], check=True
        )
        least = floor(folder / "one" / "people.parquet", folder)
        first = night(folder, folder / "one" / "people.parquet", 1)
        second = night(folder, folder / "two" / "people.parquet", 2)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024
    for name, spent in (("first night", first), ("second night", second)):
        total = sum(spent.values())
        print(
            f"{records:>9,} records  {name:<13}"
            f" standardise+link+cluster+keys {spent['engine']:6.2f}"
            f"  golden {spent['golden']:6.2f}  all {total:6.2f} CPU s"
            f"  {total / least:5.1f} x the floor of {least:.2f}",
            flush=True,
        )
    print(f"{records:>9,} records  peak memory {peak:.2f} GB", flush=True)
    return sum(second.values())


_MAKE = (
    "from pathlib import Path\n"
    "from benchmarks.identity_world.people_speed import next_night, write_million\n"
    "folder = Path('{folder}')\n"
    "write_million(folder / 'one', {records}, 1)\n"
    "next_night(folder / 'one', folder / 'two', 2)\n"
)
"""The data are made in a process of their own, so that their memory is not counted."""


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--growth", action="store_true")
    asked = parser.parse_args()
    once = measure(asked.records)
    if asked.growth:
        thrice = measure(3 * asked.records)
        print(f"growth to three times the records: {thrice / once:.2f} x")


if __name__ == "__main__":
    main()
