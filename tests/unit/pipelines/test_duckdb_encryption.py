"""Whether DuckDB's own file encryption can be offered: docs/decisions/0024 says why it is not."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest


def test_this_duckdb_writes_no_encrypted_file(tmp_path: Path) -> None:
    """The day this fails, builds can be encrypted: `Build.connect` is the one place to attach."""
    file = tmp_path / "vault.duckdb"
    with duckdb.connect(config={"autoinstall_known_extensions": False}) as con:
        with pytest.raises(duckdb.Error, match="httpfs"):
            con.execute(f"attach '{file}' as vault (encryption_key 'a long key')").fetchall()
    assert not file.exists()
