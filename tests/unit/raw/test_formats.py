"""JSON lines, Parquet and Excel go through the same types and rules as CSV."""

# ruff: noqa: DTZ001 (raw timestamps are UTC without a zone)

from __future__ import annotations

import gzip
import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets.raw.errors import FileError
from tests.unit.raw.conftest import Workbench

JSON_COLUMNS = [
    {"name": "id", "header": "_id", "type": "varchar"},
    {"name": "city", "header": "address.city", "type": "varchar"},
    {"name": "owner", "type": "json"},
    {"name": "amount", "type": "decimal(18,2)"},
    {"name": "created_at", "header": "create_time", "type": "epoch_ms"},
]


def load_json(bench: Workbench, content: bytes | str, name: str = "things.jsonl") -> Any:
    bench.deliver(name, content)
    return bench.load(format="jsonl", path=name, columns=JSON_COLUMNS, money=["amount"])


def test_json_lines(bench: Workbench) -> None:
    record = {
        "_id": "a1",
        "address": {"city": "上海"},
        "owner": ["1001"],
        "amount": "12.30",
        "create_time": 1512057600000,
        "a key nobody declared": {"x": 1},
    }
    outcome = load_json(bench, json.dumps(record) + "\n\n" + json.dumps({"_id": "a2"}))
    assert outcome.values("id", "city", "owner", "amount", "created_at") == [
        ("a1", "上海", '["1001"]', Decimal("12.30"), datetime(2017, 11, 30, 16)),
        ("a2", None, None, None, None),
    ]


def test_compressed_json_lines(bench: Workbench) -> None:
    content = gzip.compress(b'{"_id": "a"}\n' * 3)
    assert load_json(bench, content, "things.jsonl.gz").load.rows_loaded == 3


@pytest.mark.parametrize(
    "line",
    [
        '{"_id": "a"',
        "[1, 2]",
        '"text"',
        "17",
        "not json",
        '{"_id": "a"} {"_id": "b"}',
        "{'_id': 1}",
    ],
)
def test_lines_that_are_no_object_are_quarantined(line: str, bench: Workbench) -> None:
    outcome = load_json(bench, f'{{"_id": "x"}}\n{line}\n{{"_id": "y"}}\n')
    assert outcome.values("id", "_position") == [("x", 1), ("y", 3)]
    (refused,) = outcome.quarantine
    assert (refused["rule"], refused["_position"]) == ("invalid_json", 2)
    assert json.loads(refused["payload"]) == line, "the line must be kept as it came"


def test_a_line_in_another_encoding_is_quarantined(bench: Workbench) -> None:
    outcome = load_json(bench, b'{"_id": "x"}\n{"_id": "\xff"}\n{"_id": "y"}\n')
    assert outcome.values("id") == ["x", "y"]
    assert outcome.rules == ["invalid_json"]


def test_types_hold_in_json(bench: Workbench) -> None:
    lines = [
        '{"_id": "a", "amount": 12345678901234567890123456789012345678901}',
        '{"_id": "b", "amount": 1e400}',
        '{"_id": "c", "create_time": "soon"}',
        '{"_id": null}',
        '{"_id": ""}',
    ]
    outcome = load_json(bench, "\n".join(lines))
    assert outcome.rules == ["wrong_type"] * 3 + ["missing_value"] * 2


def test_money_reconciles_in_nested_json(bench: Workbench) -> None:
    lines = ['{"_id": "a", "v": {"n": "1.50"}}', '{"v": {"n": 2}}', '{"_id": "a", "v": {"n": 7}}']
    bench.deliver("things.jsonl", "\n".join(lines))
    outcome = bench.load(
        format="jsonl",
        path="things.jsonl",
        columns=[
            {"name": "id", "header": "_id", "type": "varchar"},
            {"name": "amount", "header": "v.n", "type": "decimal(18,2)"},
        ],
        money=["amount"],
    )
    assert outcome.landed[0]["money_read"] == Decimal("10.50")
    assert outcome.rules == ["missing_value", "duplicate_key"]
    assert outcome.landed[0]["money_quarantined"] == Decimal("9.00")


def write_parquet(bench: Workbench, select: str) -> Path:
    file = bench.deliver("things.parquet", b"")
    duckdb.execute(f"copy ({select}) to '{file}' (format parquet)").fetchall()
    return file


def load_parquet(bench: Workbench, select: str, kinds: dict[str, str], **keys: Any) -> Any:
    write_parquet(bench, select)
    columns = [{"name": name, "type": kind} for name, kind in kinds.items()]
    return bench.load(format="parquet", path="things.parquet", columns=columns, **keys)


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ("7::integer", "bigint", 7),
        ("7.0::double", "bigint", 7),
        ("'7'", "bigint", 7),
        ("0.125::double", "decimal(18,2)", Decimal("0.13")),
        ("2.675::decimal(9,3)", "decimal(18,2)", Decimal("2.68")),
        ("'nan'::double", "double", None),
        ("timestamp '2017-01-02 00:00:00'", "date", date(2017, 1, 2)),
        ("timestamptz '2017-01-02 08:00:00+08'", "timestamp", datetime(2017, 1, 2)),
        ("1512057600::bigint", "epoch_s", datetime(2017, 11, 30, 16)),
        ("19.5::double", "varchar", "19.5"),
        ("[1, 2]", "json", "[1,2]"),
        ("true", "boolean", True),
        ("''", "varchar", None),
    ],
)
def test_parquet_casts_keep_the_value(
    value: str, kind: str, expected: Any, bench: Workbench
) -> None:
    outcome = load_parquet(
        bench, f"select 1 as id, {value} as value", {"id": "bigint", "value": kind}
    )
    assert outcome.rules == []
    assert outcome.values("value") == [expected]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("7.5::double", "bigint"),
        ("'x'", "bigint"),
        ("3000000000::bigint", "integer"),
        ("1e30::double", "decimal(18,2)"),
        ("'inf'::double", "double"),
    ],
)
def test_parquet_values_that_do_not_fit_are_quarantined(
    value: str, kind: str, bench: Workbench
) -> None:
    outcome = load_parquet(
        bench, f"select 1 as id, {value} as value", {"id": "bigint", "value": kind}
    )
    assert outcome.rules == ["wrong_type"]


def test_parquet_with_other_columns_is_refused(bench: Workbench) -> None:
    with pytest.raises(FileError, match=r"no column 'b' and the undeclared column 'c'"):
        load_parquet(bench, "select 1 as a, 2 as c", {"a": "bigint", "b": "bigint"}, key=["a"])


def test_a_cut_parquet_file_is_refused(bench: Workbench) -> None:
    file = write_parquet(bench, "select range as id from range(1000)")
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(FileError, match=r"things\.parquet: is no readable Parquet file"):
        bench.load(
            format="parquet", path="things.parquet", columns=[{"name": "id", "type": "bigint"}]
        )


def write_excel(bench: Workbench, rows: list[list[Any]], title: str = "Sheet1") -> None:
    openpyxl = pytest.importorskip("openpyxl")
    workbook = openpyxl.Workbook()
    workbook.active.title = title
    for row in rows:
        workbook.active.append(row)
    file = bench.deliver("things.xlsx", b"")
    workbook.save(file)


EXCEL = {
    "format": "xlsx",
    "path": "things.xlsx",
    "columns": [
        {"name": "id", "header": "编号", "type": "bigint"},
        {"name": "label", "type": "varchar"},
        {"name": "sold_on", "type": "date"},
        {"name": "is_paid", "type": "boolean"},
        {"name": "amount", "type": "decimal(18,2)"},
    ],
}


def test_excel(bench: Workbench) -> None:
    write_excel(
        bench,
        [
            ["编号", "label", "sold_on", "is_paid", "amount"],
            [1, "中文", date(2017, 1, 2), True, 2.5],
            [],
            [2, None, None, False, "x"],
            [3, 12, datetime(2017, 1, 3), None, 1, "behind"],
        ],
    )
    outcome = bench.load(**EXCEL)
    assert outcome.values("id", "label", "sold_on", "is_paid", "amount") == [
        (1, "中文", date(2017, 1, 2), True, Decimal("2.50"))
    ]
    assert [(row["rule"], row["_position"]) for row in outcome.quarantine] == [
        ("wrong_type", 3),
        ("too_many_fields", 4),
    ]


def test_excel_sheet_by_name(bench: Workbench) -> None:
    write_excel(bench, [["编号", "label", "sold_on", "is_paid", "amount"]], title="数据")
    assert bench.load(**EXCEL, sheet="数据").load.rows_read == 0
    with pytest.raises(FileError, match=r"has no sheet 'other', only 数据; mend 'sheet'"):
        bench.load(**EXCEL, sheet="other")


def test_no_workbook_is_refused(bench: Workbench) -> None:
    bench.deliver("things.xlsx", b"id,label\n")
    with pytest.raises(FileError, match=r"things\.xlsx: is no readable Excel workbook"):
        bench.load(**EXCEL)
