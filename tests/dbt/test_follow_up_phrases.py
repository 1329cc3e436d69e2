"""What the follow-up list understands in a note: the compiled models on hand-worked notes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets.warehouse.project import run_dbt
from tests.dbt.empty_world import write_empty_vault
from tests.dbt.follow_up_cases import CASES
from tests.dbt.manifest import DBT_PROJECT
from tests.dbt.test_unit_tests import DEMO_SOURCES

MODELS = ["note_phrases", "note_dates", "note_follow_ups"]
SEEDS = ["follow_up_phrases", "follow_up_words"]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The SQL of the models."""
    place = tmp_path_factory.mktemp("follow_ups")
    write_empty_vault(place, DEMO_SOURCES)
    outcome = run_dbt(
        [
            *("--log-level", "none", "compile", "--select", *MODELS),
            *("--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)),
            *("--target-path", str(place / "target"), "--log-path", str(place / "log")),
            *("--vars", json.dumps({"build_dir": str(place), "timezone": "UTC"})),
        ]
    )
    assert outcome.success, outcome.exception
    results: Any = getattr(outcome.result, "results", None) or []
    return {result.node.name: result.node.compiled_code for result in results}


@pytest.fixture(scope="module")
def company() -> duckdb.DuckDBPyConnection:
    """The notes, the calendar and the seeds, where the models look for them."""
    connection = duckdb.connect()
    connection.execute("attach ':memory:' as warehouse").fetchall()
    for statement in _WORLD.split(";"):
        connection.execute(statement).fetchall()
    for seed in SEEDS:
        path = DBT_PROJECT / "seeds" / "sales" / f"{seed}.csv"
        connection.execute(
            f"create table warehouse.reference.{seed} as select * from read_csv('{path}',"
            " header = true, quote = '\"', escape = '\"')"
        ).fetchall()
    return connection


_WORLD = """
create schema warehouse.core; create schema warehouse.reference;
create table warehouse.core.dim_dates as
select day::date as date_day, off as is_cn_public_holiday, festival as cn_holiday_name_zh,
    (isodow(day) < 6 and not off) or day::date in (date '2018-02-11', date '2018-02-24',
        date '2017-09-30') as is_cn_working_day
from (select day, day between '2018-02-15' and '2018-02-21' or day between '2017-10-01' and
        '2017-10-08' as off, case when day between '2018-02-15' and '2018-02-18' then '春节'
        when day between '2017-10-01' and '2017-10-07' then '国庆节（补假）' end as festival
    from range(timestamp '2016-11-01', timestamp '2018-04-02', interval 1 day) as t(day));
create table warehouse.reference.business_schedules as
select 'desk' as schedule_id, true as is_default;
create table warehouse.core.business_days as
select 'desk' as schedule_id, date_day as schedule_date, case when isodow(date_day) < 6 and
    date_day <> '2018-01-01' then 28800 else 0 end as open_seconds from warehouse.core.dim_dates;
create table warehouse.core.fct_notes (note_key varchar, customer_key varchar, account_key varchar,
    staff_key varchar, note_text varchar, written_at timestamp, written_date date)
"""


@pytest.fixture(scope="module")
def found(compiled: dict[str, str], company: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """What the list says of each case, by its number."""
    company.executemany(
        "insert into warehouse.core.fct_notes values (?, 'C1', 'unknown', 'unknown', ?, ?, ?)",
        [
            [f"{number:03}", text, f"{written} 12:00:00", written]
            for number, (written, text, *_) in enumerate(CASES)
        ],
    )
    for model in MODELS:
        company.execute(
            f"create or replace table warehouse.core.{model} as {compiled[model]}"
        ).fetchall()
    rows = company.execute(
        "select note_key, date_status, follow_up_from_date::varchar, follow_up_due_date::varchar"
        " from warehouse.core.note_follow_ups"
    ).fetchall()
    return {key: tuple(rest) for key, *rest in rows}


@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda number: CASES[number][1])
def test_note_is_understood(found: dict[str, Any], number: int) -> None:
    _, _, *wanted = CASES[number]
    assert found.get(f"{number:03}", ("", None, None)) == tuple(wanted)


def test_every_rule_finds_its_own_example(
    found: dict[str, Any], company: duckdb.DuckDBPyConnection, compiled: dict[str, str]
) -> None:
    company.execute(
        "create or replace table warehouse.core.fct_notes as select priority::varchar as note_key,"
        " 'C1' as customer_key, 'unknown' as account_key, 'unknown' as staff_key,"
        " example as note_text, timestamp '2017-12-27 12:00:00' as written_at,"
        " date '2017-12-27' as written_date from warehouse.reference.follow_up_phrases"
        " where phrase_role <> 'end'"
    ).fetchall()
    missed = company.execute(
        "select example from warehouse.reference.follow_up_phrases as rules where phrase_role"
        f" <> 'end' and not exists (select 1 from ({compiled['note_phrases']}) as phrases"
        " where phrases.note_key = rules.priority::varchar"
        " and phrases.phrase_rule = rules.priority)"
    ).fetchall()
    assert found
    assert not missed


def test_the_seed_has_no_term_that_nobody_writes_out() -> None:
    text = Path(DBT_PROJECT / "seeds" / "sales" / "follow_up_phrases.csv").read_text("utf-8")
    known = {"number", "count", "day", "weekday_zh", "weekday", "month", "by", "zh_by"}
    assert set(re.findall(r"\{([a-z_]+)\}", text)) <= known
