"""Landing keeps every delivery once, unchanged and private, and knows the newest of each path."""

from __future__ import annotations

import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from assets.raw.errors import FileError
from assets.raw.landing import Manifest
from pipelines.runtime.key_ring import landing_keys
from pipelines.runtime.sealed_files import read_sealed
from tests.unit.raw.conftest import LOADED_AT, Workbench

HEADER = "id,label,amount\n"


def copies(bench: Workbench) -> list[Path]:
    return sorted(file for file in bench.landing.iterdir() if file.name.endswith(".csv.sealed"))


def test_a_file_lands_once_and_unchanged(bench: Workbench) -> None:
    content = f"{HEADER}1,a,2.50\n"
    bench.load_csv(content)
    bench.load()
    (copy,) = copies(bench)
    assert b"".join(read_sealed(copy, landing_keys(bench.home))).decode() == content
    assert b"2.50" not in copy.read_bytes()
    assert len((bench.landing / "manifest.ndjson").read_text().splitlines()) == 1


def test_a_second_load_leaves_the_same_tables(bench: Workbench) -> None:
    first = bench.load_csv(f"{HEADER}1,a,2.50\nx,b,1\n")
    second = bench.load(LOADED_AT + timedelta(days=1))

    def without_load(rows: list[dict[str, object]]) -> list[dict[str, object]]:
        return [{key: row[key] for key in row if key != "_load_id"} for row in rows]

    assert without_load(second.rows) == without_load(first.rows)
    assert without_load(second.quarantine) == without_load(first.quarantine)
    assert second.landed == first.landed, "a rerun must replace its accounting, not add to it"


def test_copies_are_readable_by_the_owner_only(bench: Workbench) -> None:
    bench.load_csv(f"{HEADER}1,a,2\n")
    for path in (bench.home / "landing").rglob("*"):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), f"{path.name} has mode {mode:o}"


def test_a_changed_file_is_a_new_version_and_the_newest_is_loaded(bench: Workbench) -> None:
    bench.load_csv(f"{HEADER}1,old,2\n")
    outcome = bench.load_csv(f"{HEADER}1,newer,2\n")
    assert len(copies(bench)) == 2, "the earlier delivery must stay"
    assert outcome.values("label") == ["newer"]


def test_a_file_that_goes_back_to_an_earlier_content_counts_as_newest(bench: Workbench) -> None:
    for label in ("first", "second", "first"):
        file = bench.deliver("things.csv", f"{HEADER}1,{label},2\n")
        os.utime(file, ns=(bench.loads + 1, bench.loads + 1))
        outcome = bench.load(LOADED_AT + timedelta(days=bench.loads))
    assert outcome.values("label") == ["first"]
    assert outcome.values("_loaded_at") == [LOADED_AT + timedelta(days=2)]
    assert len(copies(bench)) == 2


def test_a_touched_file_does_not_land_again(bench: Workbench) -> None:
    file = bench.deliver("things.csv", f"{HEADER}1,a,2\n")
    bench.load()
    os.utime(file, ns=(5, 5))
    outcome = bench.load(LOADED_AT + timedelta(days=1))
    assert len(copies(bench)) == 1
    assert outcome.values("_loaded_at") == [LOADED_AT], "unchanged content keeps its landing time"


def test_an_increment_keeps_files_that_vanished(bench: Workbench) -> None:
    keys = {"path": "things_*.csv", "delivery": "increment"}
    january = bench.deliver("things_01.csv", f"{HEADER}1,jan,1\n")
    bench.deliver("things_02.csv", f"{HEADER}2,feb,2\n")
    bench.load(**keys)
    january.unlink()
    bench.deliver("things_02.csv", f"{HEADER}2,february,2\n")
    outcome = bench.load(LOADED_AT + timedelta(days=1), **keys)
    assert outcome.values("id", "label") == [(1, "jan"), (2, "february")]
    assert outcome.values("_file") == ["things_01.csv", "things_02.csv"]


@pytest.mark.parametrize("delivery", ["increment", "snapshot"])
def test_the_same_file_under_another_name_counts_once(delivery: str, bench: Workbench) -> None:
    keys = {"path": "things*.csv", "delivery": delivery}
    bench.deliver("things.csv", f"{HEADER}1,a,1\n")
    bench.load(**keys)
    bench.deliver("things (1).csv", f"{HEADER}1,a,1\n")
    bench.deliver("things_2.csv", f"{HEADER}2,b,1\n")
    outcome = bench.load(LOADED_AT + timedelta(days=1), **keys)
    assert outcome.values("id", "_file") == [(1, "things.csv"), (2, "things_2.csv")]
    assert outcome.values("_loaded_at")[0] == LOADED_AT, "the first delivery is the one that counts"
    assert (outcome.load.files, outcome.load.rows_read) == (2, 2)


def test_a_copy_counts_again_when_the_first_file_changed(bench: Workbench) -> None:
    keys = {"path": "things*.csv", "delivery": "increment"}
    bench.deliver("things.csv", f"{HEADER}1,a,1\n")
    bench.deliver("things_copy.csv", f"{HEADER}1,a,1\n")
    assert bench.load(**keys).values("_file") == ["things.csv"]
    bench.deliver("things.csv", f"{HEADER}2,b,1\n")
    outcome = bench.load(LOADED_AT + timedelta(days=1), **keys)
    assert sorted(outcome.values("id")) == [1, 2]


def test_files_of_one_load_have_an_order(bench: Workbench) -> None:
    for month in ("02", "01"):
        bench.deliver(f"things_{month}.csv", f"{HEADER}1,{month},1\n")
    outcome = bench.load(path="things_*.csv", delivery="increment")
    newest = max(outcome.rows, key=lambda row: row["_loaded_at"])
    assert newest["label"] == "02", "staging must be able to tell the last file"


def test_a_snapshot_forgets_files_that_vanished(bench: Workbench) -> None:
    gone = bench.deliver("things_a.csv", f"{HEADER}1,a,1\n")
    bench.deliver("things_b.csv", f"{HEADER}2,b,1\n")
    bench.load(path="things_*.csv")
    gone.unlink()
    assert bench.load(path="things_*.csv").values("id") == [2]


def test_a_missing_file_names_the_path_and_the_ways_out(bench: Workbench) -> None:
    with pytest.raises(FileError) as caught:
        bench.load()
    message = str(caught.value)
    assert message.startswith("shop.things: no file at "), message
    assert "things.csv; deliver it, mend 'path'" in message
    assert "\n" not in message


def test_an_optional_object_without_files_is_an_empty_table(bench: Workbench) -> None:
    outcome = bench.load(optional=True)
    assert (outcome.rows, outcome.quarantine) == ([], [])
    assert outcome.landed[0]["rows_read"] == 0


@pytest.mark.parametrize("name", [".things.csv", "things.csv.part", "things.csv.tmp"])
def test_unfinished_files_are_left_alone(name: str, bench: Workbench) -> None:
    bench.deliver(name, HEADER)
    assert bench.load(path="*things*", optional=True).load.files == 0


def test_a_damaged_copy_is_noticed(bench: Workbench) -> None:
    bench.load_csv(f"{HEADER}1,a,2\n")
    copies(bench)[0].write_text("", encoding="utf-8")
    (bench.data / "things.csv").touch()
    manifest = Manifest(bench.landing)
    assert manifest.newest()["things.csv"].size > 0
    os.utime(bench.data / "things.csv", ns=(manifest.newest()["things.csv"].mtime_ns,) * 2)
    with pytest.raises(FileError, match=r"its landed copy .* is missing or was changed; restore"):
        bench.load()
