"""The reader's copies: stable bytes, comments, and no table without a key."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from assets.publish.exports import PublishedTable, published_tables, write_publication

STAMP = {"run_id": "run-1", "as_of": "2017-12-31", "published_at": "2026-01-01T00:00:00"}
TABLES = [
    PublishedTable("orders", ("order_id",), "One row per order. 订单", {"order_id": "Its id"})
]


@pytest.fixture
def build(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect(str(tmp_path / "warehouse.duckdb"))
    connection.execute("create schema publish").fetchall()
    connection.execute(
        "create view publish.orders as "
        "select i::varchar as order_id, (i * 1.1)::decimal(18,2) as net_amount "
        "from range(5000) t(i)"
    ).fetchall()
    yield connection
    connection.close()


def test_parquet_is_the_same_twice_whatever_the_order_of_the_rows(
    build: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    digests = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        assert write_publication(build, tmp_path / name, TABLES, STAMP) == {"orders": 5000}
        content = (tmp_path / name / "parquet" / "orders.parquet").read_bytes()
        digests.append(hashlib.sha256(content).hexdigest())
        build.execute(
            "create or replace view publish.orders as select i::varchar as order_id, "
            "(i * 1.1)::decimal(18,2) as net_amount from range(5000) t(i) order by hash(i)"
        ).fetchall()
    assert digests[0] == digests[1]


def test_the_readers_file_carries_comments_and_its_run(
    build: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    write_publication(build, tmp_path / "out", TABLES, STAMP)
    with duckdb.connect(str(tmp_path / "out" / "marts.duckdb"), read_only=True) as reader:
        comments = reader.execute(
            "select comment from duckdb_tables() where table_name = 'orders'"
        ).fetchall()
        column = reader.execute(
            "select comment from duckdb_columns() where column_name = 'order_id'"
        ).fetchall()
        stamp = reader.execute("select run_id from publish.publication").fetchall()
    assert comments == [("One row per order. 订单",)]
    assert column == [("Its id",)]
    assert stamp == [("run-1",)]


def test_a_published_model_without_a_key_is_refused() -> None:
    node = {
        "resource_type": "model",
        "schema": "publish",
        "path": "publish/rfm.sql",
        "alias": "rfm",
        "description": "",
        "columns": {},
        "config": {"meta": {}},
    }
    with pytest.raises(ValueError, match=r"publish/rfm\.sql: meta\.order_by is missing"):
        published_tables({"nodes": {"model.rfm": node}})
