"""What is past its limit goes from landed files and pages, and does not come back."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from assets.privacy.retention.landing import PurgedLanding, purge_landing
from assets.raw.connector.pulls import PullStore
from assets.raw.contract_model import SourceContract
from assets.raw.landing import Manifest
from assets.raw.mends import Mend, fingerprint, keep_mends, read_mends
from assets.raw.retention import Horizon
from pipelines.runtime.key_ring import landing_keys
from pipelines.runtime.sealed_files import read_sealed, sealed_files
from tests.unit.raw.conftest import AS_OF, LOADED_AT, Workbench
from tests.unit.raw.connector.landing_bench import LandingBench
from tests.unit.raw.connector.landing_bench import contract as pulled_contract

COLUMNS = [
    {"name": "id", "type": "bigint"},
    {"name": "sold_on", "type": "date"},
    {"name": "note", "type": "varchar", "retention_days": 30},
    {"name": "score", "type": "integer", "max": 10},
]
LIMITS = {"columns": COLUMNS, "event_at": "sold_on", "retention": {"days": 365}}
ROWS = [
    (1, "2016-12-30", "too old", 1),
    (2, "2016-12-31", 'just in time, "quoted"\nand more', 2),
    (3, "2017-11-30", "its note is old, 李", 3),
    (4, "2017-12-01", "its note is just in time", 4),
    (5, "2016-01-01", "refused and too old", 99),
    (6, "2017-06-01", "refused, its note is old", 99),
    (7, "2017-12-31", "new", 7),
]
NAMES = ("id", "sold_on", "note", "score")


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return Workbench(tmp_path)


def as_csv(folder: Path) -> bytes:
    lines = [",".join(NAMES), ""]
    for row in ROWS:
        quoted = row[2].replace('"', '""')
        lines.append(f'{row[0]},{row[1]},"{quoted}",{row[3]}')
    return ("\r\n".join(lines) + "\r\n").encode()


def as_json_lines(folder: Path) -> bytes:
    lines = [json.dumps(dict(zip(NAMES, row, strict=True)), ensure_ascii=False) for row in ROWS]
    return "\n".join(["", *lines]).encode()


def as_parquet(folder: Path) -> bytes:
    file = folder / "written.parquet"
    values = ", ".join("(?, ?, ?, ?)" for _ in ROWS)
    duckdb.execute(
        f"copy (select * from (values {values}) as t ({', '.join(NAMES)})) to '{file}'",
        [value for row in ROWS for value in row],
    ).fetchall()
    return file.read_bytes()


def as_excel(folder: Path) -> bytes:
    book = openpyxl.Workbook()
    for row in (NAMES, *ROWS):
        book.worksheets[0].append(row)
    book.save(folder / "written.xlsx")
    return (folder / "written.xlsx").read_bytes()


FORMATS: dict[str, tuple[Callable[[Path], bytes], dict[str, Any]]] = {
    "things.csv": (as_csv, {"format": "csv"}),
    "things_gb.csv": (
        lambda folder: as_csv(folder).decode().encode("gb18030"),
        {"format": "csv", "encoding": "gb18030"},
    ),
    "things.csv.gz": (lambda folder: gzip.compress(as_csv(folder)), {"format": "csv"}),
    "things.jsonl": (as_json_lines, {"format": "jsonl"}),
    "things.parquet": (as_parquet, {"format": "parquet"}),
    "things.xlsx": (as_excel, {"format": "xlsx"}),
}


def purge(
    bench: Workbench,
    as_of: date = AS_OF,
    dry_run: bool = False,
    default: int | None = None,
    **declared: Any,
) -> PurgedLanding:
    source = SourceContract.model_construct(
        source="shop", retention_days=default, objects={"things": bench.contract(**declared)}
    )
    return purge_landing(bench.home, [source], Horizon(as_of, "Asia/Shanghai"), dry_run)


def counts(done: PurgedLanding) -> tuple[int, int, int, int]:
    assert done.failures == []
    total = done.total
    return total.rows, total.values, total.mends, total.files


def contents(home: Path) -> list[bytes]:
    keys = landing_keys(home)
    return [b"".join(read_sealed(file, keys)) for file in sorted(sealed_files(home / "landing"))]


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_file_loses_what_is_past_its_limit_only(
    bench: Workbench, tmp_path: Path, name: str
) -> None:
    written, keys = FORMATS[name]
    bench.deliver(name, written(tmp_path))
    declared = {**LIMITS, **keys, "path": name}
    before = bench.load(**declared)
    assert before.values("id") == [2, 3, 4, 7], "the old ones are not loaded"
    assert [bool(note) for note in before.values("note")] == [False, False, True, True]
    assert (before.load.rows_expired, len(before.quarantine)) == (2, 1)
    landed = contents(bench.home)

    assert counts(purge(bench, dry_run=True, **declared)) == (2, 3, 0, 1)
    assert contents(bench.home) == landed, "a dry run changes nothing"
    assert counts(purge(bench, **declared)) == (2, 3, 0, 1)
    after = bench.load(LOADED_AT + timedelta(days=1), **declared)
    kept = ("id", "sold_on", "note", "score", "_row_hash", "_loaded_at")
    assert after.values(*kept) == before.values(*kept), "a load makes the same of it"
    assert (after.load.rows_expired, after.load.rows_read) == (0, 5)
    assert "its note is old" not in after.quarantine[0]["payload"]
    landed = contents(bench.home)
    assert counts(purge(bench, **declared)) == (0, 0, 0, 0), "there is nothing left to do"
    assert contents(bench.home) == landed


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_file_of_which_nothing_is_left_is_still_known(
    bench: Workbench, tmp_path: Path, name: str
) -> None:
    written, keys = FORMATS[name]
    bench.deliver(name, written(tmp_path))
    declared = {**LIMITS, **keys, "path": name}
    bench.load(**declared)
    later = date(2020, 1, 1)
    assert counts(purge(bench, later, **declared))[0] == len(ROWS)
    (entry,) = Manifest(bench.landing).deliveries
    assert entry.rows_expired == len(ROWS)
    after = bench.load(LOADED_AT + timedelta(days=1), later, **declared)
    assert (after.load.files, after.load.rows_read) == (1, 0)
    assert counts(purge(bench, later, **declared)) == (0, 0, 0, 0)


def test_an_old_row_that_is_delivered_again_does_not_come_back(bench: Workbench) -> None:
    bench.deliver("things.csv", as_csv(bench.folder))
    bench.load(**LIMITS)
    purge(bench, **LIMITS)
    (bench.data / "things.csv").unlink()
    bench.deliver("things.csv", as_csv(bench.folder) + b"8,2017-12-30,added,1\r\n")
    again = bench.load(LOADED_AT + timedelta(days=1), **LIMITS)
    assert again.values("id") == [2, 3, 4, 7, 8]
    assert again.load.rows_expired == 2
    assert counts(purge(bench, **LIMITS)) == (2, 3, 0, 1)
    assert not any(b"too old" in content for content in contents(bench.home))


def test_older_copies_lose_them_too(bench: Workbench) -> None:
    for label in ("first", "second"):
        bench.deliver(
            "things.csv", f"{','.join(NAMES)}\n1,2016-01-01,{label},1\n2,2017-12-31,x,1\n"
        )
        bench.load(**LIMITS)
    assert counts(purge(bench, **LIMITS)) == (2, 0, 0, 2)
    assert [content.count(b"\n") for content in contents(bench.home)] == [2], "now they are equal"


def test_files_without_a_limit_are_not_even_read(bench: Workbench) -> None:
    bench.load_csv("id,label,amount\n1,a,1\n")
    (copy,) = sealed_files(bench.landing)
    copy.write_bytes(b"no seal")
    assert counts(purge(bench)) == (0, 0, 0, 0)


def test_snapshots_without_a_time_go_when_others_stand_in_their_place(bench: Workbench) -> None:
    for label in ("first", "second"):
        bench.deliver("things.csv", f"id,label,amount\n1,{label},1\n")
        bench.load()
    late = AS_OF + timedelta(days=31)
    assert counts(purge(bench, late)) == (0, 0, 0, 0), "the source has no limit"
    assert counts(purge(bench, AS_OF + timedelta(days=30), default=30)) == (0, 0, 0, 0)
    assert counts(purge(bench, late, dry_run=True, default=30)) == (0, 0, 0, 1)
    assert counts(purge(bench, late, default=30)) == (0, 0, 0, 1)
    assert sorted(contents(bench.home)) == [b"", b"id,label,amount\n1,second,1\n"]
    assert bench.load(LOADED_AT + timedelta(days=31)).values("label") == ["second"]
    assert counts(purge(bench, late, default=30)) == (0, 0, 0, 0)


def test_pulled_snapshots_without_a_time_go_too(tmp_path: Path) -> None:
    bench = LandingBench(tmp_path / "home")
    bench.home.mkdir()
    for day in range(8):
        bench.land([b'{"id":%d}' % day], upper=UPPER - timedelta(days=40 - day))
    source = SourceContract.model_construct(
        source="shop", retention_days=38, objects={"things": pulled_contract(delivery="snapshot")}
    )
    horizon = Horizon(AS_OF, "Asia/Shanghai")
    for dry_run, left in ((True, 8), (False, 6), (False, 6)):
        done = purge_landing(bench.home, [source], horizon, dry_run)
        assert len(PullStore(bench.home, "shop", "things").done()) == left
    assert counts(done) == (0, 0, 0, 0)


def test_the_manifest_of_a_sender_is_lowered(bench: Workbench) -> None:
    bench.deliver("things.csv", as_csv(bench.folder))
    bench.deliver("things.csv.manifest.json", b'{"rows": 7, "totals": {"id": "28"}}')
    declared = {**LIMITS, "manifest": "required"}
    bench.load(**declared)
    purge(bench, **declared)
    assert bench.load(LOADED_AT + timedelta(days=1), **declared).load.rows_read == 5


def test_records_without_fields_are_as_old_as_their_delivery(bench: Workbench) -> None:
    content = f"{','.join(NAMES)}\n1,2017-12-31,a,1\nbroken,line\n2,2017-12-31,b,1\n3,x,no time,1\n"
    loaded = bench.load_csv(content, **LIMITS)
    assert sorted(loaded.rules) == ["too_few_fields", "wrong_type"]
    assert counts(purge(bench, **LIMITS)) == (0, 0, 0, 0)
    month = AS_OF + timedelta(days=31)
    assert counts(purge(bench, month, **LIMITS)) == (1, 3, 0, 1), "what cannot be split goes whole"
    year = AS_OF + timedelta(days=366)
    assert counts(purge(bench, year, **LIMITS)) == (3, 0, 0, 1)


def test_a_copy_that_no_contract_reads_any_more_goes_when_it_is_too_old(bench: Workbench) -> None:
    bench.deliver("things.csv", "id,sold_on,remark,score\n1,2017-12-31,x,1\n")
    columns = [COLUMNS[0], COLUMNS[1], {"name": "remark", "type": "varchar"}, COLUMNS[3]]
    bench.load(**{**LIMITS, "columns": columns})
    bench.deliver("things.csv", as_csv(bench.folder))
    bench.load(**LIMITS)
    (failure,) = purge(bench, **LIMITS).failures
    assert failure.startswith("shop.things: things.csv: the file has no column 'note'")
    later = date(2019, 1, 1)
    assert counts(purge(bench, later, **LIMITS))[3] == 2
    assert counts(purge(bench, later, **LIMITS)) == (0, 0, 0, 0)


def mended(bench: Workbench, row: dict[str, Any], **changes: Any) -> Mend:
    payload = json.dumps(json.loads(row["payload"]) | changes, ensure_ascii=False)
    sha = Manifest(bench.landing).deliveries[-1].sha256
    place = (row["_file"], row["_position"], fingerprint(row["payload"]), payload)
    return Mend(*place, sha, "2017-12-31T00:00:00Z")


def test_mends_follow_their_rows_and_go_with_them(bench: Workbench) -> None:
    bench.deliver("things.csv", as_csv(bench.folder))
    declared = {
        **LIMITS,
        "columns": [*COLUMNS[:2], {"name": "note", "type": "varchar"}, COLUMNS[3]],
    }
    unlimited = {key: value for key, value in declared.items() if key != "retention"}
    refused = bench.load(**unlimited).quarantine
    # A row that is too old stays away, whatever a mend makes of its time.
    mends = [mended(bench, refused[0], score="9", sold_on="2017-12-31")]
    keep_mends(bench.home, "shop", "things", [*mends, mended(bench, refused[1], score="9")])
    assert bench.load(**declared).values("id") == [2, 3, 4, 6, 7]
    assert counts(purge(bench, **declared)) == (2, 0, 1, 1)
    after = bench.load(LOADED_AT + timedelta(days=1), **declared)
    assert after.values("id") == [2, 3, 4, 6, 7]
    assert (after.load.rows_mended, after.load.mends_ignored) == (1, 0)
    assert [mend.position for mend in read_mends(bench.home, "shop", "things")] == [5 - 1]
    assert counts(purge(bench, **declared)) == (0, 0, 0, 0)


def test_a_mend_loses_the_values_of_its_row(bench: Workbench) -> None:
    bench.deliver("things.csv", as_csv(bench.folder))
    (row,) = bench.load(**LIMITS).quarantine
    keep_mends(bench.home, "shop", "things", [mended(bench, row, score="9", note="secret")])
    assert bench.load(**LIMITS).values("id") == [2, 3, 4, 6, 7]
    assert counts(purge(bench, **LIMITS)) == (2, 3, 1, 1)
    assert not any(b"secret" in content for content in contents(bench.home))
    after = bench.load(LOADED_AT + timedelta(days=1), **LIMITS)
    assert after.values("id", "note")[3] == (6, None)
    assert counts(purge(bench, **LIMITS)) == (0, 0, 0, 0)


def test_a_mend_from_before_the_limit_is_still_applied(bench: Workbench) -> None:
    bench.deliver("things.csv", as_csv(bench.folder))
    refused = bench.load(as_of=date(2017, 6, 1), **LIMITS).quarantine
    row = next(row for row in refused if '"6"' in row["payload"])
    assert "refused, its note is old" in row["payload"], "at that date it was not"
    keep_mends(bench.home, "shop", "things", [mended(bench, row, score="9")])
    assert bench.load(**LIMITS).values("id", "note")[3] == (6, None)
    assert counts(purge(bench, **LIMITS)) == (2, 3, 1, 1)
    after = bench.load(LOADED_AT + timedelta(days=1), **LIMITS)
    assert after.values("id", "note")[3] == (6, None)
    assert counts(purge(bench, **LIMITS)) == (0, 0, 0, 0)


UPPER = datetime(2017, 12, 31, 2, 0, tzinfo=UTC)


def pulled(tmp_path: Path, *pages: list[bytes]) -> LandingBench:
    bench = LandingBench(tmp_path / "home")
    bench.home.mkdir()
    bench.land(*pages, upper=UPPER)
    return bench


def purge_pages(bench: LandingBench, dry_run: bool = False, **objects: Any) -> PurgedLanding:
    source = SourceContract.model_construct(source="shop", retention_days=None, objects=objects)
    return purge_landing(bench.home, [source], Horizon(AS_OF, "Asia/Shanghai"), dry_run)


def test_pages_lose_what_is_past_its_limit_only(tmp_path: Path) -> None:
    records = [
        json.dumps(dict(zip(NAMES, row, strict=True)), ensure_ascii=False).encode() for row in ROWS
    ]
    bench = pulled(tmp_path, records[:4], records[4:5], records[5:])
    things = pulled_contract(**LIMITS)
    assert counts(purge_pages(bench, dry_run=True, things=things)) == (2, 3, 0, 3)
    assert counts(purge_pages(bench, things=things)) == (2, 3, 0, 3)
    (pull,) = PullStore(bench.home, "shop", "things").done()
    assert [page.records for page in pull.pages] == [3, 0, 2]
    assert pull.pages[0].lines()[2] == records[3], "untouched records stay as they were"
    assert pull.pages[2].lines()[1] == records[6]
    assert counts(purge_pages(bench, things=things)) == (0, 0, 0, 0)
    assert not any(b"is old" in gzip.decompress(content) for content in contents(bench.home))


def test_a_record_goes_when_all_that_is_made_of_it_is_too_old(tmp_path: Path) -> None:
    bench = pulled(
        tmp_path,
        [
            b'{"id":1,"at":"2016-01-01","lines":[{"no":1,"note":"a"},{"no":2,"note":"b"}]}',
            b'{"id":2,"at":"2017-06-01","lines":[{"no":1,"note":"c"},{"no":2}]}',
            b'{"id":3,"at":"2017-12-31","lines":[]}',
        ],
    )
    at = {"name": "at", "type": "date"}
    things = pulled_contract(
        columns=[{"name": "id", "type": "bigint"}, at], event_at="at", retention={"days": 365}
    )
    lines = pulled_contract(
        columns=[
            {"name": "id", "header": "^.id", "type": "bigint"},
            {"name": "no", "type": "integer"},
            {"name": "note", "type": "varchar", "retention_days": 30},
            at | {"header": "^.at"},
        ],
        key=["id", "no"],
        unnest="lines",
        event_at="at",
        retention={"days": 365},
    )
    assert counts(purge_pages(bench, things=things, lines=lines))[:2] == (1, 1)
    (pull,) = PullStore(bench.home, "shop", "things").done()
    assert [json.loads(line) for line in pull.pages[0].lines()] == [
        {"id": 2, "at": "2017-06-01", "lines": [{"no": 1, "note": None}, {"no": 2}]},
        {"id": 3, "at": "2017-12-31", "lines": []},
    ]
    assert counts(purge_pages(bench, things=things, lines=lines)) == (0, 0, 0, 0)


def test_a_record_stays_for_its_youngest_row(tmp_path: Path) -> None:
    rows = b'[{"no":1,"on":"2016-01-01"},{"no":2,"on":"2017-12-31"}]'
    record = b'{"id":1,"at":"2016-01-01","lines":' + rows + b"}"
    bench = pulled(tmp_path, [record])
    kept = {"retention": {"days": 365}}
    at = {"name": "at", "type": "date"}
    things = pulled_contract(columns=[{"name": "id", "type": "bigint"}, at], event_at="at", **kept)
    lines = pulled_contract(
        columns=[
            {"name": "id", "header": "^.id", "type": "bigint"},
            {"name": "no", "type": "integer"},
            {"name": "on_day", "header": "on", "type": "date"},
        ],
        key=["id", "no"],
        unnest="lines",
        event_at="on_day",
        **kept,
    )
    assert counts(purge_pages(bench, things=things, lines=lines)) == (0, 0, 0, 0)


def test_mends_of_pages_follow_their_records(tmp_path: Path) -> None:
    records = [
        json.dumps(dict(zip(NAMES, row, strict=True)), ensure_ascii=False).encode() for row in ROWS
    ]
    bench = pulled(tmp_path, records)
    things = pulled_contract(**LIMITS)
    (pull,) = PullStore(bench.home, "shop", "things").done()
    bench.load(pull, **LIMITS)
    (row,) = bench.rows("vault.quarantine.shop__things")
    payload = json.dumps(json.loads(row["payload"]) | {"score": 9, "note": "secret"})
    place = (row["_file"], row["_position"], fingerprint(row["payload"]))
    keep_mends(bench.home, "shop", "things", [Mend(*place, payload, None, "2017-12-31T00:00:00Z")])
    assert counts(purge_pages(bench, things=things)) == (2, 3, 1, 1)
    (mend,) = read_mends(bench.home, "shop", "things")
    assert mend.position == 4
    assert "secret" not in mend.payload
    assert counts(purge_pages(bench, things=things)) == (0, 0, 0, 0)
