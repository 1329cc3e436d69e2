"""Several runs of one company: same bytes, a past date, readers in between, rollback."""

from __future__ import annotations

import hashlib
import os
import threading
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest

from tests.integration.company import Instance

pytestmark = pytest.mark.pipeline

PLANNED = {
    ("dim_campaigns", "ends_on"),
    ("fct_loyalty_points", "expires_on"),
}
"""Dates that were already planned on the business date; see docs/decisions/0006."""


@dataclass
class Reader:
    """A BI tool that opens the publication again and again."""

    path: Path
    runs_seen: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    mixed: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)

    def start(self) -> threading.Thread:
        thread = threading.Thread(target=self._read)
        thread.start()
        return thread

    def stop(self) -> None:
        self._stop.set()

    def _read(self) -> None:
        while not self._stop.is_set():
            try:
                with duckdb.connect(str(self.path), read_only=True) as reader:
                    stamps = reader.execute(
                        "select run_id, as_of_date from publish.publication"
                    ).fetchall()
                    dates = reader.execute(
                        "select distinct as_of_date from publish.rfm union "
                        "select distinct as_of_date from publish.customer_360"
                    ).fetchall()
            except duckdb.Error as error:
                self.errors.append(str(error))
                continue
            self.runs_seen.append(stamps[0][0])
            if len(stamps) != 1 or dates != [(stamps[0][1],)]:
                self.mixed += 1
            self._stop.wait(0.02)


def digests(folder: Path) -> dict[str, str]:
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted((folder / "parquet").iterdir())
    }


def test_three_runs_with_a_reader_in_between(small_company: Instance) -> None:
    first = small_company.run()
    assert first.returncode == 0, first.stdout + first.stderr[-3000:]
    first_run = os.readlink(small_company.current)
    first_digests = digests(small_company.current)
    assert len(first_digests) > 25

    reader = Reader(small_company.current / "marts.duckdb")
    thread = reader.start()
    try:
        again = small_company.run()
        again_digests = digests(small_company.current)
        past = small_company.run("--as-of", "2017-10-01")
        later_than_past = _rows_after(small_company, "2017-10-01")
        back = small_company.run("--as-of", "2017-12-31")
    finally:
        reader.stop()
        thread.join()

    assert again.returncode == 0, again.stdout
    assert again_digests == first_digests, "the same inputs gave other bytes"
    assert past.returncode == 0, past.stdout
    assert later_than_past == {}
    assert back.returncode == 0, back.stdout
    assert digests(small_company.current) == first_digests, "a past date left something behind"

    assert reader.errors == []
    assert reader.mixed == 0
    assert len(set(reader.runs_seen)) == 4, "the reader missed a publication"
    assert reader.runs_seen[0] == first_run

    rolled_back = small_company.rollback()
    assert rolled_back.returncode == 0, rolled_back.stderr
    assert "business date 2017-10-01" in rolled_back.stdout
    assert small_company.query("select as_of_date::varchar from publish.publication") == [
        ("2017-10-01",)
    ]


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
