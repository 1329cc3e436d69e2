"""The association rules of the model are those of mlxtend, on random baskets."""

from __future__ import annotations

import csv
import random

import pytest

from benchmarks.affinity_rules import (
    affinity_sql,
    largest_difference,
    our_rules,
    their_rules,
    world,
)
from pipelines.runtime.settings import PROJECT_ROOT

ITEMS = ["TEA", "MILK", "RICE", "SALT", "OIL", "EGGS", "HAM", "JAM"]
RULES = PROJECT_ROOT / "dbt_project" / "seeds" / "affinity" / "affinity_rules.csv"


@pytest.fixture(scope="module")
def sql(tmp_path_factory: pytest.TempPathFactory) -> str:
    return affinity_sql(tmp_path_factory.mktemp("affinity"))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("support", [0.01, 0.05, 0.2])
def test_same_rules_as_mlxtend(sql: str, seed: int, support: float) -> None:
    chance = random.Random(seed)
    con = world(support)
    lines = [
        (basket, item)
        for basket in range(100)
        for place, item in enumerate(ITEMS)
        for _ in range(chance.choice((1, 2)))
        if chance.random() < 0.6 / (1 + place)
    ]
    # EGGS are never without HAM: no conviction.
    lines += [(basket, "HAM") for basket, item in lines if item == "EGGS"]
    con.executemany(
        "insert into warehouse.marts.basket_items values (?, ?, 'P', date '2017-12-31')", lines
    )
    ours, theirs = our_rules(con, sql), their_rules(con, support)
    assert ours.keys() == theirs.keys()
    assert support == 0.2 or len(ours) > 4
    assert largest_difference(ours, theirs) < 1e-6


def test_the_seed_gives_the_value_of_its_probability() -> None:
    from scipy.stats import chi2

    with RULES.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert rows
    for row in rows:
        wanted = chi2.isf(float(row["p_value_max"]), df=1)
        assert float(row["log_likelihood_ratio_min"]) == pytest.approx(wanted, abs=5e-4)
