"""A made-up instance of some MB, to be backed up, damaged and brought back."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from pipelines.runtime.audit_facts import Action
from pipelines.runtime.audit_log import record
from pipelines.runtime.settings import Settings, load_settings

CANARY = "wang.xiaoming.canary@example.com"
RUN, OLD_RUN = "7f064b00-2f19-4ffb-90f4-3784c6ca3c37", "4e69c890-8270-4e97-9c02-f6f52579067d"


def need_restic() -> None:
    """restic is a Debian package: without it tests are skipped on a desk and fail in CI."""
    if shutil.which("restic") is None:
        if os.environ.get("CI"):
            pytest.fail("restic is not installed (Debian: apt-get install restic)")
        pytest.skip("restic is not installed (Debian: apt-get install restic)")


def make_instance(home: Path, megabytes: int = 4) -> Settings:
    """Landing, two builds and publications, history, ledger, Dagster's storage, audit log."""
    noise = random.Random(7)
    for run in (OLD_RUN, RUN):
        for folder in (f"builds/{run}/dbt", f"builds/{run}/spill", f"publish/{run}/parquet"):
            (home / folder).mkdir(parents=True)
        _database(home / "builds" / run / "vault.duckdb", noise)
        _write(home / "builds" / run / "spill" / "duckdb_temp_block.tmp", b"spilt")
        _write(home / "builds" / run / "dbt" / "manifest.json", b"{}")
        _write(home / "builds" / run / ".running", b"")
        _write(home / "publish" / run / "publication.json", b"{}")
        _write(home / "publish" / run / "parquet" / "rfm.parquet", noise.randbytes(100_000))
        _write(home / "quality" / run / "raw.json", b"{}")
    (home / "publish" / "current").symlink_to(RUN)
    _write(home / "quality" / "history" / f"2017-12-31_{RUN}_raw.parquet", noise.randbytes(9000))
    for number in range(megabytes):
        file = home / "landing" / "shop" / "customers" / f"{number:04}-customers.csv"
        _write(file, f"{CANARY}\n".encode() * 500 + noise.randbytes(1_000_000))
    _write(home / "landing" / "shop" / "customers" / "manifest.ndjson", b"{}\n")
    _write(home / "landing" / "shop" / "customers" / ".lock", b"")
    _write(home / "landing" / "shop" / "客户" / "空.csv", b"")
    _write(home / "ledger" / f"00000001-{RUN}.parquet", noise.randbytes(5000))
    _write(home / "suppression" / "list.ndjson", b'{"subject":"a"}\n{"subject":"b"}\n')
    _write(home / "some_new_state" / "deep" / "er" / "state.json", b"{}")
    (home / "dagster" / "history" / "runs").mkdir(parents=True)
    with closing(sqlite3.connect(home / "dagster" / "history" / "runs.db")) as runs:
        runs.execute("pragma journal_mode = wal")
        runs.execute("create table runs (run_id text)")
        runs.execute("insert into runs values (?)", [RUN])
        runs.commit()
    settings = load_settings()
    record(settings, Action.PURGED, {"number": 1})
    return settings


def _database(file: Path, noise: random.Random) -> None:
    with duckdb.connect(str(file)) as con:
        con.execute("create table people as select $1 as email from range(1000)", [CANARY])
        con.execute("create table noise as select $1::blob as b", [noise.randbytes(300_000)])


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def hashes(home: Path) -> dict[str, str]:
    """Content of every file that a backup must bring back, but for those that a restore adds to."""
    left_out = ("secrets", ".backup", ".writers.lock", "restored.json", "audit", "dagster")
    return {
        str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.rglob("*"))
        if path.is_file() and path.relative_to(home).parts[0] not in left_out
    }


def is_state(path: str) -> bool:
    """Of this instance: what is not of the old run, a working file, or hidden."""
    parts = path.split("/")
    return not (
        (OLD_RUN in parts) or parts[-1].startswith(".") or "spill" in parts or "dbt" in parts
    )
