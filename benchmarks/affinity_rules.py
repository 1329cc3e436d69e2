"""Are our association rules those of mlxtend, and what does each cost?

    python -m benchmarks.affinity_rules [--orders folder] [--support 0.005]

Both get the same baskets at category level: those of the Complete Journey transactions, from the
package that the demo generator reads. Ours is the SQL of the model product_affinity as dbt compiles
it, mlxtend's is fpgrowth with association_rules. Printed are pairs, the largest difference of any
measure, CPU seconds of both and their ratio; the exit code is 1 when the pairs differ or ours costs
more than 1/15.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb

from assets.warehouse.project import run_dbt
from demo.journey import find_journey
from pipelines.runtime.settings import PROJECT_ROOT

PROJECT = PROJECT_ROOT / "dbt_project"
RATIO_MAX = 1 / 15

Pair = tuple[str, str]
Measures = tuple[float, ...]
"""Support, confidence, lift, leverage and conviction (infinite as 0) of one direction."""


def affinity_sql(folder: Path) -> str:
    """The SQL of product_affinity as dbt compiles it.

    Args:
        folder: scratch folder for dbt's build and target.

    Raises:
        SystemExit: dbt could not compile it.
    """
    for name in ("vault", "warehouse"):
        duckdb.connect(str(folder / f"{name}.duckdb")).close()
    outcome = run_dbt(
        [
            *("--log-level", "none", "compile", "--select", "product_affinity"),
            *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
            *("--target-path", str(folder / "target"), "--log-path", str(folder / "log")),
            *("--vars", json.dumps({"build_dir": str(folder)})),
        ]
    )
    if not outcome.success:
        raise SystemExit(f"dbt: {outcome.exception or outcome.result}")
    results: Any = getattr(outcome.result, "results", None) or []
    return str(results[0].node.compiled_code)


def world(support: float, count_min: int = 1) -> duckdb.DuckDBPyConnection:
    """A warehouse in memory with the seed and empty baskets, as product_affinity reads them."""
    con = duckdb.connect()
    for statement in (
        "set threads = 1",
        "attach ':memory:' as warehouse",
        "create schema warehouse.core",
        "create schema warehouse.marts",
        "create schema warehouse.reference",
        "create table warehouse.core.dim_products (product_id varchar, product_type varchar)",
        "create table warehouse.marts.basket_items (basket_number integer,"
        " product_category varchar, product_id varchar, ordered_date date)",
        "create table warehouse.reference.affinity_rules as select 'category' as affinity_level,"
        f" 0 as window_days, {support!r}::decimal(9, 6) as support_ratio_min,"
        f" {count_min} as pair_basket_count_min, 23.928::decimal(9, 4) as log_likelihood_ratio_min",
    ):
        con.execute(statement).fetchall()
    return con


def our_rules(con: duckdb.DuckDBPyConnection, sql: str) -> dict[Pair, Measures]:
    """Rules at category level by the model."""
    rows = con.execute(
        "select item, other_item, support_ratio, confidence_ratio, lift, leverage,"
        f" coalesce(conviction, 0) from ({sql}) where affinity_level = 'category'"
    ).fetchall()
    return {(row[0], row[1]): tuple(float(value) for value in row[2:]) for row in rows}


def their_rules(con: duckdb.DuckDBPyConnection, support: float) -> dict[Pair, Measures]:
    """The same by mlxtend: fpgrowth for pairs, then association_rules without a threshold."""
    import numpy as np
    import pandas as pd
    from mlxtend.frequent_patterns import association_rules, fpgrowth

    items = con.execute(
        "select distinct basket_number, product_category from warehouse.marts.basket_items"
        " order by all"
    ).df()
    baskets, rows = np.unique(items["basket_number"], return_inverse=True)
    names, columns = np.unique(items["product_category"], return_inverse=True)
    held = np.zeros((len(baskets), len(names)), dtype=bool)
    held[rows, columns] = True
    frame = pd.DataFrame(held, columns=names)
    frequent = fpgrowth(frame, min_support=support, use_colnames=True, max_len=2)
    if not (frequent["itemsets"].map(len) == 2).any():
        return {}
    rules = association_rules(frequent, metric="support", min_threshold=support)
    return {
        (next(iter(row.antecedents)), next(iter(row.consequents))): (
            row.support,
            row.confidence,
            row.lift,
            row.leverage,
            0.0 if np.isinf(row.conviction) else row.conviction,
        )
        for row in rules.itertuples()
    }


def largest_difference(ours: dict[Pair, Measures], theirs: dict[Pair, Measures]) -> float:
    """Of any measure of any rule that both have; above 1 relative to the measure itself."""
    return max(
        (
            abs(one - other) / max(1.0, abs(other))
            for pair in ours.keys() & theirs.keys()
            for one, other in zip(ours[pair], theirs[pair], strict=True)
        ),
        default=0.0,
    )


def _load(con: duckdb.DuckDBPyConnection, orders: Path) -> int:
    con.execute(
        "insert into warehouse.marts.basket_items select dense_rank() over (order by basket_id),"
        " product_category, product_id, date '2017-12-31'"
        f" from read_parquet('{orders}/transactions.parquet') as lines"
        f" inner join read_parquet('{orders}/products.parquet') as products using (product_id)"
        " where quantity > 0 and product_category is not null"
    ).fetchall()
    counts = "select count(distinct basket_number) from warehouse.marts.basket_items"
    [(baskets,)] = con.execute(counts).fetchall()
    return int(baskets)


def main() -> None:
    """Measure, print, and fail where a promise is broken."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--orders", type=Path, help="folder of transactions.parquet")
    parser.add_argument("--support", type=float, default=0.005)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sql = affinity_sql(Path(folder))
    con = world(arguments.support)
    print(
        f"{_load(con, arguments.orders or find_journey()):,} baskets, support {arguments.support}"
    )
    started = time.process_time()
    ours = our_rules(con, sql)
    our_cpu = time.process_time() - started
    started = time.process_time()
    theirs = their_rules(con, arguments.support)
    their_cpu = time.process_time() - started
    print(f"pairs: ours {len(ours) // 2:,}, mlxtend {len(theirs) // 2:,}")
    print(f"same pairs: {ours.keys() == theirs.keys()}")
    print(f"largest difference: {largest_difference(ours, theirs):.1e}")
    ratio = our_cpu / their_cpu
    print(f"CPU s: ours {our_cpu:.2f}, mlxtend {their_cpu:.2f}, ratio 1/{1 / ratio:.0f}")
    if ours.keys() != theirs.keys() or ratio > RATIO_MAX:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
