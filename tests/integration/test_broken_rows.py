"""One broken row in each source: it is kept by name in quarantine, and everything adds up."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import duckdb
import pytest

from tests.integration.breaks import BREAKS, Break, change_line
from tests.integration.company import Instance, new_instance

pytestmark = pytest.mark.pipeline


@pytest.fixture(scope="module")
def broken_company(small_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """The small company with all the breaks, and one line of a product nobody knows."""
    folder = tmp_path_factory.mktemp("broken_company")
    shutil.copytree(small_files, folder / "data")
    for each in BREAKS:
        each.apply(folder / "data")
    change_line("product_id", "case when quantity < 0 then product_id else 999999999 end")(
        folder / "data"
    )
    instance = new_instance(folder / "data", folder / "home")
    done = instance.run()
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    return instance


@pytest.mark.parametrize("broken", BREAKS, ids=lambda b: f"{b.source}.{b.obj}-{b.rule}")
def test_a_broken_row_is_quarantined_by_name(broken_company: Instance, broken: Break) -> None:
    build = broken_company.home / "builds" / os.readlink(broken_company.current)
    with duckdb.connect(str(build / "vault.duckdb"), read_only=True) as vault:
        rows = vault.execute(
            "select _file, _position, reason, payload "
            f"from quarantine.{broken.source}__{broken.obj} where rule = ? and contains(reason, ?)",
            [broken.rule, broken.names],
        ).fetchall()
    assert rows, f"no row of {broken.obj} was quarantined as {broken.rule} of {broken.names}"
    assert all(file and position and reason for file, position, reason, _ in rows)


def test_nothing_is_lost(broken_company: Instance) -> None:
    assert broken_company.query("select * from publish.row_accounting where not is_balanced") == []


def test_a_line_of_an_unknown_product_keeps_its_amount(broken_company: Instance) -> None:
    lines, total = broken_company.query(
        "select count(*), sum(net_amount) from publish.fct_order_lines "
        "where is_unknown_product and source_product_id = '999999999'"
    )[0]
    assert (lines, total is not None) == (1, True)
