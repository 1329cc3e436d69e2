"""Refused records of a stream, mended: pages never change, so the place says which record."""

from __future__ import annotations

import json
from pathlib import Path

from assets.raw.connector.pages import LandedStream
from assets.raw.loading import ObjectLoad, load_object
from assets.raw.mends import Mend, fingerprint
from tests.unit.raw.connector.landing_bench import LandingBench, contract

WRONG = '{"id":"x","label":"中","note":"kept"}'


def test_a_mended_record_takes_its_place(tmp_path: Path) -> None:
    bench = LandingBench(tmp_path)
    pull = bench.land([b'{"id":1,"label":"a"}', WRONG.encode()], [b'{"id":3,"label":"c"}'])

    def load(*mends: Mend) -> ObjectLoad:
        landed = LandedStream([pull])
        return load_object(bench.con, "shop", "things", contract(), landed, "load", tmp_path, mends)

    assert load().rows_quarantined == 1
    (row,) = bench.rows("vault.quarantine.shop__things")
    assert row["payload"] == WRONG
    mended = json.dumps(json.loads(WRONG) | {"id": 2}, ensure_ascii=False)
    place = (row["_file"], row["_position"], fingerprint(row["payload"]))
    good = Mend(*place, mended, None, "2018-01-01T00:00:00")
    elsewhere = Mend("things/x/00000001", 2, place[2], mended, None, "2018-01-01T00:00:00")
    for _ in range(2):
        done = load(good, elsewhere)
        assert (done.rows_read, done.rows_loaded, done.rows_quarantined) == (3, 3, 0)
        assert (done.rows_mended, done.mends_ignored) == (1, 1)
        found = bench.rows("vault.raw.shop__things", "id, label, _file, _position")
        assert [(it["id"], it["label"]) for it in found] == [(1, "a"), (2, "中"), (3, "c")]
        assert (found[1]["_file"], found[1]["_position"]) == place[:2]
