"""Real runs of the real job: each test company has its own files, instance and publications."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from demo.generate import generate
from tests.integration.company import Instance, new_instance

SMALL = 300
"""Households of the small company."""


@pytest.fixture(scope="session")
def small_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo company cut down to its first households, so that a run is all overhead."""
    data = tmp_path_factory.mktemp("small_company") / "data"
    generate(data, sample=SMALL, plants_faults=False)
    for name in (
        "orders/transactions.parquet",
        "orders/demographics.parquet",
        "marketing/campaigns.parquet",
        "marketing/coupon_redemptions.parquet",
    ):
        file = data / name
        kept = duckdb.sql(f"select * from '{file}' where household_id <= {SMALL}").to_arrow_table()
        duckdb.from_arrow(kept).write_parquet(str(file))
    return data


@pytest.fixture
def small_company(small_files: Path, tmp_path: Path) -> Instance:
    """A small company that was never run, whose files a test may break."""
    shutil.copytree(small_files, tmp_path / "data")
    return new_instance(tmp_path / "data", tmp_path / "home")


@pytest.fixture(scope="session")
def demo_company(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """The whole demo company, run once."""
    folder = tmp_path_factory.mktemp("demo_company")
    generate(folder / "data")
    instance = new_instance(folder / "data", folder / "home")
    done = instance.run()
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    (folder / "summary.txt").write_text(done.stdout)
    return instance
