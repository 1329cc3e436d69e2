"""Landed files and pages lose the rows of a person, and nothing else, in every format."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from assets.enrich.identity.rules import load_rules
from assets.privacy.erasure.erasing import Erasing
from assets.privacy.erasure.landed import erase_deliveries
from assets.privacy.erasure.pulled import erase_stream
from assets.privacy.subject.leads import leads
from assets.privacy.subject.traces import add_traces, create_traces
from assets.raw.connector.pulls import PullStore
from pipelines.runtime.key_ring import landing_keys
from pipelines.runtime.sealed_files import read_sealed, sealed_files
from tests.unit.raw.conftest import LOADED_AT, Workbench
from tests.unit.raw.connector.landing_bench import LandingBench, contract

COLUMNS = [
    {"name": "id", "type": "bigint", "part_of": "shop.orders"},
    {"name": "email", "type": "varchar", "identifier": "email"},
    {"name": "label", "type": "varchar"},
]
ROWS = [
    (1, "Wei.Zhang@Example.com ", 'says "hi"\nand more'),
    (2, "li@example.com", "stays, with a comma"),
    (3, "", ""),
    (4, "wei.zhang@example.com", "again"),
    (5, "other@example.com", "李 stays"),
    (7, "x@example.com", "of his order"),
]
LEFT = [2, 3, 5]
TRACES = (
    "values ('identifier:email', 'wei.zhang@example.com'), ('row:shop.orders', '7'),"
    " ('row:shop.orders', '99')"
)


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return Workbench(tmp_path)


@pytest.fixture
def erasing(tmp_path: Path) -> Erasing:
    con = duckdb.connect()
    create_traces(con, bytes(32))
    assert len(add_traces(con, f"select * from ({TRACES}) as t (kind, value)")) == 3
    assert add_traces(con, f"select * from ({TRACES}) as t (kind, value)") == []
    scratch = tmp_path / "erasing"
    scratch.mkdir()
    return Erasing(con, load_rules(), "CN", scratch)


def as_csv(folder: Path) -> bytes:
    lines = ["id,email,label"]
    lines += [f'{row[0]},{row[1]},"{row[2].replace(chr(34), chr(34) * 2)}"' for row in ROWS]
    return ("\r\n".join(lines) + "\r\n").encode()


def as_gb18030(folder: Path) -> bytes:
    return as_csv(folder).decode().encode("gb18030")


def as_packed_csv(folder: Path) -> bytes:
    return gzip.compress(as_csv(folder))


def as_json_lines(folder: Path) -> bytes:
    names = ("id", "email", "label")
    lines = [json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) for row in ROWS]
    return "\n".join(["", *lines]).encode()


def as_parquet(folder: Path) -> bytes:
    file = folder / "written.parquet"
    values = ", ".join("(?, ?, ?)" for _ in ROWS)
    duckdb.execute(
        f"copy (select * from (values {values}) as t (id, email, label)) to '{file}'",
        [value for row in ROWS for value in row],
    ).fetchall()
    return file.read_bytes()


def as_excel(folder: Path) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (("id", "email", "label"), *ROWS):
        sheet.append(row)
    book.save(folder / "written.xlsx")
    return (folder / "written.xlsx").read_bytes()


FORMATS: dict[str, tuple[Callable[[Path], bytes], dict[str, Any]]] = {
    "things.csv": (as_csv, {"format": "csv"}),
    "things_gb.csv": (as_gb18030, {"format": "csv", "encoding": "gb18030"}),
    "things.csv.gz": (as_packed_csv, {"format": "csv"}),
    "things.jsonl": (as_json_lines, {"format": "jsonl"}),
    "things.parquet": (as_parquet, {"format": "parquet"}),
    "things.xlsx": (as_excel, {"format": "xlsx"}),
}


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_file_loses_the_rows_of_the_person_only(
    bench: Workbench, erasing: Erasing, tmp_path: Path, name: str
) -> None:
    written, keys = FORMATS[name]
    bench.deliver(name, written(tmp_path))
    declared = {**keys, "path": name, "columns": COLUMNS}
    before = bench.load(**declared)
    obj = bench.contract(**declared)
    done = erase_deliveries(erasing, bench.landing, "shop", "things", obj, landing_keys(bench.home))
    assert [it.tally.gone for it in done.values()] == [[1, 4, 6]]
    after = bench.load(LOADED_AT + timedelta(days=1), **declared)
    kept = [row for row in before.rows if row["id"] in LEFT]
    assert [(row["id"], row["email"], row["label"]) for row in after.rows] == [
        (row["id"], row["email"], row["label"]) for row in kept
    ]
    assert after.values("_loaded_at") == [LOADED_AT] * 3, "it is the same delivery"
    assert (
        erase_deliveries(erasing, bench.landing, "shop", "things", obj, landing_keys(bench.home))
        == {}
    )
    assert not list(erasing.scratch.iterdir())


def test_a_claim_of_the_sender_is_lowered(bench: Workbench, erasing: Erasing) -> None:
    bench.deliver("things.csv", as_csv(bench.folder))
    bench.deliver("things.csv.manifest.json", b'{"rows": 6, "totals": {"id": "22"}}')
    declared = {"columns": COLUMNS, "manifest": "required"}
    bench.load(**declared)
    obj = bench.contract(**declared)
    erase_deliveries(erasing, bench.landing, "shop", "things", obj, landing_keys(bench.home))
    assert bench.load(LOADED_AT + timedelta(days=1), **declared).values("id") == LEFT


def test_a_record_whose_fields_have_shifted_goes_too(bench: Workbench, erasing: Erasing) -> None:
    rows = "1,a,x\n2,left over,Wei.Zhang@example.com,1,2\n3,b@c.de,wei.zhang@example.com.cn,9\n"
    bench.load_csv(f"id,email,label\n{rows}", columns=COLUMNS)
    obj = bench.contract(columns=COLUMNS)
    keys = landing_keys(bench.home)
    done = erase_deliveries(erasing, bench.landing, "shop", "things", obj, keys)
    assert [it.tally.gone for it in done.values()] == [[2]]
    (content,) = [b"".join(read_sealed(file, keys)) for file in sealed_files(bench.landing)]
    assert content == b"id,email,label\n1,a,x\n3,b@c.de,wei.zhang@example.com.cn,9\n"


def test_records_that_cannot_be_split_go_or_stay_and_count(
    bench: Workbench, erasing: Erasing
) -> None:
    spare = ",1,2,3,4,5,6"
    kept = [f"1,li@example.com,x{spare}", '2,b@c.de,"two\nlines"', f"4,no,x{spare}", "6,b@c.de,x"]
    theirs = [
        "3,wei.zhang@example.com,x",
        f"left over,x,wei.zhang@example.com{spare}",
        "5,Wei.Zhang@example.com,x",
    ]
    lines = [kept[0], kept[1], theirs[0], theirs[1], kept[2], theirs[2], kept[3]]
    declared = {"columns": COLUMNS, "max_quarantined_ratio": 1}
    bench.load_csv("\n".join(["id,email,label", *lines, ""]), **declared)
    obj = bench.contract(**declared)
    keys = landing_keys(bench.home)
    done = erase_deliveries(erasing, bench.landing, "shop", "things", obj, keys)
    assert [it.tally.gone for it in done.values()] == [[3, 4, 6]]
    (content,) = [b"".join(read_sealed(file, keys)) for file in sealed_files(bench.landing)]
    assert content.decode() == "\n".join(["id,email,label", *kept, ""])


def test_older_copies_lose_them_too(bench: Workbench, erasing: Erasing) -> None:
    for label in ("first", "second"):
        rows = f"1,wei.zhang@example.com,x\n2,b@c.de,{label}\n"
        bench.deliver("things.csv", f"id,email,label\n{rows}")
        bench.load(columns=COLUMNS)
    obj = bench.contract(columns=COLUMNS)
    keys = landing_keys(bench.home)
    assert len(erase_deliveries(erasing, bench.landing, "shop", "things", obj, keys)) == 2
    contents = [b"".join(read_sealed(file, keys)) for file in sealed_files(bench.landing)]
    assert contents, "the copies are there"
    assert not any(b"wei" in content for content in contents)


def test_a_value_is_cleared_and_the_row_stays(bench: Workbench, erasing: Erasing) -> None:
    columns = [COLUMNS[0] | {"part_of": None}, COLUMNS[1] | {"on_erasure": "clear"}, COLUMNS[2]]
    bench.deliver("things.csv", as_csv(bench.folder))
    bench.load(columns=columns)
    obj = bench.contract(columns=columns)
    done = erase_deliveries(erasing, bench.landing, "shop", "things", obj, landing_keys(bench.home))
    assert [(it.tally.gone, it.tally.cleared) for it in done.values()] == [([], 2)]
    after = bench.load(LOADED_AT + timedelta(days=1), columns=columns)
    assert after.values("email") == [
        *(None, "li@example.com", None, None, "other@example.com", "x@example.com")
    ]
    assert after.values("label")[0] == ROWS[0][2]


def test_kinds_may_differ_by_row(bench: Workbench, erasing: Erasing) -> None:
    columns = [
        {"name": "id", "type": "bigint"},
        {"name": "kind", "type": "varchar"},
        {"name": "who", "type": "varchar", "identifier": {"by": "kind", "mail": "email"}},
    ]
    content = "id,kind,who\n1,mail,wei.zhang@example.com\n2,nick,wei.zhang@example.com\n3,,x\n"
    bench.load_csv(content, columns=columns)
    obj = bench.contract(columns=columns)
    erase_deliveries(erasing, bench.landing, "shop", "things", obj, landing_keys(bench.home))
    after = bench.load(LOADED_AT + timedelta(days=1), columns=columns)
    assert after.values("id") == [2, 3]


def test_pages_lose_the_records_of_the_person_only(tmp_path: Path, erasing: Erasing) -> None:
    bench = LandingBench(tmp_path / "home")
    bench.home.mkdir()
    bench.land(
        [b'{"id":1,"email":"WEI.zhang@example.com"}', b'{"id":2,"n":1.50}'],
        [b'{"id":4,"email":"wei.zhang@example.com"}'],
        [b'{"id":5,"email":null}'],
    )
    obj = contract(columns=COLUMNS)
    store = PullStore(bench.home, "shop", "things")
    done = erase_stream(erasing, store, "shop", {"things": obj})
    assert [tally.gone for tally in done.values()] == [[1], [1]]
    (pull,) = store.done()
    assert [page.records for page in pull.pages] == [1, 0, 1]
    assert pull.pages[0].lines() == [b'{"id":2,"n":1.50}']
    assert [row["id"] for row in bench.load(pull, columns=COLUMNS)] == [2, 5]
    assert erase_stream(erasing, store, "shop", {"things": obj}) == {}


def test_a_record_of_several_objects_goes_with_any_of_them(
    tmp_path: Path, erasing: Erasing
) -> None:
    bench = LandingBench(tmp_path / "home")
    bench.home.mkdir()
    bench.land([b'{"id":6,"lines":[{"no":1},{"no":99}]}', b'{"id":8,"lines":[{"no":2}]}'])
    line = [
        {"name": "order_id", "header": "^.id", "type": "bigint"},
        {"name": "no", "type": "integer", "part_of": "shop.orders"},
    ]
    objects = {
        "things": contract(columns=[{"name": "id", "type": "bigint"}]),
        "lines": contract(columns=line, key=["order_id", "no"], unnest="lines"),
    }
    erase_stream(erasing, PullStore(bench.home, "shop", "things"), "shop", objects)
    (pull,) = PullStore(bench.home, "shop", "things").done()
    assert pull.pages[0].lines() == [b'{"id":8,"lines":[{"no":2}]}']


def test_leads_name_objects_of_other_sources_whole(bench: Workbench) -> None:
    obj = bench.contract(
        columns=[
            {"name": "id", "type": "bigint", "person": "contacts"},
            {"name": "label", "type": "varchar", "person": {"by": "kind", "L": "crm.leads"}},
            {"name": "kind", "type": "varchar"},
            {"name": "other", "type": "varchar", "person": {"by": "kind"}},
        ]
    )
    assert [lead.kinds for lead in leads("shop", obj)] == [
        "'row:shop.contacts'",
        "case cast(\"kind\" as varchar) when 'L' then 'row:crm.leads' end",
        "'row:' || cast(\"kind\" as varchar)",
    ]
