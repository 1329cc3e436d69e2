"""What landed of a person is found in every delivery, pull and mend, and as it was delivered."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from assets.privacy.export.landing import landed_groups
from assets.privacy.export.model import OTHER, Gap, Group, Record
from assets.privacy.export.rows import known_staff
from assets.privacy.subject.search import Search
from assets.raw.contract_model import ObjectContract, SourceContract
from assets.raw.mends import Mend, keep_mends
from tests.unit.raw.conftest import LOADED_AT, Workbench
from tests.unit.raw.connector.landing_bench import LandingBench, contract

THINGS = [
    {"name": "id", "type": "bigint"},
    {"name": "email", "type": "varchar", "identifier": "email"},
    {"name": "friend", "type": "varchar", "identifier": "email"},
]
HEADER = "id,email,friend"


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return Workbench(tmp_path)


def found(
    search: Search, home: Path, **objects: ObjectContract
) -> tuple[dict[str, Group], list[Gap]]:
    connection = {"system": "rest"} if any(it.stream for it in objects.values()) else None
    contracts = [
        SourceContract.model_validate(
            {
                "source": "shop",
                "description": "A shop",
                "connection": connection,
                "objects": {
                    name: it.model_dump(exclude_unset=True) for name, it in objects.items()
                },
            }
        )
    ]
    groups, gaps = landed_groups(search, home, contracts, known_staff(search))
    return {group.name: group for group in groups}, gaps


def values(group: Group) -> list[Any]:
    return [dict(record.values) for record in group.records]


def places(record: Record) -> list[tuple[str, int]]:
    return [(place.file, place.position) for place in record.places]


def test_all_deliveries_count_and_equal_records_are_one(bench: Workbench, search: Search) -> None:
    declared = {"path": "things*.csv", "columns": THINGS, "delivery": "increment"}
    first = f"{HEADER}\n1,wei@example.com,li@example.com\n2,li@example.com,\n"
    bench.deliver("things1.csv", first)
    bench.load(LOADED_AT, **declared)
    bench.deliver("things1.csv", f"{HEADER}\n9,Wei@Example.com,\n")
    second = f"{HEADER}\n3,li@example.com,x\n1,wei@example.com,li@example.com\n"
    bench.deliver("things2.csv", second)
    bench.load(LOADED_AT + timedelta(days=1), **declared)

    groups, gaps = found(search, bench.home, things=bench.contract(**declared))
    assert gaps == []
    things = groups["shop.things"]
    assert values(things) == [
        {"id": "1", "email": "wei@example.com", "friend": OTHER},
        {"id": "9", "email": "Wei@Example.com", "friend": ""},
    ]
    assert places(things.records[0]) == [("things1.csv", 1), ("things2.csv", 2)]
    assert things.records[0].places[0].landed_at == "2017-12-31T02:00:00Z"
    assert places(things.records[1]) == [("things1.csv", 1)]


def test_lines_that_cannot_be_read_are_found_by_what_stands_in_them(
    bench: Workbench, search: Search
) -> None:
    declared = {"columns": THINGS, "max_quarantined_ratio": 1}
    lines = "1,shifted,wei@example.com,more\n2,shifted,li@example.com,more\n3,li@example.com\n"
    bench.load_csv(f"{HEADER}\n{lines}", **declared)
    groups, _ = found(search, bench.home, things=bench.contract(**declared))
    [record] = values(groups["shop.things"])
    assert record["_overflow"] == ["more"]
    assert record["friend"] == "wei@example.com"


def test_lines_that_cannot_be_split_are_told_and_counted(bench: Workbench, search: Search) -> None:
    declared = {"columns": THINGS, "max_quarantined_ratio": 1}
    spare = ",1,2,3,4,5,6"
    lines = [f"1,li@example.com,{spare}", f"2,x,wei@example.com{spare}", "3,wei@example.com,"]
    bench.load_csv("\n".join([HEADER, *lines, ""]), **declared)
    groups, _ = found(search, bench.home, things=bench.contract(**declared))
    things = groups["shop.things"]
    assert [it.places[0].position for it in things.records] == [2, 3]
    assert values(things)[0] == {"_line": lines[1]}


def test_broken_json_is_told_as_its_line(bench: Workbench, search: Search) -> None:
    declared = {"path": "things.jsonl", "format": "jsonl", "columns": THINGS}
    declared |= {"max_quarantined_ratio": 1}
    whole = {"id": 1, "email": "wei@example.com", "extra": {"deep": 1.50}, "friend": None}
    broken = '{"id": 2, "email": "wei@example.com", "friend": '
    bench.deliver("things.jsonl", f"{json.dumps(whole)}\n{broken}\n{{bad li@example.com\n")
    bench.load(**declared)
    groups, _ = found(search, bench.home, things=bench.contract(**declared))
    assert values(groups["shop.things"]) == [whole, {"_line": broken}]


def test_what_belongs_to_a_row_of_theirs_is_found_by_its_number(
    bench: Workbench, search: Search
) -> None:
    orders = {"columns": [THINGS[0], THINGS[1]]}
    bench.load_csv("id,email\n70,wei@example.com\n80,li@example.com\n", **orders)
    lines = bench.home / "landing" / "shop" / "lines"
    bench.landing.rename(bench.home / "landing" / "shop" / "orders")
    columns = [{"name": "order_id", "type": "bigint", "part_of": "orders"}, THINGS[0]]
    declared = {"columns": columns}
    bench.load_csv("order_id,id\n70,1\n80,2\n70,3\n", **declared)
    bench.landing.rename(lines)
    groups, _ = found(
        search,
        bench.home,
        # Named before the orders: the order in which they are looked through is not this one.
        lines=bench.contract(**declared),
        orders=bench.contract(**orders),
    )
    assert [it["id"] for it in values(groups["shop.lines"])] == ["1", "3"]
    assert [it["id"] for it in values(groups["shop.orders"])] == ["70"]


def test_pulled_records_come_whole_with_keys_that_nobody_declared(
    tmp_path: Path, search: Search
) -> None:
    landing = LandingBench(tmp_path / "home")
    record = {
        "id": 1,
        "email": "wei@example.com",
        "Owner": {"id": "900", "name": "Anna Sales", "email": "anna@shop.example"},
        "friend": "li@example.com",
        "undeclared": ["kept", {"amount": 12.10}],
    }
    landing.land([json.dumps(record).encode()], [b'{"id":2,"email":"li@example.com"}'])
    landing.land([json.dumps(record | {"id": 3}).encode()])
    groups, _ = found(search, landing.home, things=contract(columns=THINGS))
    first, second = groups["shop.things"].records
    told = json.loads(json.dumps(first.values, default=str))
    assert told == {
        "id": 1,
        "email": "wei@example.com",
        "Owner": {"id": "900", "name": OTHER, "email": OTHER},
        "friend": OTHER,
        "undeclared": ["kept", {"amount": "12.1"}],
    }
    assert second.values["id"] == 3
    [place] = second.places
    assert place.file.startswith("things/000002-")


def test_mends_are_found(bench: Workbench, search: Search) -> None:
    declared = {"columns": THINGS}
    bench.load_csv(f"{HEADER}\n1,li@example.com,\n", **declared)
    payloads = [
        {"id": "5", "email": "wei@example.com", "friend": "li@example.com"},
        {"id": "6", "email": "li@example.com", "friend": None},
    ]
    keep_mends(
        bench.home,
        "shop",
        "things",
        [
            Mend("things.csv", number, "f", json.dumps(it), None, "2018-01-01T00:00:00")
            for number, it in enumerate(payloads, start=5)
        ],
    )
    groups, _ = found(search, bench.home, things=bench.contract(**declared))
    [record] = groups["shop.things"].records
    assert record.values == {"id": "5", "email": "wei@example.com", "friend": OTHER}
    assert places(record) == [("mends/things.csv", 5)]


def test_what_could_not_be_looked_through_is_told(bench: Workbench, search: Search) -> None:
    declared = {"columns": THINGS}
    bench.load_csv(f"{HEADER}\n1,wei@example.com,\n", **declared)
    (bench.home / "landing" / "shop" / "former").mkdir()
    (bench.home / "landing" / "gone" / "streams" / "old").mkdir(parents=True)
    [copy] = bench.landing.glob("*.sealed")
    copy.write_bytes(copy.read_bytes()[:-1])
    groups, gaps = found(search, bench.home, things=bench.contract(**declared))
    assert groups["shop.things"].records == ()
    assert {gap.what for gap in gaps} == {
        "gone.old",
        "shop.former",
        "shop.things: things.csv",
    }
    assert not list(search.scratch.glob("tmp*")), "files in the clear were left behind"
