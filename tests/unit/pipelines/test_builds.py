"""Builds: private files, the lock that keeps a build from being pruned, seeding."""

from __future__ import annotations

import stat
from pathlib import Path

from pipelines.runtime.builds import Build, in_use, is_in_use, seed_from


def make(folder: Path) -> Build:
    folder.mkdir()
    build = Build(folder)
    with build.connect() as connection:
        connection.execute("create table vault.main.t as select 1 as one").fetchall()
        connection.execute("create table warehouse.main.w as select 2 as two").fetchall()
    return build


def test_files_of_a_build_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    build = make(tmp_path / "run")
    for file in (build.vault_path, build.warehouse_path):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_build_is_in_use_while_its_run_lasts(tmp_path: Path) -> None:
    build = make(tmp_path / "run")
    assert not is_in_use(build.folder)
    with in_use(build):
        assert is_in_use(build.folder)
    assert not is_in_use(build.folder)


def test_a_seeded_build_has_what_the_other_had_and_is_never_overwritten(tmp_path: Path) -> None:
    old = make(tmp_path / "old")
    (tmp_path / "new").mkdir()
    new = Build(tmp_path / "new")
    seed_from(new, old)
    with new.connect() as connection:
        assert connection.execute("select one from vault.main.t").fetchall() == [(1,)]
        connection.execute("drop table vault.main.t").fetchall()
    seed_from(new, old)
    with new.connect() as connection:
        tables = connection.execute("select table_name from duckdb_tables()").fetchall()
    assert tables == [("w",)]
