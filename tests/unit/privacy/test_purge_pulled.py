"""What is past its limit goes from the pages of a stream."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from assets.privacy.retention.landing import PurgedLanding, purge_landing
from assets.raw.connector.pulls import PullStore
from assets.raw.contract_model import SourceContract
from assets.raw.mends import Mend, fingerprint, keep_mends, read_mends
from assets.raw.retention import Horizon
from tests.unit.privacy.purge_bench import (
    LIMITS,
    NAMES,
    ROWS,
    contents,
    counts,
)
from tests.unit.raw.conftest import AS_OF
from tests.unit.raw.connector.landing_bench import LandingBench
from tests.unit.raw.connector.landing_bench import contract as pulled_contract


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
