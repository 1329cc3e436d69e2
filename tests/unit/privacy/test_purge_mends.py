"""Mends follow the rows of a landed file that is written anew, and go with them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from assets.raw.landing import Manifest
from assets.raw.mends import Mend, fingerprint, keep_mends, read_mends
from tests.unit.privacy.purge_bench import (
    COLUMNS,
    LIMITS,
    as_csv,
    contents,
    counts,
    purge,
)
from tests.unit.raw.conftest import LOADED_AT, Workbench


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return Workbench(tmp_path)


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
