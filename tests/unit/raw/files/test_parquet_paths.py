"""A header with dots is looked up inside the structs of a Parquet file."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from assets.raw.errors import FileError
from tests.unit.raw.conftest import Workbench


def nested(bench: Workbench, *headers: str) -> Any:
    file = bench.deliver("things.parquet", b"")
    select = "select 1 as id, {'b': {'c': 7}, 'd': 'x'} as a, 2 as \"a.x\""
    duckdb.execute(f"copy ({select}) to '{file}' (format parquet)").fetchall()
    columns = [{"name": f"column_{n}", "header": name} for n, name in enumerate(headers)]
    return bench.load(
        path="things.parquet",
        format="parquet",
        columns=[column | {"type": "varchar"} for column in columns],
        key=["column_0"],
    )


def test_parquet_paths(bench: Workbench) -> None:
    outcome = nested(bench, "id", "a.b.c", "a.x", "a.b", "a")
    assert outcome.values("column_1", "column_2", "column_3", "column_4") == [
        ("7", "2", '{"c":7}', '{"b":{"c":7},"d":"x"}')
    ]


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        (("id", "a.x", "a.z"), r"no column 'a\.z' and the undeclared column 'a'"),
        (("id", "a.x", "a.d", "a.d.e"), r"no column 'a\.d\.e'; "),
        (("id", "a.x"), r"the undeclared column 'a'; "),
    ],
)
def test_parquet_paths_that_are_not_there(
    headers: tuple[str, ...], message: str, bench: Workbench
) -> None:
    with pytest.raises(FileError, match=message):
        nested(bench, *headers)
