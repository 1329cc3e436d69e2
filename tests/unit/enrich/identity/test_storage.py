from __future__ import annotations

import duckdb
import pytest

from assets.enrich.identity.storage import scratch_uncompressed

THRESHOLD = "select current_setting('checkpoint_threshold')"


def test_the_threshold_of_checkpoints_is_raised_and_put_back() -> None:
    con = duckdb.connect()
    con.execute("set checkpoint_threshold = '48 MiB'").fetchall()
    before = con.execute(THRESHOLD).fetchall()
    with scratch_uncompressed(con):
        assert con.execute(THRESHOLD).fetchall() == [("1.0 TiB",)]
    assert con.execute(THRESHOLD).fetchall() == before == [("48.0 MiB",)]


def test_the_threshold_is_put_back_after_an_error() -> None:
    con = duckdb.connect()
    before = con.execute(THRESHOLD).fetchall()
    with pytest.raises(duckdb.CatalogException), scratch_uncompressed(con):
        con.execute("select * from no_such_table").fetchall()
    assert con.execute(THRESHOLD).fetchall() == before
