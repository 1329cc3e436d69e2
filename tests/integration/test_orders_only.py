"""A company with order lines and nothing else: no CRM, all other objects optional and empty."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.integration.company import ROOT, Instance

pytestmark = pytest.mark.pipeline


def test_everything_downstream_still_builds(small_company: Instance, tmp_path: Path) -> None:
    sources = tmp_path / "sources"
    sources.mkdir()
    for file in (ROOT / "demo" / "sources").glob("*.yml"):
        contract = yaml.safe_load(file.read_text())
        for name, obj in contract["objects"].items():
            obj["optional"] = (contract["source"], name) != ("orders", "order_lines")
        (sources / file.name).write_text(yaml.safe_dump(contract, allow_unicode=True))
    for file in small_company.data.rglob("*.*"):
        if file.is_file() and file.name != "transactions.parquet":
            file.unlink()

    done = small_company.run_without_systems(C360_SOURCES=str(sources))

    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    lines, orders = small_company.query(
        "select (select count(*) from publish.fct_order_lines), "
        "(select count(*) from publish.fct_orders)"
    )[0]
    assert lines > orders > 1_000
    buyers = small_company.query(
        "select count(*) from publish.customer_360 where historic_order_count > 0"
    )
    assert buyers == small_company.query(
        "select count(distinct customer_key) from publish.fct_orders where is_valid_order"
    )
