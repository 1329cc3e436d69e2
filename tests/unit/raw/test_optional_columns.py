"""A column that a delivery may lack: empty there, and nothing else changes."""

from __future__ import annotations

import io

import duckdb
import openpyxl
import pytest
from pydantic import ValidationError

from assets.raw.errors import FileError
from tests.unit.raw.conftest import Workbench

COLUMNS = [
    {"name": "id", "type": "bigint"},
    {"name": "grade", "header": "等级", "type": "integer", "optional": True},
    {"name": "label", "type": "varchar"},
]


def deliver(bench: Workbench, form: str, header: list[str], row: list[object]) -> None:
    if form == "csv":
        lines = [",".join(map(str, line)) for line in (header, row)]
        bench.deliver("things.csv", "\n".join(lines) + "\n")
    elif form == "xlsx":
        book = openpyxl.Workbook()
        for line in (header, row):
            book.active.append(line)
        content = io.BytesIO()
        book.save(content)
        bench.deliver("things.xlsx", content.getvalue())
    else:
        values = ", ".join(
            f'{value!r} as "{name}"' for name, value in zip(header, row, strict=True)
        )
        duckdb.sql(f"select {values}").write_parquet(str(bench.deliver("things.parquet", b"")))


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_it_is_empty_where_it_is_absent_and_read_where_it_is_there(
    bench: Workbench, form: str
) -> None:
    keys = {"format": form, "path": f"things.{form}", "columns": COLUMNS}
    deliver(bench, form, ["id", "label"], [1, "a"])
    assert bench.load(**keys).values("id", "grade", "label") == [(1, None, "a")]
    deliver(bench, form, ["label", "id", "等级"], ["a", 1, 3])
    assert bench.load(**keys).values("id", "grade", "label") == [(1, 3, "a")]


def test_the_others_are_still_demanded(bench: Workbench) -> None:
    deliver(bench, "csv", ["id"], [1])
    with pytest.raises(FileError, match="no column 'label'"):
        bench.load(columns=COLUMNS)


@pytest.mark.parametrize("keys", [{"key": ["grade"]}, {"version": "grade"}, {"money": ["grade"]}])
def test_what_the_pipeline_rests_on_cannot_be_optional(bench: Workbench, keys: dict) -> None:
    with pytest.raises(ValidationError, match="which is optional; it must be there"):
        bench.contract(columns=COLUMNS, **keys)
