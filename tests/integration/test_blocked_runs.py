"""A gate that fails: the run stops there, says why, and readers keep the last good publication."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.integration.company import Instance, new_instance

pytestmark = pytest.mark.pipeline

SEEN = "select run_id, count(*) from publish.publication cross join publish.rfm group by run_id"


def _shift_the_header(data: Path) -> None:
    file = data / "orders" / "refunds.csv"
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("\ufeff" + lines[0].replace("refund_amount", "amount") + "".join(lines[1:]))


def _flood_of_negative_amounts(data: Path) -> None:
    file = data / "orders" / "refunds.csv"
    header, *rows = file.read_text().splitlines()
    fields = [row.split(",") for row in rows]
    for row in fields[: len(fields) // 2]:
        if len(row) == 6:
            row[3] = f"-{row[3]}"
    file.write_text("\n".join([header, *(",".join(row) for row in fields)]) + "\n")


def _strangers_in_the_catalogue(data: Path) -> None:
    file = data / "orders" / "transactions.parquet"
    changed = duckdb.sql(
        f"select * replace (case when product_id % 10 = 0 then product_id + 900000000000 "
        f"else product_id end as product_id) from '{file}'"
    ).to_arrow_table()
    duckdb.from_arrow(changed).write_parquet(str(file))


def _an_empty_delivery(data: Path) -> None:
    file = data / "service" / "tickets.csv"
    file.write_text(file.read_text().splitlines()[0] + "\n")


@pytest.fixture(scope="module")
def published(small_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """A company with one good publication; each test breaks a copy of its files."""
    folder = tmp_path_factory.mktemp("published")
    shutil.copytree(small_files, folder / "data")
    instance = new_instance(folder / "data", folder / "home")
    done = instance.run()
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    return instance


@pytest.mark.parametrize(
    ("break_it", "words"),
    [
        (_shift_the_header, ["orders.refunds", "refund_amount"]),
        (_flood_of_negative_amounts, ["orders.refunds", "quarantined", "refund_amount"]),
        (_strangers_in_the_catalogue, ["product"]),
        (_an_empty_delivery, ["service.tickets"]),
    ],
    ids=["renamed column", "flood of bad rows", "unknown products", "empty delivery"],
)
def test_a_failed_gate_keeps_the_last_publication(
    published: Instance, tmp_path: Path, break_it: Callable[[Path], None], words: list[str]
) -> None:
    data = tmp_path / "data"
    shutil.copytree(published.data, data)
    break_it(data)
    before = published.query(SEEN)

    done = Instance(data, published.home).run()

    assert done.returncode == 1, done.stdout
    told = done.stdout
    for word in words:
        assert word in told, f"{word!r} is not in what the user is told:\n{told}"
    assert "Nothing was published. Readers still see run" in told
    assert published.query(SEEN) == before
