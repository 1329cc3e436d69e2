"""A company with one source: load its contract with the trial command, look at the raw tables."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets.raw.load import main


class Company:
    """A folder with one contract, and the tables that a load of it fills."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.patch = monkeypatch
        for name in ("sources", "data"):
            (folder / name).mkdir()
        (folder / "company.env").write_text("", encoding="utf-8")
        for name, value in {
            "ENV_FILE": folder / "company.env",
            "HOME": folder / "var",
            "SOURCES": folder / "sources",
            "DATA": folder / "data",
            "TIMEZONE": "Asia/Shanghai",
            "REPORTING_CURRENCY": "CNY",
            "FIRST_DATE": "2017-01-01",
            "AS_OF": "2017-01-31",
        }.items():
            monkeypatch.setenv(f"C360_{name}", str(value))

    def load(self, contract: str, **variables: str) -> str:
        """Load all objects of a contract; returns the source's name."""
        for name, value in variables.items():
            self.patch.setenv(name, value)
        # The limits of real systems would make the test wait.
        contract = re.sub(r"http: \{[^}]*\}", "http: {calls: 100000}", contract)
        source = re.search(r"^source: (\w+)", contract, re.MULTILINE)
        assert source is not None
        (self.folder / "sources" / "source.yml").write_text(contract, encoding="utf-8")
        assert main(["--build", str(self.folder / "trial"), "--only", source[1]]) == 0
        return source[1]

    def rows(self, table: str, columns: str, order: str = "1") -> list[tuple[Any, ...]]:
        """Values of a raw table; none of its rows was refused."""
        with duckdb.connect(str(self.folder / "trial" / "vault.duckdb"), read_only=True) as con:
            refused = con.execute(f"select rule, reason from quarantine.{table}").fetchall()
            assert refused == []
            query = f"select {columns} from raw.{table} order by {order}"
            return con.execute(query).fetchall()
