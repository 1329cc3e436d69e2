from __future__ import annotations

import subprocess
import sys

import duckdb
import numpy as np

from assets.enrich.arrays import read_arrays, read_placed, shown


def test_columns_come_out_as_arrays_and_go_back_as_a_relation() -> None:
    with duckdb.connect() as con:
        read = read_arrays(con, "select range as a, hash(range) as b from range(3)")
        assert read["a"].tolist() == [0, 1, 2]
        assert read["b"].dtype == np.uint64
        with shown(con, "found", {"a": read["a"][::2], "b": read["b"][::2]}):
            rows = con.execute("select a from found where b = hash(a) order by a").fetchall()
        assert rows == [(0,), (2,)]
        assert con.execute("select count(*) from duckdb_views() where not internal").fetchone() == (
            0,
        )


def test_no_rows_are_arrays_too() -> None:
    with duckdb.connect() as con:
        read = read_arrays(con, "select 1::bigint as a, 1.5::double as b where false")
        assert {name: (len(each), each.dtype.name) for name, each in read.items()} == {
            "a": (0, "int64"),
            "b": (0, "float64"),
        }
        placed = read_placed(con, "select 1 as node, 7 as a where false", 2, {"a": -1})
        assert placed["a"].tolist() == [-1, -1]
        with shown(con, "found", read):
            assert con.execute("select * from found").fetchall() == []


def test_values_stand_at_the_place_of_their_node() -> None:
    query = "select 2 as node, 7::ubigint as a union all select 0, 9::ubigint"
    with duckdb.connect() as con:
        placed = read_placed(con, query, 4, {"a": 5})
    assert placed["a"].tolist() == [9, 5, 7, 5]


def test_pandas_is_not_loaded() -> None:
    code = """
import sys, duckdb
from assets.enrich.arrays import read_arrays, read_placed, shown
con = duckdb.connect()
read = read_arrays(con, "select range as node, 1::utinyint as a from range(9)")
read_arrays(con, "select 1 as a where false")
with shown(con, "found", read):
    read_placed(con, "select * from found", 9, {"a": 0})
assert "pandas" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
