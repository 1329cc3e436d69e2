"""A small instance with something of everything that is purged."""

# No `from __future__ import annotations`: Dagster reads the annotations of ops.

import os
import sqlite3
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import dagster as dg
import pytest

from assets.publish.switch import Publication, publishing, staging_folder, switch_to
from assets.raw.contract import load_contract
from assets.raw.landing import land_object
from pipelines.runtime.clock import utc_now
from pipelines.runtime.key_ring import landing_keys
from pipelines.runtime.sealed_files import read_sealed, sealed_files

AS_OF = date(2017, 12, 31)
CONTRACT = """
source: shop
description: A shop
retention_days: 365
objects:
  visits:
    description: One row per visit
    path: visits.csv
    format: csv
    customers: none
    columns:
      - {name: visit_id, type: varchar}
      - {name: visited_on, type: date}
      - {name: remark, type: varchar, retention_days: 30}
    key: [visit_id]
    event_at: visited_on
"""
VISITS = "visit_id,visited_on,remark\nV1,2016-01-01,old\nV2,2017-06-01,emptied\nV3,2017-12-30,new\n"
SECRET = "wei.zhang@example.com"


@dg.op
def talks(context: dg.OpExecutionContext) -> None:
    context.log.info(SECRET)
    context.add_output_metadata({"said": SECRET * 100})
    context.log_event(dg.AssetMaterialization("said", metadata={"counted": "1" * 50_000}))


@dg.job
def talking() -> None:
    talks()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home, sources, data = (tmp_path / name for name in ("home", "sources", "data"))
    for folder in (sources, data):
        folder.mkdir()
    (sources / "shop.yml").write_text(CONTRACT)
    (data / "visits.csv").write_text(VISITS)
    for name, value in {"HOME": home, "SOURCES": sources, "DATA": data, "KEEP_BUILDS": 2}.items():
        monkeypatch.setenv(f"C360_{name}", str(value))
    obj = load_contract(sources / "shop.yml").objects["visits"]
    land_object(home, data, "shop", "visits", obj, datetime(2017, 12, 31))  # noqa: DTZ001
    return home


@pytest.fixture
def instance(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    folder = home / "dagster"
    folder.mkdir()
    (folder / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    monkeypatch.setenv("DAGSTER_HOME", str(folder))
    with dg.DagsterInstance.get() as found:
        yield found


def run_id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


def build(home: Path, number: int, published: bool, days_old: float = 0) -> None:
    folder = home / "builds" / run_id(number)
    folder.mkdir(parents=True)
    (folder / "vault.duckdb").write_text(SECRET)
    (home / "quality" / run_id(number)).mkdir(parents=True)
    if published:
        publish = home / "publish"
        with publishing(publish):
            partial = staging_folder(publish, run_id(number))
            stamp = Publication(run_id(number), "2017-12-31", f"2017-12-31T00:00:{number:02}", {})
            switch_to(publish, partial, stamp)
    moment = (utc_now() - datetime(1970, 1, 1)).total_seconds() - days_old * 86_400  # noqa: DTZ001
    for path in (folder / "vault.duckdb", folder):
        os.utime(path, (moment, moment))


def files_with(home: Path, text: str) -> list[str]:
    found = [it for it in home.rglob("*") if it.is_file() and text.encode() in it.read_bytes()]
    return [str(it.relative_to(home)) for it in found]


def empty_pages(home: Path) -> int:
    with sqlite3.connect(home / "dagster" / "history" / "runs" / "index.db") as con:
        return int(con.execute("pragma freelist_count").fetchall()[0][0])


def landed(home: Path) -> str:
    (file,) = sealed_files(home / "landing")
    return b"".join(read_sealed(file, landing_keys(home))).decode()


def names(folder: Path) -> list[int]:
    return sorted(int(path.name[-12:]) for path in folder.iterdir() if path.name[:4] == "0000")
