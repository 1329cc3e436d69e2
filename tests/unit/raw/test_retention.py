"""How long rows and values are kept: what contracts refuse, what loads leave out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.raw.contract import ContractError, load_contract
from assets.raw.loading import load_object
from tests.unit.raw.conftest import AS_OF, LOADED_AT, Workbench

CONTRACT = """
source: shop
description: A shop
retention_days: 3650
objects:
  tickets:
    description: One row per ticket
    path: tickets.csv
    format: csv
    retention: {days: 1095}
    columns:
      - {name: id, type: bigint}
      - {name: remark, type: varchar, retention_days: 365}
      - {name: fee, type: "decimal(18,2)"}
      - {name: kind, type: varchar}
      - {name: who, type: varchar, identifier: {by: kind, m: email}}
      - {name: opened_at, type: timestamp}
    key: [id]
    event_at: opened_at
    money: [fee]
  visits:
    description: One row per visit
    path: visits.csv
    format: csv
    columns:
      - {name: id, type: bigint}
      - {name: visited_at, type: timestamp}
    key: [id]
    event_at: visited_at
  stores:
    description: One row per store
    path: stores.csv
    format: csv
    columns:
      - {name: id, type: bigint}
    key: [id]
"""

MISTAKES = {
    "no time": ("    event_at: visited_at", "    retention: {days: 9}", "object visits: retention"),
    "a day that is none": ("{days: 1095}", "{days: 0}", "days: input should be greater than or"),
    "yes": ("{days: 1095}", "{days: true}", "days: input should be a valid integer"),
    "part of a day": ("retention_days: 3650", "retention_days: 1.5", "retention_days: input"),
    "a million": ("retention_days: 365}", "retention_days: 999999}", "less than or equal to 36500"),
    "an unknown key": ("{days: 1095}", "{years: 3}", "key 'days' is missing; add it"),
    "longer than the row": (
        "retention_days: 365}",
        "retention_days: 1095}",
        "object tickets: column 'remark' is kept for 1095 days, but its row only for 1095",
    ),
    "longer than the default": (
        "visited_at, type: timestamp}",
        "visited_at, type: timestamp}\n      - {name: x, type: varchar, retention_days: 4000}",
        "object visits: column 'x' is kept for 4000 days, but its row only for 3650",
    ),
    "a value of the key": (
        "tickets.csv\n    format: csv\n    retention: {days: 1095}\n    columns:\n"
        "      - {name: id, type: bigint}",
        "tickets.csv\n    format: csv\n    columns:\n"
        "      - {name: id, type: bigint, retention_days: 9}",
        "retention_days would empty the column 'id', which the row needs",
    ),
    "the time": (
        "opened_at, type: timestamp}",
        "opened_at, type: timestamp, retention_days: 9}",
        "retention_days would empty the column 'opened_at'",
    ),
    "money": (
        '"decimal(18,2)"}',
        '"decimal(18,2)", retention_days: 9}',
        "retention_days would empty the column 'fee'",
    ),
    "a required value": (
        "remark, type: varchar,",
        "remark, type: varchar, required: true,",
        "retention_days would empty the column 'remark'",
    ),
    "what tells a kind": (
        "kind, type: varchar}",
        "kind, type: varchar, retention_days: 9}",
        "retention_days would empty the column 'kind'",
    ),
}


def written(folder: Path, content: str) -> Path:
    file = folder / "shop.yml"
    file.write_text(content)
    return file


@pytest.mark.parametrize(("old", "new", "expected"), MISTAKES.values(), ids=MISTAKES)
def test_nonsense_is_refused_in_one_line(old: str, new: str, expected: str, tmp_path: Path) -> None:
    assert CONTRACT.count(old) == 1
    with pytest.raises(ContractError) as error:
        load_contract(written(tmp_path, CONTRACT.replace(old, new)))
    assert expected in str(error.value)
    assert "\n" not in str(error.value)


def test_a_value_needs_the_time_of_its_row(bench: Workbench) -> None:
    columns = [{"name": "id", "type": "bigint"}]
    columns += [{"name": "x", "type": "varchar", "retention_days": 9}]  # type: ignore[dict-item]
    with pytest.raises(ValueError, match="retention_days of column 'x' needs event_at"):
        bench.contract(columns=columns)


def test_the_objects_of_a_stream_go_together(tmp_path: Path) -> None:
    content = (
        CONTRACT.replace("path: visits.csv\n    format: csv", "stream: All")
        .replace("path: tickets.csv\n    format: csv", "stream: All")
        .replace("  stores:\n", "")
        .split("    description: One row per store")[0]
        .replace("objects:", "connection: {system: rest}\nobjects:")
    )
    with pytest.raises(ContractError, match="kept for 1095 days and 3650 days; give them the same"):
        load_contract(written(tmp_path, content))


def test_the_default_of_a_source_is_for_objects_with_a_time(tmp_path: Path) -> None:
    objects = load_contract(written(tmp_path, CONTRACT)).objects
    days = {name: obj.retention.days if obj.retention else None for name, obj in objects.items()}
    assert days == {"tickets": 1095, "visits": 3650, "stores": None}


TIMES = [
    {"name": "id", "type": "bigint"},
    {"name": "at", "type": "timestamp"},
    {"name": "text", "type": "varchar", "retention_days": 10},
    {"name": "fee", "type": "decimal(18,2)", "min": 0},
]
TIMED = {"columns": TIMES, "event_at": "at", "retention": {"days": 100}, "money": ["fee"]}


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    limit=st.integers(2, 5_000),
    off=st.integers(-2, 2),
    seconds=st.integers(0, 86_399),
    as_of=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
)
def test_a_row_exactly_as_old_as_the_limit_is_kept(
    new_bench: Callable[[], Workbench], limit: int, off: int, seconds: int, as_of: date
) -> None:
    # Midnight in Shanghai is eight hours before that of UTC.
    local = datetime.combine(as_of - timedelta(days=limit + off), datetime.min.time())
    moment = local + timedelta(seconds=seconds, hours=-8)
    loaded = new_bench().load_csv(
        f"id,at,text,fee\n1,{moment.isoformat()},x,1.00\n",
        as_of=as_of,
        **{
            **TIMED,
            "columns": [*TIMES[:2], {"name": "text", "type": "varchar"}, TIMES[3]],
            "retention": {"days": limit},
        },
    )
    assert (len(loaded.rows), loaded.load.rows_expired) == ((0, 1) if off > 0 else (1, 0))


def test_rows_and_cents_that_are_left_out_are_counted(bench: Workbench) -> None:
    loaded = bench.load_csv(
        "id,at,text,fee\n1,2017-01-01,a,1.10\n2,2017-12-30,b,2.20\n3,2017-01-01,c,-4.40\n"
        "4,2017-12-30,d,-8.80\n5,no time,e,16.60\n",
        **TIMED,
    )
    assert loaded.values("id") == [2]
    assert sorted(loaded.rules) == ["below_minimum", "wrong_type"]
    (line,) = loaded.landed
    counted = [line[f"rows_{name}"] for name in ("read", "loaded", "quarantined", "expired")]
    assert counted == [5, 1, 2, 2]
    money = [str(line[f"money_{name}"]) for name in ("read", "loaded", "quarantined", "expired")]
    assert money == ["6.70", "2.20", "7.80", "-3.30"]


def test_a_value_past_its_limit_is_empty_also_in_quarantine(bench: Workbench) -> None:
    loaded = bench.load_csv(
        "id,at,text,fee\n1,2017-12-20,secret,1\n2,2017-12-22,kept,1\n3,2017-12-20,secret,-1\n",
        **TIMED,
    )
    assert loaded.values("id", "text") == [(1, None), (2, "kept")]
    assert "secret" not in loaded.quarantine[0]["payload"]
    assert '"fee":"-1"' in loaded.quarantine[0]["payload"]


def test_a_time_outside_its_bounds_is_not_believed(bench: Workbench) -> None:
    columns = [TIMES[0], TIMES[1] | {"min": "2000-01-01"}, *TIMES[2:]]
    loaded = bench.load_csv("id,at,text,fee\n1,1017-12-31,x,1\n", **{**TIMED, "columns": columns})
    assert loaded.rules == ["below_minimum"], "it may be a slip of the pen: mend it"


def test_a_refused_row_without_a_time_is_as_old_as_its_delivery(bench: Workbench) -> None:
    content = "id,at,text,fee\n1,no time,x,1\n"
    assert len(bench.load_csv(content, **TIMED).quarantine) == 1
    later = AS_OF + timedelta(days=101)
    loaded = bench.load(LOADED_AT + timedelta(days=101), later, **TIMED)
    assert (len(loaded.quarantine), loaded.load.rows_expired) == (0, 1)


def test_an_old_row_makes_no_other_a_double(bench: Workbench) -> None:
    content = "id,at,text,fee\n1,2017-01-01,x,1\n1,2017-12-30,y,2\n"
    assert bench.load_csv(content, **TIMED).values("text") == ["y"]


def test_no_load_forgets_the_limits(bench: Workbench) -> None:
    with bench.build().connect() as con, pytest.raises(ValueError, match="needs its business date"):
        load_object(con, "shop", "things", bench.contract(**TIMED), [], "load", bench.folder)
