"""Things with a limit, in every format of files, and their purge."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import openpyxl

from assets.privacy.retention.landing import PurgedLanding, purge_landing
from assets.raw.contract_model import SourceContract
from assets.raw.retention import Horizon
from pipelines.runtime.key_ring import landing_keys
from pipelines.runtime.sealed_files import read_sealed, sealed_files
from tests.unit.raw.conftest import AS_OF, Workbench

COLUMNS = [
    {"name": "id", "type": "bigint"},
    {"name": "sold_on", "type": "date"},
    {"name": "note", "type": "varchar", "retention_days": 30},
    {"name": "score", "type": "integer", "max": 10},
]
LIMITS = {"columns": COLUMNS, "event_at": "sold_on", "retention": {"days": 365}}
ROWS = [
    (1, "2016-12-30", "too old", 1),
    (2, "2016-12-31", 'just in time, "quoted"\nand more', 2),
    (3, "2017-11-30", "its note is old, 李", 3),
    (4, "2017-12-01", "its note is just in time", 4),
    (5, "2016-01-01", "refused and too old", 99),
    (6, "2017-06-01", "refused, its note is old", 99),
    (7, "2017-12-31", "new", 7),
]
NAMES = ("id", "sold_on", "note", "score")


def as_csv(folder: Path) -> bytes:
    lines = [",".join(NAMES), ""]
    for row in ROWS:
        quoted = row[2].replace('"', '""')
        lines.append(f'{row[0]},{row[1]},"{quoted}",{row[3]}')
    return ("\r\n".join(lines) + "\r\n").encode()


def as_json_lines(folder: Path) -> bytes:
    lines = [json.dumps(dict(zip(NAMES, row, strict=True)), ensure_ascii=False) for row in ROWS]
    return "\n".join(["", *lines]).encode()


def as_parquet(folder: Path) -> bytes:
    file = folder / "written.parquet"
    values = ", ".join("(?, ?, ?, ?)" for _ in ROWS)
    duckdb.execute(
        f"copy (select * from (values {values}) as t ({', '.join(NAMES)})) to '{file}'",
        [value for row in ROWS for value in row],
    ).fetchall()
    return file.read_bytes()


def as_excel(folder: Path) -> bytes:
    book = openpyxl.Workbook()
    for row in (NAMES, *ROWS):
        book.worksheets[0].append(row)
    book.save(folder / "written.xlsx")
    return (folder / "written.xlsx").read_bytes()


FORMATS: dict[str, tuple[Callable[[Path], bytes], dict[str, Any]]] = {
    "things.csv": (as_csv, {"format": "csv"}),
    "things_gb.csv": (
        lambda folder: as_csv(folder).decode().encode("gb18030"),
        {"format": "csv", "encoding": "gb18030"},
    ),
    "things.csv.gz": (lambda folder: gzip.compress(as_csv(folder)), {"format": "csv"}),
    "things.jsonl": (as_json_lines, {"format": "jsonl"}),
    "things.parquet": (as_parquet, {"format": "parquet"}),
    "things.xlsx": (as_excel, {"format": "xlsx"}),
}


def purge(
    bench: Workbench,
    as_of: date = AS_OF,
    dry_run: bool = False,
    default: int | None = None,
    **declared: Any,
) -> PurgedLanding:
    source = SourceContract.model_construct(
        source="shop", retention_days=default, objects={"things": bench.contract(**declared)}
    )
    return purge_landing(bench.home, [source], Horizon(as_of, "Asia/Shanghai"), dry_run)


def counts(done: PurgedLanding) -> tuple[int, int, int, int]:
    assert done.failures == []
    total = done.total
    return total.rows, total.values, total.mends, total.files


def contents(home: Path) -> list[bytes]:
    keys = landing_keys(home)
    return [b"".join(read_sealed(file, keys)) for file in sorted(sealed_files(home / "landing"))]
