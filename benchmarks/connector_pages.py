"""Connector against a bare loop: 100,000 records in pages of 200, to a typed table without doubles.

    make bench                  prints CPU seconds, peak memory and the ratio to the floor

The floor is what one writes in an afternoon: httpx asks for page after page, json takes it apart
and writes lines, DuckDB reads the lines with declared types and keeps the newest row of each id. No
retries, no checkpoints, no resuming, no row rules, no quarantine, no accounts. Ours is the Zoho CRM
connector through the same landing and loading as every night, then the same newest-row query.
Both read the same server, which runs in a process of its own; each runs in a fresh process.
"""

from __future__ import annotations

import argparse
import gzip
import json
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.pages_server import as_bytes, pages_server, record

if TYPE_CHECKING:
    from assets.raw.contract_model import SourceContract

PROMISE = 1.5
"""docs: at most this many times the CPU of the bare loop."""

FLAT = 1.1
"""docs: ten times the pages take at most this many times the memory."""

COLUMN_TYPES = {
    "Date_of_Birth": "date",
    "Email_Opt_Out": "boolean",
    "Annual_Value": "decimal(18,2)",
    "Created_Time": "timestamp",
    "Modified_Time": "timestamp",
}
LOOKUPS = ("Account_Name", "Owner")


@dataclass(frozen=True)
class Cost:
    """What a run took: CPU seconds (user and system), seconds on the clock, peak memory in MB."""

    cpu: float
    wall: float
    peak: float
    rows: int


def bare_loop(url: str, folder: Path) -> int:
    """The floor; returns the rows of its table."""
    import duckdb
    import httpx

    lines = folder / "records.ndjson.gz"
    with httpx.Client(base_url=url) as client, gzip.open(lines, "wb", compresslevel=1) as file:
        token: str | None = ""
        while token is not None:
            answer = client.get("/crm/v8/Contacts", params={"page_token": token}).json()
            file.writelines(
                json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in answer["data"]
            )
            info = answer["info"]
            token = info["next_page_token"] if info["more_records"] else None
    columns = {name: COLUMN_TYPES.get(name, "varchar") for name in record(0)}
    columns |= {"Created_Time": "timestamptz", "Modified_Time": "timestamptz"}
    columns |= dict.fromkeys(LOOKUPS, "struct(id varchar)")
    with duckdb.connect(str(folder / "floor.duckdb")) as con:
        con.execute(f"""
            create table contacts as
            select * from read_ndjson('{lines}', columns = {columns})
            qualify row_number() over (partition by id order by Modified_Time desc) = 1
        """).fetchall()
        return int(con.execute("select count(*) from contacts").fetchall()[0][0])


def contract_of(url: str) -> SourceContract:
    """A source with the one object that both sides read."""
    from assets.raw.contract_model import SourceContract

    columns = [
        {
            "name": name.lower(),
            "header": f"{name}.id" if name in LOOKUPS else name,
            "type": COLUMN_TYPES.get(name, "varchar"),
        }
        for name in record(0)
    ]
    credentials = {"client_id": "a", "client_secret": "b", "refresh_token": "c"}
    return SourceContract.model_validate(
        {
            "source": "benchmark",
            "description": "Contacts",
            "connection": {
                "system": "zoho_crm",
                "accounts_url": url,
                **credentials,
                "bulk_above": None,
                "http": {"calls": 100_000},
            },
            "objects": {
                "contacts": {
                    "description": "One row per contact",
                    "stream": "Contacts",
                    "delivery": "increment",
                    "columns": columns,
                    "key": ["id"],
                    "version": "modified_time",
                }
            },
        }
    )


def pull_alone(url: str, folder: Path) -> int:
    """Only the pages; returns the records that landed."""
    from assets.raw.streams import pull_object
    from pipelines.runtime.clock import utc_now

    contract = contract_of(url)
    return pull_object(folder, contract, "contacts", lambda name: None, utc_now).records


def connector(url: str, folder: Path) -> int:
    """Ours; returns the rows of its table."""
    import duckdb

    from assets.raw.loading import load_object
    from assets.raw.streams import pull_object
    from pipelines.runtime.clock import utc_now

    contract = contract_of(url)
    landed = pull_object(folder, contract, "contacts", lambda name: None, utc_now)
    with duckdb.connect(str(folder / "warehouse.duckdb")) as con:
        con.execute("set timezone = 'UTC'").fetchall()
        con.execute(f"attach '{folder / 'vault.duckdb'}' as vault").fetchall()
        obj = contract.objects["contacts"]
        load_object(con, "benchmark", "contacts", obj, landed, "benchmark", folder)
        con.execute("""
            create table contacts as
            select * from vault.raw.benchmark__contacts
            qualify row_number() over (partition by id order by modified_time desc) = 1
        """).fetchall()
        return int(con.execute("select count(*) from contacts").fetchall()[0][0])


def measured(work: Callable[[str, Path], int], url: str) -> Cost:
    """The cost of a piece of work in a process of its own, its imports included."""
    context = multiprocessing.get_context("spawn")
    queue: multiprocessing.Queue[Cost] = context.Queue()
    process = context.Process(target=_measure, args=(work, url, queue))
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(f"{work.__name__} failed with exit code {process.exitcode}")
    return queue.get()


def _measure(
    work: Callable[[str, Path], int], url: str, queue: multiprocessing.Queue[Cost]
) -> None:
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        rows = work(url, Path(folder))
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = used.ru_utime + used.ru_stime
    queue.put(Cost(cpu, time.perf_counter() - began, used.ru_maxrss / 1024, rows))


def main(arguments: list[str] | None = None) -> int:
    """The command.

    The exit code is 1 when a promise is not kept, and 2 when the sides do not hold the same rows.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks.connector_pages")
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--page-size", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    size = len(as_bytes(0))
    print(f"{options.records:,} records of {size} bytes in pages of {options.page_size}, ", end="")
    print(f"{options.rounds} rounds, best of each, {os.cpu_count()} cores")
    with pages_server(options.records, options.page_size) as url:
        rounds = [
            (measured(bare_loop, url), measured(connector, url)) for _ in range(options.rounds)
        ]
        whole = measured(pull_alone, url)
    with pages_server(options.records // 10, options.page_size) as url:
        tenth = measured(pull_alone, url)
    floor = min((floor for floor, _ in rounds), key=lambda cost: cost.cpu)
    ours = min((ours for _, ours in rounds), key=lambda cost: cost.cpu)
    for name, cost in (("bare loop", floor), ("connector", ours)):
        print(
            f"{name:<10} {cost.cpu:6.2f} CPU s {cost.wall:6.2f} s {cost.peak:7.0f} MB peak"
            f" {cost.rows:>9,} rows"
        )
    for name, cost in (("tenth", tenth), ("whole", whole)):
        print(f"pull {name:<5} {cost.cpu:6.2f} CPU s {cost.wall:6.2f} s {cost.peak:7.0f} MB peak")
    growth = whole.peak / tenth.peak
    print(f"memory     {growth:6.2f} times that of a tenth of the pages (promised: {FLAT})")
    ratio = ours.cpu / floor.cpu
    print(f"ratio      {ratio:6.2f} times the CPU of the bare loop (promised: {PROMISE})")
    if not floor.rows == ours.rows == whole.rows == options.records:
        return 2
    return 0 if ratio <= PROMISE and growth <= FLAT else 1


if __name__ == "__main__":
    sys.exit(main())
