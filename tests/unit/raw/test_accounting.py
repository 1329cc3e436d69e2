"""Staged accounting counts by itself, and therefore shows a staging model that loses a row."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from assets.raw.accounting import write_staged_accounting
from assets.raw.contract_model import SourceContract
from tests.unit.raw.conftest import Workbench

COLUMNS = [
    {"name": "id", "type": "bigint"},
    {"name": "label", "type": "varchar"},
    {"name": "sold_at", "type": "timestamp"},
]
CONTENT = (
    "id,label,sold_at\n"
    "1,a,2017-12-30 10:00:00\n"
    "1,a,2017-12-30 10:00:00\n"
    "1,b,2017-12-30 11:00:00\n"
    "2,c,2018-01-01 04:59:59\n"
    "3,d,2018-01-01 05:00:00\n"
)
LATEST = (
    "select * from vault.raw.shop__things where sold_at < timestamp '2018-01-01 05:00:00' "
    "qualify row_number() over (partition by {} order by sold_at desc, _position desc) = 1"
)


def accounts(bench: Workbench, staging: str, **keys: Any) -> tuple[int, ...]:
    bench.load_csv(CONTENT, columns=COLUMNS, version="sold_at", event_at="sold_at", **keys)
    obj = bench.contract(columns=COLUMNS, version="sold_at", event_at="sold_at", **keys)
    contract = SourceContract(source="shop", description="-", objects={"things": obj})
    with bench.build().connect() as con:
        con.execute("create schema if not exists vault.staging").fetchall()
        con.execute(f"create table vault.staging.stg_shop__things as {staging}").fetchall()
        write_staged_accounting(con, [contract], date(2017, 12, 31), "America/New_York")
        write_staged_accounting(con, [contract], date(2017, 12, 31), "America/New_York")
        ((source, name, *counts),) = con.execute("from vault.accounting.staged").fetchall()
    assert (source, name) == ("shop", "things")
    return tuple(counts)


def test_rows_after_as_of_and_merged_rows_are_counted(bench: Workbench) -> None:
    raw, after, merged, staged = accounts(bench, LATEST.format("id"))
    assert (raw, after, merged, staged) == (5, 1, 2, 2), "23:59:59 in New York is still 2017"
    assert raw == after + merged + staged


def test_history_keeps_one_row_per_version(bench: Workbench) -> None:
    raw, after, merged, staged = accounts(bench, LATEST.format("id, sold_at"), keep_versions=True)
    assert (raw, after, merged, staged) == (5, 1, 1, 3)


COSTS = (
    "id,label,begins_on\n"
    "1,as ever,\n"
    "1,as ever,\n"
    "1,refused: another row is as ever,\n"
    "1,since the first day of all,1900-01-01\n"
    "1,today,2017-12-31\n"
    "1,announced,2018-01-01\n"
    "2,announced,2018-01-01\n"
)


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (date(2017, 12, 30), (6, 3, 2, 1)),
        (date(2017, 12, 31), (6, 2, 2, 2)),
        (date(2018, 1, 1), (6, 0, 2, 4)),
    ],
)
def test_a_row_waits_for_its_first_day(
    bench: Workbench, as_of: date, expected: tuple[int, ...]
) -> None:
    columns = [
        {"name": "id", "type": "bigint"},
        {"name": "label", "type": "varchar"},
        {"name": "begins_on", "type": "date", "optional": True},
    ]
    bench.load_csv(COSTS, columns=columns, valid_from="begins_on")
    obj = bench.contract(columns=columns, valid_from="begins_on")
    contract = SourceContract(source="shop", description="-", objects={"things": obj})
    staging = (
        "select distinct id, coalesce(begins_on, date '1900-01-01') as begins_on "
        f"from vault.raw.shop__things where coalesce(begins_on, date '1900-01-01') <= '{as_of}'"
    )
    with bench.build().connect() as con:
        con.execute("create schema if not exists vault.staging").fetchall()
        con.execute(f"create table vault.staging.stg_shop__things as {staging}").fetchall()
        write_staged_accounting(con, [contract], as_of, "America/New_York")
        ((_, _, *counts),) = con.execute("from vault.accounting.staged").fetchall()
    assert tuple(counts) == expected


VERSIONS = (
    "id,label,created_at,changed_at\n"
    "1,known,2017-12-01 10:00:00,2017-12-01 10:00:00\n"
    "1,known too,2017-12-01 10:00:00,2017-12-30 10:00:00\n"
    "1,too late,2017-12-01 10:00:00,2018-01-05 10:00:00\n"
    "2,stands in,2017-12-01 10:00:00,2018-01-02 10:00:00\n"
    "2,stands in,2017-12-01 10:00:00,2018-01-02 10:00:00\n"
    "2,too late,2017-12-01 10:00:00,2018-01-03 10:00:00\n"
    "3,not there yet,2018-01-02 10:00:00,2018-01-02 10:00:00\n"
)


def test_of_a_thing_that_was_there_one_later_version_stands_in(bench: Workbench) -> None:
    columns = [
        {"name": "id", "type": "bigint"},
        {"name": "label", "type": "varchar"},
        {"name": "created_at", "type": "timestamp"},
        {"name": "changed_at", "type": "timestamp"},
    ]
    keys: dict[str, Any] = {"version": "changed_at", "event_at": "created_at"}
    bench.load_csv(VERSIONS, columns=columns, keep_versions=True, **keys)
    obj = bench.contract(columns=columns, keep_versions=True, **keys)
    contract = SourceContract(source="shop", description="-", objects={"things": obj})
    staging = (
        "select distinct id, label from vault.raw.shop__things"
        " where label in ('known', 'known too', 'stands in')"
    )
    with bench.build().connect() as con:
        con.execute("create schema if not exists vault.staging").fetchall()
        con.execute(f"create table vault.staging.stg_shop__things as {staging}").fetchall()
        write_staged_accounting(con, [contract], date(2017, 12, 31), "America/New_York")
        (counts,) = con.execute("select columns('rows_.*') from vault.accounting.staged").fetchall()
    assert counts == (7, 3, 1, 3), "in the order raw, after as_of, merged, staged"


@pytest.mark.parametrize(
    ("mistake", "staging"),
    [
        ("a row too few", LATEST.format("id") + " and id <> 2"),
        (
            "a row too many",
            "select * from vault.raw.shop__things where sold_at < '2018-01-01 05:00:00'",
        ),
        ("a row of tomorrow", "select * from vault.raw.shop__things"),
    ],
)
def test_accounts_do_not_balance_when_staging_is_wrong(
    mistake: str, staging: str, bench: Workbench
) -> None:
    raw, after, merged, staged = accounts(bench, staging)
    assert raw != after + merged + staged, f"nobody would notice {mistake}"
