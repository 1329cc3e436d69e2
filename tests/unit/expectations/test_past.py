from __future__ import annotations

from datetime import date

import duckdb
import pytest

from expectations.engine.rules import Relation
from expectations.learned.past import NO_PAST, attached_past

STORES = Relation("vault", "staging", "stores")


@pytest.fixture
def vault(tmp_path):
    path = tmp_path / "it's a vault.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("create schema staging").fetchall()
        con.execute("create table staging.stores as select 1 as store_id, 'x' as city").fetchall()
    return path


def test_the_last_good_build_is_there_while_a_gate_runs(vault):
    con = duckdb.connect()
    with attached_past(con, vault, None, date(2017, 12, 30)) as past:
        assert past.has(STORES)
        assert past.columns(STORES) == {"store_id", "city"}
        assert con.execute(f"select count(*) from {past.of(STORES).sql}").fetchall() == [(1,)]
        assert not past.has(Relation("vault", "staging", "others"))
        with pytest.raises(duckdb.Error):
            con.execute(f"delete from {past.of(STORES).sql}").fetchall()
    names = con.execute("select database_name from duckdb_databases()").fetchall()
    assert ("vault_before",) not in names


def test_without_a_date_or_a_build_there_is_no_past(vault):
    con = duckdb.connect()
    with attached_past(con, vault, None, None) as past:
        assert past is NO_PAST
    with attached_past(con, None, None, date(2017, 12, 30)) as past:
        assert not past.has(STORES)
        assert past.as_of is None
