"""What is past its limit goes from landed files, and does not come back."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from assets.raw.landing import Manifest
from pipelines.runtime.sealed_files import sealed_files
from tests.unit.privacy.purge_bench import (
    COLUMNS,
    FORMATS,
    LIMITS,
    NAMES,
    ROWS,
    as_csv,
    contents,
    counts,
    purge,
)
from tests.unit.raw.conftest import AS_OF, LOADED_AT, Workbench


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return Workbench(tmp_path)


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


def test_bytes_that_are_no_text_hold_nothing_up(bench: Workbench) -> None:
    bench.deliver("things.csv", as_csv(bench.folder) + b"8,2017-12-31,\xff\xff,1\r\n")
    before = bench.load(**LIMITS)
    assert counts(purge(bench, **LIMITS)) == (2, 3, 0, 1)
    assert any(b"\xff\xff" in content for content in contents(bench.home))
    after = bench.load(LOADED_AT + timedelta(days=1), **LIMITS)
    assert after.values("id", "note") == before.values("id", "note")
    assert sorted(after.rules) == sorted(before.rules) == ["above_maximum", "wrong_type"]


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
