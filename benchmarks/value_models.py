"""How fast customer value is: purchase days to a table of predictions, against a physical floor.

    python -m benchmarks.value_models [--customers 1000000] [--runs 3] [--model mbg_nbd]

A company is generated (2.35 orders a customer, behaving as BG/NBD says) and lies in a database on
disk, as dbt leaves it. Measured, each run in a process of its own: CPU seconds over all threads of
summaries, fit of purchases and of spend, and scoring, and the peak of memory. The floor, measured
likewise, is what nobody can do without: read the purchases, group them by customer, and write a
table as wide. Medians are printed.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import duckdb

UNTIL = date(2026, 6, 30)
DAYS = 728
"""Customers come in on each of the days before UNTIL alike."""
PARAMETERS = (0.243, 4.414, 0.793, 2.426)
BLOCK = 1_000_000
PURCHASES = "company.core.customer_purchase_days"


@dataclass(frozen=True)
class Spent:
    """CPU seconds of each step, and the memory peak of the process in MB."""

    steps: dict[str, float]
    peak: float

    @property
    def cpu(self) -> float:
        """CPU seconds of all steps."""
        return sum(self.steps.values())


def connect(folder: Path) -> duckdb.DuckDBPyConnection:
    """The company's database, with the settings that a night has on a small machine."""
    memory = 2000 if (folder / "large").exists() else 300
    con = duckdb.connect(
        config={
            "threads": 2,
            "memory_limit": f"{memory}MB",
            "temp_directory": str(folder / "spill"),
            "preserve_insertion_order": False,
        }
    )
    con.execute("set enable_progress_bar = false").fetchall()
    con.execute(f"attach '{folder / 'company.duckdb'}' as company").fetchall()
    return con


def make_company(folder: Path, customers: int) -> int:
    """Purchase days of so many customers, simulated; gives how many there are."""
    import numpy as np

    from assets.enrich.arrays import shown

    if customers > 2_000_000:
        (folder / "large").touch()
    con = connect(folder)
    con.execute("create schema company.core").fetchall()
    con.execute(
        f"create table {PURCHASES} (customer_key varchar, as_of_date date, purchased_on date,"
        " order_count integer, net_amount decimal(18, 2), margin_amount decimal(18, 2),"
        " channel_id varchar)"
    ).fetchall()
    random = np.random.default_rng(20260630)
    r, alpha, a, b = PARAMETERS
    for start in range(0, customers, BLOCK):
        size = min(BLOCK, customers - start)
        rate = random.gamma(r, 1 / alpha, size)
        stop = random.beta(a, b, size)
        mean = 15.44 / random.gamma(3.74, 1.0, size) * 6.25
        there = np.arange(size)
        when = random.integers(0, DAYS, size).astype(np.float64)
        bought, days = [there], [when]
        while len(there):
            when = when + random.exponential(7 / rate[there])
            goes_on = when < DAYS
            there, when = there[goes_on], when[goes_on]
            bought.append(there)
            days.append(when)
            stays = random.random(len(there)) >= stop[there]
            there, when = there[stays], when[stays]
        who, day = np.concatenate(bought), np.concatenate(days).astype(np.int32)
        amount = mean[who] * random.gamma(6.25, 1 / 6.25, len(who))
        block: dict[str, Any] = {"who": who + start, "day": day, "amount": np.round(amount, 2)}
        with shown(con, "block", block):
            con.execute(
                f"""
                insert into {PURCHASES}
                select
                    'C' || left(md5(who::varchar), 16),
                    date '{UNTIL}',
                    date '{UNTIL}' - {DAYS - 1} + day,
                    count(*),
                    sum(amount::decimal(18, 2)),
                    sum((0.4 * amount)::decimal(18, 2)),
                    if(who % 3 = 0, 'shop', 'web')
                from block
                group by who, day
                order by hash(who, day)
                """
            ).fetchall()
    con.execute("checkpoint company").fetchall()
    [(purchases,)] = con.execute(f"select count(*) from {PURCHASES}").fetchall()
    return int(purchases)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def floor(folder: Path) -> Spent:
    """Read, group by customer, write as many columns of the same kinds."""
    con = connect(folder)
    before = time.process_time()
    numbers = ", ".join(
        f"(sum(net_amount) / {number})::decimal(18, 2) as amount_{number},"
        f" round(count(*) / {number}.0::double, 6) as number_{number}"
        for number in range(1, 12)
    )
    con.execute(
        f"""
        create or replace table company.core.floor as
        select
            customer_key,
            min(channel_id) as segment,
            'model' as model_name,
            'model' as spend_model_name,
            min(purchased_on) as first_on,
            max(purchased_on) as last_on,
            {numbers}
        from {PURCHASES}
        group by customer_key
        """
    ).fetchall()
    con.execute("checkpoint company").fetchall()
    return Spent({"floor": time.process_time() - before}, _peak())


def engine(folder: Path, model: str) -> Spent:
    """The whole way from purchase days to predictions, as a night goes it."""
    from assets.enrich.lifetime_value.fallback import purchases_to_use, spend_to_use
    from assets.enrich.lifetime_value.fit import ALL, MODELS, fit_purchases, fit_spend
    from assets.enrich.lifetime_value.scoring import Inputs, score
    from assets.enrich.lifetime_value.settings import ValueSettings
    from assets.enrich.lifetime_value.spend import read_company
    from assets.enrich.lifetime_value.summaries import read_groups, read_spends, summarise

    con, settings = connect(folder), ValueSettings()
    steps, before = {}, time.process_time()

    def lap(name: str) -> None:
        nonlocal before
        now = time.process_time()
        steps[name], before = now - before, now

    summarise(con, PURCHASES, UNTIL)
    lap("summaries")
    groups = read_groups(con)
    fit = purchases_to_use(fit_purchases(MODELS[model], groups), groups)
    lap("fit")
    mean = read_company(con, settings).mean_amount
    spend = spend_to_use(fit_spend(read_spends(con, repeat_only=False), repeat_only=False), mean)
    lap("fit of spend")
    score(con, Inputs({ALL: fit}, spend, UNTIL), settings, "company.core.predictions")
    con.execute("checkpoint company").fetchall()
    lap("scores")
    if not (fit.converged and spend.converged):
        raise SystemExit(f"{fit.message} {spend.message}")
    return Spent(steps, _peak())


def _load_libraries() -> None:
    """A nightly process has them loaded, whatever the number of customers."""
    import pyarrow.compute  # noqa: F401
    import scipy.special  # noqa: F401


def _alone(work: str, *arguments: object) -> Spent:
    with ProcessPoolExecutor(1, get_context("spawn"), _load_libraries) as process:
        spent: Spent = process.submit(globals()[work], *arguments).result()
        return spent


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--model", default="mbg_nbd")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        with ProcessPoolExecutor(1, get_context("spawn")) as process:
            purchases = process.submit(make_company, folder, asked.customers).result()
        print(f"{asked.customers:,} customers, {purchases:,} purchase days, {asked.model}")
        floors = [_alone("floor", folder) for _ in range(asked.runs)]
        runs = [_alone("engine", folder, asked.model) for _ in range(asked.runs)]
    least = statistics.median(spent.cpu for spent in floors)
    print(f"{'floor':>14} {least:7.2f} CPU s  peak {max(one.peak for one in floors):6.0f} MB")
    for name in runs[0].steps:
        print(f"{name:>14} {statistics.median(one.steps[name] for one in runs):7.2f} CPU s")
    cpu = statistics.median(one.cpu for one in runs)
    print(
        f"{'all':>14} {cpu:7.2f} CPU s  peak {max(one.peak for one in runs):6.0f} MB"
        f"  {cpu / least:.1f} x the floor"
    )


if __name__ == "__main__":
    main()
