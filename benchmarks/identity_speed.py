"""How fast identity resolution is: two nights of a generated company, against a physical floor.

    python -m benchmarks.identity_speed [--records 1000000] [--growth]

CPU seconds over all threads of standardise + link + cluster + keys and of the golden record, first
night and second night (3 % new, 0.5 % gone, 1 % of the telephones cleared), and the peak of memory.
The floor, measured in the same run, is what nobody can do without: read the records, group the
identifiers, join what is linked and write one key for each record. What it costs to write a night's
tables once more, and nothing else, is printed beside it.
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
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import duckdb

from benchmarks.identity_golden import compile_golden_record, golden_record, make_profiles

LARGE_TABLES = (
    *(f"vault.identity.{table}" for table in ("identifiers", "attributes", "links")),
    "vault.identity.customers_map",
    "vault.vault.customer_pii",
)
"""What a night leaves: a row for every record, identifier, link or customer."""
IDENTIFIERS = ("phone", "email", "unionid", "weibo_uid", "device_id")


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    """A connection with a vault on disk, there or new."""
    con = duckdb.connect(config={"temp_directory": str(path.parent / "spill")})
    con.execute("set enable_progress_bar = false").fetchall()
    con.execute(f"attach '{path}' as vault").fetchall()
    return con


def new_vault(path: Path, people: Path) -> duckdb.DuckDBPyConnection:
    """A new vault on disk, as a nightly run makes one, with the people as dbt would hand over."""
    con = connect(path)
    for statement in (
        "create schema vault.identity",
        "create schema vault.accounting",
        "create table vault.accounting.pseudonym_pads as"
        " select repeat('a', 64)::blob as ipad, repeat('b', 64)::blob as opad",
        f"create table vault.identity.people as select * from read_parquet('{people}')",
        "checkpoint vault",
    ):
        con.execute(statement).fetchall()
    return con


@dataclass(frozen=True)
class Spent:
    """CPU seconds over all threads of a piece of work, and the memory peak of its process in GB."""

    cpu: float
    peak: float


def _measured(work: Callable[[], object]) -> Spent:
    before = time.process_time()
    work()
    spent = time.process_time() - before
    return Spent(spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024)


def floor(folder: Path, people: Path) -> Spent:
    """What reading, grouping five identifiers, union-find and one write cost."""
    from assets.enrich.identity.cluster.interface import cluster

    con = new_vault(folder / "floor.duckdb", people)

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
        con.close()

    return _measured(work)


def engine(folder: Path, people: Path, number: int) -> Spent:
    """What one night costs on a ledger and on the vault of the night before."""
    from assets.enrich.identity.inputs import Inputs
    from assets.enrich.identity.keys.ledger import append, read_ledger
    from assets.enrich.identity.resolve import resolve

    con = new_vault(folder / f"vault{number}.duckdb", people)
    before = folder / f"vault{number - 1}.duckdb"
    if before.exists():
        con.execute(f"attach '{before}' as vault_before (read_only)").fetchall()

    def work() -> None:
        read_ledger(con, str(folder / "ledger" / "*.parquet"))
        resolve(
            con,
            Inputs("vault.identity.people"),
            date(2026, 1, number),
            "UTC",
            cache_schema="vault_before.identity" if before.exists() else None,
        )
        append(con, folder / "ledger", f"run{number}")
        con.close()

    return _measured(work)


def golden(folder: Path, number: int) -> Spent:
    """What the golden record costs on the vault of a night."""
    con = connect(folder / f"vault{number}.duckdb")
    make_profiles(con)
    compile_golden_record(folder / "dbt")
    return _measured(lambda: golden_record(con, folder / "dbt"))


def rewrite(folder: Path, number: int) -> Spent:
    """What writing the large tables of a night again costs, as they are and where they are."""
    from assets.enrich.identity.storage import plain_texts

    con = connect(folder / f"vault{number}.duckdb")

    def work() -> None:
        with plain_texts(con):
            for table in LARGE_TABLES:
                con.execute(f"create table {table}_again as from {table}").fetchall()

    return _measured(work)


def _alone(work: Callable[..., Spent], *arguments: object) -> Spent:
    """Measure in a new process: a nightly run has one for the engine and one for dbt."""
    with ProcessPoolExecutor(1, get_context("spawn"), _load_libraries) as process:
        return process.submit(work, *arguments).result()


def _load_libraries() -> None:
    """Loading libraries depends on no number of records; the nightly process has them loaded."""
    import pyarrow.compute  # noqa: F401
    import scipy.sparse.csgraph  # noqa: F401


def measure(records: int) -> float:
    """Run the floor and both nights; print, and give the second night's CPU seconds."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        subprocess.run(
            [sys.executable, "-c", _MAKE.format(folder=folder, records=records)], check=True
        )
        one, two = (folder / name / "people.parquet" for name in ("one", "two"))
        least = _alone(floor, folder, one)
        nights = [
            (_alone(engine, folder, people, number), _alone(golden, folder, number))
            for number, people in ((1, one), (2, two))
        ]
        written = _alone(rewrite, folder, 2)
    for name, (resolved, survived) in zip(("first", "second"), nights, strict=True):
        total = resolved.cpu + survived.cpu
        print(
            f"{records:>9,} records  {name + ' night':<13}"
            f"  standardise+link+cluster+keys {resolved.cpu:6.2f}"
            f"  golden {survived.cpu:6.2f}  all {total:6.2f} CPU s"
            f"  {total / least.cpu:5.1f} x the floor of {least.cpu:.2f}"
            f"  peak {max(resolved.peak, survived.peak):.2f} GB",
            flush=True,
        )
    print(
        f"{records:>9,} records  to write the second night's tables again and do nothing else:"
        f" {written.cpu:.2f} CPU s",
        flush=True,
    )
    return sum(spent.cpu for spent in nights[1])


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
