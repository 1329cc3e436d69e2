"""A drop folder, a contract and a build of one test: deliver bytes, load, look at the tables."""

# ruff: noqa: DTZ001 (raw timestamps are UTC without a zone)

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from assets.raw.contract_model import ObjectContract
from assets.raw.landing import land_object
from assets.raw.loading import ObjectLoad, load_object
from assets.raw.mends import read_mends
from assets.raw.retention import Horizon
from pipelines.runtime.builds import Build

LOADED_AT = datetime(2017, 12, 31, 2, 0)
AS_OF = date(2017, 12, 31)


@dataclass
class Outcome:
    """What a load left behind."""

    load: ObjectLoad
    rows: list[dict[str, Any]]
    quarantine: list[dict[str, Any]]
    landed: list[dict[str, Any]]

    @property
    def rules(self) -> list[str]:
        return [row["rule"] for row in self.quarantine]

    def values(self, *columns: str) -> list[Any]:
        picked = [tuple(row[column] for column in columns) for row in self.rows]
        return [row[0] for row in picked] if len(columns) == 1 else picked


@dataclass
class Workbench:
    """One object `shop.things` of a source, with a drop folder of its own."""

    folder: Path
    loads: int = field(default=0)

    @property
    def data(self) -> Path:
        return self.folder / "drop"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def landing(self) -> Path:
        return self.home / "landing" / "shop" / "things"

    def deliver(self, name: str, content: bytes | str) -> Path:
        file = self.data / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def build(self) -> Build:
        folder = self.folder / "build"
        folder.mkdir(exist_ok=True)
        return Build(folder)

    def contract(self, **keys: Any) -> ObjectContract:
        declared: dict[str, Any] = {
            "description": "One row per thing",
            "path": "things.csv",
            "format": "csv",
            "columns": [
                {"name": "id", "type": "bigint"},
                {"name": "label", "type": "varchar"},
                {"name": "amount", "type": "decimal(18,2)"},
            ],
            "key": ["id"],
        }
        return ObjectContract.model_validate(declared | keys)

    def load(self, loaded_at: datetime = LOADED_AT, as_of: date = AS_OF, **keys: Any) -> Outcome:
        obj = self.contract(**keys)
        files = land_object(self.home, self.data, "shop", "things", obj, loaded_at)
        scratch = self.folder / "scratch"
        scratch.mkdir(exist_ok=True)
        self.loads += 1
        with self.build().connect() as con:
            mends = read_mends(self.home, "shop", "things")
            load = load_object(
                *(con, "shop", "things", obj, files, f"load-{self.loads}", scratch, mends),
                horizon=Horizon(as_of, "Asia/Shanghai"),
            )
            outcome = Outcome(
                load,
                rows=_dicts(con, "select * from vault.raw.shop__things order by _file, _position"),
                quarantine=_dicts(
                    con, "select * from vault.quarantine.shop__things order by _file, _position"
                ),
                landed=_dicts(con, "select * from vault.accounting.landed order by money_column"),
            )
        kept = len(outcome.rows) + len(outcome.quarantine)
        assert load.rows_read == kept + load.rows_expired, "rows got lost"
        return outcome

    def load_csv(self, content: bytes | str, **keys: Any) -> Outcome:
        self.deliver("things.csv", content)
        return self.load(**keys)

    def one_value(self, kind: str, text: str, **rules: Any) -> tuple[Any, list[str]]:
        """What a text in a column of that type becomes: the value, the rules that it breaks."""
        quoted = text.replace('"', '""')
        outcome = self.load_csv(
            f'id,value\n1,"{quoted}"\n',
            columns=[
                {"name": "id", "type": "bigint"},
                {"name": "value", "type": kind, **rules},
            ],
        )
        return (outcome.values("value") or [None])[0], outcome.rules


def _dicts(con: Any, query: str) -> list[dict[str, Any]]:
    cursor = con.execute(query)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return Workbench(tmp_path)


@pytest.fixture
def new_bench(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Workbench]:
    """For property tests: a fresh workbench for every example."""
    return lambda: Workbench(tmp_path_factory.mktemp("bench"))
