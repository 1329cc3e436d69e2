"""Connections keep to the limits of the settings; files are attached wherever they lie."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipelines.runtime.builds import Build
from pipelines.runtime.databases import attach, attached, connect


def setting(con: duckdb.DuckDBPyConnection, name: str) -> object:
    [(value,)] = con.execute("select current_setting($name)", {"name": name}).fetchall()
    return value


def test_limits_are_kept_and_spill_is_private(tmp_path: Path) -> None:
    with connect(tmp_path / "spill", "123MiB", 1) as con:
        assert setting(con, "memory_limit") == "123.0 MiB"
        assert setting(con, "threads") == 1
        assert setting(con, "temp_directory") == str(tmp_path / "spill")
        assert setting(con, "timezone") == "UTC"
        assert setting(con, "autoinstall_known_extensions") is False


def test_a_limit_that_is_no_size_says_so(tmp_path: Path) -> None:
    with pytest.raises(duckdb.Error, match="Memory must have"):
        connect(tmp_path, "much")


def test_a_folder_may_have_an_apostrophe_in_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "o'neil"
    folder.mkdir()
    build = Build(folder)
    with build.connect() as con:
        con.execute("create table vault.main.t as select 1 as one").fetchall()
    with connect(tmp_path) as con, attached(con, build.vault_path, "old") as catalog:
        assert con.execute(f"select one from {catalog}.main.t").fetchall() == [(1,)]


def test_what_is_read_cannot_be_written_and_is_let_go_after_an_error(tmp_path: Path) -> None:
    file = tmp_path / "a.duckdb"
    with connect(tmp_path) as con:
        attach(con, file, "new", writable=True)
        con.execute("detach new").fetchall()
        with pytest.raises(duckdb.Error, match="read-only"), attached(con, file, "old"):
            con.execute("create table old.main.t (one int)").fetchall()
        attach(con, file, "old", writable=True)


def test_without_a_file_nothing_is_attached(tmp_path: Path) -> None:
    with connect(tmp_path) as con:
        before = con.execute("select database_name from duckdb_databases()").fetchall()
        with attached(con, None, "old") as catalog:
            assert catalog is None
            assert con.execute("select database_name from duckdb_databases()").fetchall() == before
