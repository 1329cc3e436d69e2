"""Several runs of one small company: same bytes, a past date, broken rows, failed gates, readers.

One file, so that the company is run once for all of these tests.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.integration import breaks
from tests.integration.company import Instance, copy_of, new_instance
from tests.integration.reader import Reader

pytestmark = pytest.mark.pipeline

PLANNED = {
    ("dim_campaigns", "ends_on"),
    ("fct_loyalty_points", "expires_on"),
}
"""Dates that were already planned on the business date; see docs/decisions/0006."""

SEEN = "select run_id, count(*) from publish.publication cross join publish.rfm group by run_id"


@pytest.fixture(scope="module")
def published(small_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """The small company after one good run; tests work on copies."""
    folder = tmp_path_factory.mktemp("published")
    shutil.copytree(small_files, folder / "data")
    instance = new_instance(folder / "data", folder / "home")
    done = instance.run()
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    return instance


@pytest.fixture(scope="module")
def broken(published: Instance, tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """The company after a second run, with one broken row delivered by each source."""
    instance = copy_of(published, tmp_path_factory.mktemp("broken"))
    for each in breaks.BREAKS:
        each.apply(instance.data)
    breaks.unknown_product(instance.data)
    done = instance.run()
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    return instance


def test_three_runs_give_the_same_bytes_and_readers_notice_nothing(
    published: Instance, tmp_path: Path
) -> None:
    instance = copy_of(published, tmp_path)
    first_run, first = os.readlink(instance.current), _digests(instance.current)
    assert len(first) > 25

    reader = Reader(instance.current / "marts.duckdb")
    with reader.reading():
        past = instance.run("--as-of", "2017-10-01")
        later_than_past = _rows_after(instance, "2017-10-01")
        again = instance.run()
        bytes_again = _digests(instance.current)
        rolled_back = instance.rollback()

    assert past.returncode == 0, past.stdout + past.stderr[-3000:]
    assert later_than_past == {}
    assert again.returncode == 0, again.stdout + again.stderr[-3000:]
    assert bytes_again == first, "the same inputs gave other bytes"
    assert rolled_back.returncode == 0, rolled_back.stderr
    assert "business date 2017-10-01" in rolled_back.stdout
    assert instance.query("select as_of_date::varchar from publish.publication") == [
        ("2017-10-01",)
    ]
    assert reader.errors == []
    assert reader.mixed == 0
    assert reader.runs_seen[0] == first_run
    assert len(set(reader.runs_seen)) == 3, "the reader missed a publication"


@pytest.mark.parametrize("row", breaks.BREAKS, ids=lambda b: f"{b.source}.{b.obj}-{b.rule}")
def test_a_broken_row_is_quarantined_by_name(broken: Instance, row: breaks.Break) -> None:
    build = broken.home / "builds" / os.readlink(broken.current)
    with duckdb.connect(str(build / "vault.duckdb"), read_only=True) as vault:
        rows = vault.execute(
            "select _file, _position, reason, payload "
            f"from quarantine.{row.source}__{row.obj} where rule = ? and contains(reason, ?)",
            [row.rule, row.names],
        ).fetchall()
    assert rows, f"no row of {row.obj} was quarantined as {row.rule} of {row.names}"
    assert all(file and position and reason for file, position, reason, _ in rows)


def test_with_broken_rows_nothing_is_lost(broken: Instance) -> None:
    assert broken.query("select * from publish.row_accounting where not is_balanced") == []
    quarantined = broken.query("select sum(rows_quarantined) from publish.row_accounting")
    assert quarantined == [(len(breaks.BREAKS),)]


def test_a_line_of_an_unknown_product_keeps_its_amount(broken: Instance) -> None:
    lines, total = broken.query(
        "select count(*), sum(net_amount) from publish.fct_order_lines "
        "where is_unknown_product and source_product_id = '999999999'"
    )[0]
    assert (lines, total is not None) == (1, True)


@pytest.mark.parametrize(
    ("break_it", "words"),
    [
        (breaks.rename_a_column, ["orders/refunds.csv", "refund_amount"]),
        (breaks.flood_of_negative_amounts, ["orders.refunds", "quarantined", "refund_amount"]),
        (breaks.strangers_in_the_catalogue, ["product"]),
    ],
    ids=["renamed column", "flood of bad rows", "unknown products"],
)
def test_a_failed_gate_keeps_the_last_publication(
    published: Instance, tmp_path: Path, break_it: Callable[[Path], None], words: list[str]
) -> None:
    instance = copy_of(published, tmp_path)
    break_it(instance.data)
    before = instance.query(SEEN)

    done = instance.run()

    assert done.returncode == 1, done.stdout
    for word in words:
        assert word in done.stdout, f"{word!r} is not in what the user is told:\n{done.stdout}"
    assert "Nothing was published. Readers still see run" in done.stdout
    assert instance.query(SEEN) == before


def _digests(folder: Path) -> dict[str, str]:
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted((folder / "parquet").iterdir())
    }


def _rows_after(instance: Instance, as_of: str) -> dict[str, int]:
    """Rows of any published table with a date or time after a business date."""
    found = {}
    columns = instance.query(
        "select table_name, column_name, data_type from duckdb_columns() where schema_name = "
        "'publish' and table_name <> 'publication' and data_type in ('DATE', 'TIMESTAMP')"
    )
    assert len(columns) > 40
    for table, column, data_type in columns:
        if (table, column) in PLANNED:
            continue
        day = f'"{column}"'
        if data_type == "TIMESTAMP":
            day = f"""timezone('America/New_York', timezone('UTC', "{column}"))::date"""
        rows = instance.query(f"select count(*) from publish.{table} where {day} > '{as_of}'")
        if rows != [(0,)]:
            found[f"{table}.{column}"] = rows[0][0]
    return found
