"""Every mutation changes what it is put into, and as much of it as it says."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from benchmarks.gate_score.delivered import Delivered
from benchmarks.gate_score.faults import FAULTS
from benchmarks.gate_score.world import evening, make_company

AS_OF = date(2017, 12, 20)
BEFORE = date(2017, 12, 18)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("company")
    make_company(folder / "company", households=100)
    for as_of in (AS_OF, BEFORE):
        evening(folder / "company", folder / as_of.isoformat(), as_of)
    return folder


@pytest.fixture
def files(company: Path, tmp_path: Path) -> Iterator[Delivered]:
    shutil.copytree(company / AS_OF.isoformat(), tmp_path / "data")
    found = Delivered(tmp_path / "data", AS_OF, company / BEFORE.isoformat())
    yield found
    found.con.close()


def _contents(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): hashlib.md5(file.read_bytes()).hexdigest()
        for file in folder.rglob("[!.]*")
        if file.is_file()
    }


@pytest.mark.parametrize("kind", sorted(FAULTS.delivered))
def test_a_fault_of_a_source_changes_the_files_that_it_names(
    kind: str, files: Delivered, company: Path
) -> None:
    before = _contents(files.data)
    FAULTS.delivered[kind](files)
    after = _contents(files.data)
    changed = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    assert changed
    named = {
        f"servers/{source.removeprefix('crm_')}"
        if files.objects[source, name].stream
        else str(files.objects[source, name].path).split("*")[0]
        for source, name in files.touched
    }
    assert not {file for file in changed if not file.startswith(tuple(named))}


@pytest.mark.parametrize(
    ("kind", "table", "wrong", "least", "most"),
    [
        ("consents_flipped_1_percent", ("consent", "consent_events"), "state", 0.008, 0.012),
        ("test_accounts", ("orders", "customers"), "is_test", 0.06, 0.14),
        ("statuses_back_to_pending", ("orders", "order_headers"), "status", 0.28, 0.38),
        ("ancient_dates", ("web", "events"), "occurred_at", 0.04, 0.06),
        ("future_dates", ("orders", "order_lines"), "transaction_timestamp", 0.04, 0.06),
    ],
)
def test_a_fault_has_the_size_that_it_says(
    kind: str, table: tuple[str, str], wrong: str, least: float, most: float, files: Delivered
) -> None:
    files.read(*table, "before")
    files.sql("create table kept as from before")
    FAULTS.delivered[kind](files)
    files.read(*table, "after")
    rows = files.one("select count(*) from kept")
    same = files.one("select count(*) from (from after except all from kept)")
    assert least <= same / rows <= most, wrong


def test_the_company_lives(company: Path) -> None:
    lines = company / "company" / "orders" / "transactions.parquet"
    daily = dict(
        duckdb.execute(f"""
            select
                cast(timezone('America/New_York', timezone('UTC', transaction_timestamp)) as date),
                count(distinct basket_id)
            from '{lines}'
            group by all
        """).fetchall()
    )
    december = [count for day, count in daily.items() if day >= date(2017, 12, 1)]
    usual = sorted(december)[len(december) // 2]
    assert daily[date(2017, 12, 12)] > 1.5 * usual
    assert date(2017, 12, 25) not in daily
    spring = [count for day, count in daily.items() if date(2017, 4, 1) <= day < date(2017, 6, 1)]
    assert sum(spring) / len(spring) < 0.95 * sum(december) / len(december)
    # Orders of the promotion come from other days, and look like orders of that day.
    weeks = duckdb.execute(f"""
        select cast(timezone('America/New_York', timezone('UTC', transaction_timestamp)) as date)
        from '{lines}'
        group by all
        having count(distinct week) > 1
    """).fetchall()
    assert weeks == []


def test_an_evening_knows_nothing_of_later_days(company: Path) -> None:
    files = Delivered(company / AS_OF.isoformat(), AS_OF)
    for (source, name), obj in files.objects.items():
        if obj.stream is None and obj.event_at and obj.column(obj.event_at).type != "date":
            files.read(source, name)
            newest = f"select max({files.day(obj.event_at)}) from t"
            assert files.sql(newest) <= [(AS_OF,)], name
    files.con.close()
