"""Several runs of one small company: same bytes, a past date, broken rows, failed gates, readers.

One file, so that the company is run three times for all of these tests.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from pipelines.runtime.audit_check import check_log
from pipelines.runtime.audit_lines import Entry, Signer
from pipelines.runtime.key_file import load_key
from tests.integration import breaks
from tests.integration.company import Instance, copy_of, new_instance
from tests.integration.reader import Reader

pytestmark = pytest.mark.pipeline

PAST = "2017-10-01"

PLANNED = {
    ("business_days", "schedule_date"),
    ("business_days", "opens_at"),
    ("business_days", "break_starts_at"),
    ("business_days", "break_ends_at"),
    ("business_days", "closes_at"),
    ("campaign_performance", "ends_on"),
    ("care_calendar", "occasion_date"),
    ("customer_360", "next_expiry_date"),
    ("customer_360", "next_follow_up_due_date"),
    ("customer_360", "next_occasion_date"),
    ("customer_360", "next_order_date"),
    ("customer_lifetime_value", "next_order_date"),
    ("customer_sales", "next_follow_up_due_date"),
    ("dim_campaigns", "ends_on"),
    ("dim_dates", "date_day"),
    ("dim_dates", "month_start_date"),
    ("fct_activities", "task_due_date"),
    ("fct_loyalty_points", "expires_on"),
    ("fct_opportunities", "expected_closing_date"),
    ("follow_ups", "follow_up_from_date"),
    ("follow_ups", "follow_up_due_date"),
    ("loyalty", "next_expiry_date"),
    ("loyalty_point_lots", "expires_on"),
    ("next_best_action", "next_occasion_date"),
    ("sales_pipeline", "expected_closing_date"),
}
"""Dates that were already planned on the business date; see docs/decisions/0014."""

SEEN = "select run_id, count(*) from publish.publication cross join publish.rfm group by run_id"


@dataclass(frozen=True)
class ThreeRuns:
    """What three runs in a row left, and what a reader met meanwhile.

    First a past date with one broken row from each source, then the mended files twice.
    """

    instance: Instance
    broken_run: str
    broken_accounting: list[tuple]
    unknown_product_lines: list[tuple]
    later_than_past: dict[str, int]
    bytes_of_second: dict[str, str]
    bytes_of_third: dict[str, str]
    reader: Reader


@pytest.fixture(scope="module")
def runs(small_files: Path, tmp_path_factory: pytest.TempPathFactory) -> ThreeRuns:
    folder = tmp_path_factory.mktemp("small_company")
    shutil.copytree(small_files, folder / "data")
    instance = new_instance(folder / "data", folder / "home")
    for each in breaks.BREAKS:
        each.apply(instance.data)
    breaks.unknown_product(instance.data)

    reader = Reader(instance.current / "marts.duckdb")
    with reader.reading():
        run(instance, "--as-of", PAST)
        broken_run = os.readlink(instance.current)
        balanced = instance.query(
            "select sum(rows_quarantined), bool_and(is_balanced) from publish.row_accounting"
        )
        unknown = instance.query(
            "select count(*), bool_and(net_amount is not null) from publish.fct_order_lines "
            "where is_unknown_product and source_product_id = '999999999'"
        )
        later = _rows_after(instance, PAST)
        shutil.rmtree(instance.data)
        shutil.copytree(small_files, instance.data)
        run(instance)
        second = _digests(instance.current)
        run(instance)
        third = _digests(instance.current)
    return ThreeRuns(instance, broken_run, balanced, unknown, later, second, third, reader)


def run(instance: Instance, *arguments: str) -> None:
    done = instance.run(*arguments)
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]


def test_the_same_inputs_give_the_same_bytes(runs: ThreeRuns) -> None:
    assert len(runs.bytes_of_second) > 25
    assert runs.bytes_of_third == runs.bytes_of_second


def test_a_past_date_holds_nothing_later(runs: ThreeRuns) -> None:
    assert runs.later_than_past == {}


def test_a_reader_meets_one_run_at_a_time_and_no_error(runs: ThreeRuns) -> None:
    assert runs.reader.errors == []
    assert runs.reader.mixed == 0
    assert len(set(runs.reader.runs_seen)) == 3, "the reader missed a publication"


def test_nobody_but_the_owner_may_read_the_instance(runs: ThreeRuns) -> None:
    home = runs.instance.home
    paths = [home, *home.iterdir(), *(home / "publish").rglob("*")]
    open_to_others = [p for p in paths if not p.is_symlink() and p.stat().st_mode & 0o077]
    assert open_to_others == []


def test_rollback_goes_back_one_publication(runs: ThreeRuns, tmp_path: Path) -> None:
    instance = copy_of(runs.instance, tmp_path)
    live = os.readlink(instance.current)
    done = instance.rollback()
    assert done.returncode == 0, done.stderr
    assert "business date 2017-12-31" in done.stdout
    ((run_id,),) = instance.query("select run_id from publish.publication")
    assert run_id not in (live, runs.broken_run)
    *_, last = _recorded(instance)
    assert (last.action, last.facts["run_id"]) == ("rolled_back", run_id)


def test_every_run_and_publication_is_in_the_audit_log(runs: ThreeRuns) -> None:
    recorded = _recorded(runs.instance)
    assert [it.action for it in recorded] == ["run_started", "published", "run_finished"] * 3
    assert {it.facts["outcome"] for it in recorded[2::3]} == {"succeeded"}
    assert recorded[1].facts["run_id"] == runs.broken_run
    assert recorded[-2].facts["run_id"] == os.readlink(runs.instance.current)


def _recorded(instance: Instance) -> list[Entry]:
    key = load_key(instance.home / "secrets" / "pseudonym.key")
    found = check_log(instance.home / "audit", Signer(key))
    assert (found.wrong, found.notes) == ([], [])
    return found.entries


@pytest.mark.parametrize("row", breaks.BREAKS, ids=lambda b: f"{b.source}.{b.obj}-{b.rule}")
def test_a_broken_row_is_quarantined_by_name(runs: ThreeRuns, row: breaks.Break) -> None:
    build = runs.instance.home / "builds" / runs.broken_run
    with duckdb.connect(str(build / "vault.duckdb"), read_only=True) as vault:
        rows = vault.execute(
            "select _file, _position, reason, payload "
            f"from quarantine.{row.source}__{row.obj} where rule = ? and contains(reason, ?)",
            [row.rule, row.names],
        ).fetchall()
    assert rows, f"no row of {row.obj} was quarantined as {row.rule} of {row.names}"
    assert all(file and position and reason for file, position, reason, _ in rows)


def test_with_broken_rows_nothing_is_lost(runs: ThreeRuns) -> None:
    assert runs.broken_accounting == [(len(breaks.BREAKS), True)]


def test_a_line_of_an_unknown_product_keeps_its_amount(runs: ThreeRuns) -> None:
    assert runs.unknown_product_lines == [(1, True)]


@pytest.mark.parametrize(
    ("break_it", "words"),
    [
        (breaks.rename_a_column, ["orders/refunds.csv", "refund_amount"]),
        (breaks.flood_of_negative_amounts, ["orders.refunds", "quarantined", "refund_amount"]),
    ],
    ids=["renamed column", "flood of bad rows"],
)
def test_a_failed_gate_keeps_the_last_publication(
    runs: ThreeRuns, tmp_path: Path, break_it: Callable[[Path], None], words: list[str]
) -> None:
    instance = copy_of(runs.instance, tmp_path)
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
        # Zoho gives its users only as a whole: each night's list is landed, and counted, once more.
        if file.stem != "row_accounting"
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
