"""Landed pages become typed rows: every record once, later ones last, nothing guessed."""

# ruff: noqa: DTZ001 (raw timestamps are UTC without a zone)

from __future__ import annotations

import gzip
import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.raw.connector.pages import LandedStream, counting_pulls
from assets.raw.connector.pulls import Pull, PullStore
from assets.raw.errors import FileError
from pipelines.runtime.sealed_files import sealed_whole
from tests.unit.raw.connector.books import START
from tests.unit.raw.connector.landing_bench import LandingBench

MOMENT = datetime(2017, 12, 31, 2, 0)
DAY = timedelta(days=1)


@pytest.fixture
def bench(tmp_path: Path) -> LandingBench:
    return LandingBench(tmp_path)


@pytest.mark.parametrize(
    ("kind", "sent", "value"),
    [
        ("bigint", "7", 7),
        ("bigint", '"7"', 7),
        ("bigint", "7.0", 7),
        ("bigint", "7.5", ["wrong_type"]),
        ("bigint", "9" * 41, ["wrong_type"]),
        ("varchar", "9" * 41, "9" * 41),
        ("decimal(38,0)", "9" * 38, Decimal("9" * 38)),
        ("decimal(18,2)", "1234567890123.45", Decimal("1234567890123.45")),
        ("decimal(18,2)", '"12.10"', Decimal("12.10")),
        ("decimal(18,2)", "true", ["wrong_type"]),
        ("double", "1e3", 1000.0),
        ("boolean", "true", True),
        ("boolean", '"no"', False),
        ("date", '"2017-12-31"', date(2017, 12, 31)),
        ("timestamp", '"2017-12-31T10:00:00+08:00"', MOMENT),
        ("epoch_ms", "1514685600000", MOMENT),
        ("epoch_s", '"1514685600"', MOMENT),
        ("varchar", '""', None),
        ("varchar", '" "', " "),
        ("varchar", "null", None),
        ("varchar", '"null"', "null"),
        ("varchar", "true", "true"),
        ("varchar", r'"\u0000"', ["wrong_type"]),
        ("varchar", r'"a\n\"\u4e2d\ud83d\ude00"', 'a\n"中😀'),
        ("varchar", '{"a":[1]}', '{"a":[1]}'),
        ("bigint", "[1]", ["wrong_type"]),
        ("bigint", '""', None),
        ("json", "null", None),
        ("json", '"null"', '"null"'),
        ("json", '{"a": [1, "x"]}', '{"a":[1,"x"]}'),
        ("json", "[]", "[]"),
    ],
)
def test_what_a_value_becomes(bench: LandingBench, kind: str, sent: str, value: Any) -> None:
    assert bench.value(kind, sent) == value


def test_values_lie_where_the_header_says(bench: LandingBench) -> None:
    columns = [
        {"name": "id", "type": "bigint"},
        {"name": "account", "header": "Account_Name.id", "type": "varchar"},
        {"name": "city", "header": "^.地址.市", "type": "varchar"},
        {"name": "tags", "header": "^.tags", "type": "json"},
    ]
    rows = bench.load_records(
        b'{"id":1,"Account_Name":{"id":"A"},"tags":"one"}',
        '{"id":2,"Account_Name":null,"地址":{"市":"杭州"},"tags":["x"]}'.encode(),
        b'{"id":3,"Account_Name":"no object"}',
        columns=columns,
    )
    found = [(row["account"], row["city"], row["tags"]) for row in rows]
    assert found == [("A", None, '"one"'), (None, "杭州", '["x"]'), (None, None, None)]
    assert bench.quarantine() == []


def test_rows_say_where_they_come_from(bench: LandingBench) -> None:
    first = bench.land([b'{"id":1}', b'{"id":2}'], [b'{"id":3}'])
    second = bench.land([b'{"id":4}'], upper=START + DAY)
    rows = bench.load(first, second)
    assert [(row["_file"], row["_position"], row["_loaded_at"]) for row in rows] == [
        ("things/000001-20171231T020000Z/00000001", 1, MOMENT + timedelta(microseconds=1)),
        ("things/000001-20171231T020000Z/00000001", 2, MOMENT + timedelta(microseconds=1)),
        ("things/000001-20171231T020000Z/00000002", 1, MOMENT + timedelta(microseconds=2)),
        ("things/000002-20180101T020000Z/00000001", 1, MOMENT + DAY + timedelta(microseconds=1)),
    ]


@pytest.mark.parametrize("passed", [DAY, timedelta(0), -DAY])
def test_of_two_versions_the_later_page_wins(bench: LandingBench, passed: timedelta) -> None:
    first = bench.land([b'{"id":1,"label":"a"}'], [b'{"id":1,"label":"b"}'])
    second = bench.land([b'{"id":1,"label":"c"}'], upper=START + passed)
    rows = bench.load(first, second)
    assert [row["label"] for row in sorted(rows, key=lambda row: row["_loaded_at"])] == list("abc")
    assert len({row["_loaded_at"] for row in rows}) == 3


@settings(max_examples=5, deadline=None)
@given(sizes=st.lists(st.lists(st.integers(1, 5), min_size=1, max_size=5), min_size=1, max_size=4))
def test_every_record_once_and_in_order(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[list[int]]
) -> None:
    bench = LandingBench(tmp_path_factory.mktemp("pages"))
    bench.con.execute("set threads = 4").fetchall()
    number = iter(range(1000))
    pulls = [
        bench.land(*([b'{"id":%d}' % next(number) for _ in range(size)] for size in pages))
        for pages in sizes
    ]
    rows = sorted(bench.load(*pulls), key=lambda row: (row["_loaded_at"], row["_position"]))
    assert [row["id"] for row in rows] == list(range(sum(map(sum, sizes))))


def test_only_the_newest_snapshot_counts(bench: LandingBench) -> None:
    pulls = [bench.land([b'{"id":%d}' % day], upper=START + day * DAY) for day in range(3)]
    (pulls[2].folder / "checkpoint.json").write_text('{"pages": 1, "records": 1, "next": {}}')
    pulls = PullStore(bench.home, "shop", "things").pulls()
    assert counting_pulls(pulls, "snapshot") == pulls[1:2]
    assert counting_pulls(pulls, "increment") == pulls[:2]


def test_elements_have_a_row_each(bench: LandingBench) -> None:
    columns = [
        {"name": "order_id", "header": "^.id", "type": "bigint"},
        {"name": "line", "header": "line.no", "type": "integer"},
        {"name": "amount", "type": "decimal(18,2)"},
        {"name": "shipping", "header": "^.costs.shipping", "type": "decimal(18,2)"},
    ]
    rows = bench.load_records(
        b'{"id":1,"costs":{"shipping":5},"lines":[{"line":{"no":1},"amount":2},{"line":{"no":2}}]}',
        b'{"id":2,"lines":[]}',
        b'{"id":3,"lines":null}',
        b'{"id":4}',
        b'{"id":5,"lines":{"line":{"no":1},"amount":"1.50"}}',
        b'{"id":6,"lines":[7,null]}',
        b'{"id":7,"costs":{"shipping":9},"lines":"none"}',
        columns=columns,
        key=["order_id", "line"],
        unnest="lines",
        money=["shipping"],
    )
    names = ("order_id", "line", "amount", "shipping")
    assert [tuple(row[name] for name in names) for row in rows] == [
        (1, 1, Decimal(2), Decimal(5)),
        (1, 2, None, Decimal(5)),
        (5, 1, Decimal("1.50"), None),
    ]
    assert [row["rule"] for row in bench.quarantine()] == ["missing_value"] * 3
    (money,) = bench.rows("vault.accounting.landed")
    assert money["rows_read"] == 6
    found = (money["money_read"], money["money_loaded"], money["money_quarantined"])
    assert found == (Decimal(19), Decimal(10), Decimal(9)), "money of the whole record counts too"


def test_refused_rows_keep_what_was_sent(bench: LandingBench) -> None:
    assert bench.load_records(b'{"id":"x","more":[1]}') == []
    (refused,) = bench.quarantine()
    assert json.loads(refused["payload"]) == {"id": "x", "more": [1]}
    assert refused["reason"] == "column id is no bigint"


def no_pages(pull: Pull) -> None:
    for page in pull.pages:
        page.file.unlink()


def cut(pull: Pull) -> None:
    file = pull.pages[0].file
    file.write_bytes(file.read_bytes()[:-6])


def not_zipped(pull: Pull) -> None:
    sealed_anew(pull, b"x" * 40)


def sealed_anew(pull: Pull, content: bytes) -> None:
    page = pull.pages[0]
    with sealed_whole(page.file, page.keys) as sealed:
        sealed.write(content)


def not_sealed(pull: Pull) -> None:
    pull.pages[0].file.write_bytes(gzip.compress(b'{"id":1}\n{"id":2}\n'))


def one_too_many(pull: Pull) -> None:
    sealed_anew(pull, gzip.compress(b'{"id":1}\n{"id":2}\n{"id":3}\n'))


def one_too_few(pull: Pull) -> None:
    sealed_anew(pull, gzip.compress(b'{"id":1}\n'))


def no_json(pull: Pull) -> None:
    sealed_anew(pull, gzip.compress(b'{"id":1}\n{"id":s3cret\n'))


@pytest.mark.parametrize(
    "damage", [no_pages, cut, not_sealed, not_zipped, one_too_many, one_too_few, no_json]
)
def test_damaged_pages_are_told_and_nothing_is_written(bench: LandingBench, damage: Any) -> None:
    assert len(bench.load_records(b'{"id":1}')) == 1
    bench.land([b'{"id":1}', b'{"id":2}'])
    pull = PullStore(bench.home, "shop", "things").pulls()[-1]
    damage(pull)
    with pytest.raises(FileError, match=r"restore (the folder|it|them) from the backup") as error:
        bench.load(pull)
    assert "\n" not in str(error.value)
    assert "s3cret" not in str(error.value)
    assert bench.rows("vault.raw.shop__things", "count(*) as found") == [{"found": 1}]


def test_no_page_at_all_is_an_empty_table(bench: LandingBench) -> None:
    assert bench.load() == []
    assert bench.load(bench.land([])) == []


def test_a_folder_with_signs_of_a_pattern(tmp_path: Path) -> None:
    bench = LandingBench(tmp_path / "[prod] it's *")
    bench.home.mkdir()
    pull = bench.land([b'{"id":1}'], stream="orders?status=any")
    assert len(bench.load(pull)) == 1
    assert LandedStream([pull]).bytes_landed == pull.pages[0].file.stat().st_size
