"""Whether DuckDB's own file encryption can be offered: docs/decisions/0024 says why it is not."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest


def test_this_duckdb_writes_no_encrypted_file(tmp_path: Path) -> None:
    """The day this fails, builds can be encrypted, in `pipelines.runtime.databases.attach`."""
    file = tmp_path / "vault.duckdb"
    option = "encryption_key 'a long key'"  # allowlist secret: no file is written with it
    attach = f"attach '{file}' as vault ({option})"
    config: dict = {"autoinstall_known_extensions": False}
    with duckdb.connect(config=config) as con, pytest.raises(duckdb.Error, match="httpfs"):
        con.execute(attach).fetchall()
    assert not file.exists()
