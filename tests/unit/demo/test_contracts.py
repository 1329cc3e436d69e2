"""The source contracts of the demo company say what the files hold."""

from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from tests.unit.demo.conftest import value_of

SOURCES = Path(__file__).parents[3] / "demo" / "sources"
EXPECTED = {
    "consent", "crm_fxiaoke", "crm_zoho", "feedback", "finance", "loyalty", "marketing", "orders",
    "service", "social", "steward", "web",
}  # fmt: skip
TYPES = {
    "varchar", "bigint", "integer", "double", "boolean", "date", "timestamp", "epoch_ms", "epoch_s",
    "json", "decimal(18,2)", "decimal(18,6)", "decimal(20,10)",
}  # fmt: skip


def contracts() -> list[dict[str, Any]]:
    return [yaml.safe_load(path.read_text(encoding="utf-8")) for path in SOURCES.glob("*.yml")]


def objects() -> list[Any]:
    return [
        pytest.param(entry, id=f"{contract['source']}.{name}")
        for contract in contracts()
        for name, entry in contract["objects"].items()
    ]


def test_every_source_has_a_contract() -> None:
    assert {contract["source"] for contract in contracts()} == EXPECTED
    assert {path.stem for path in SOURCES.glob("*.yml")} == EXPECTED


@pytest.mark.parametrize("contract", contracts(), ids=lambda contract: contract["source"])
def test_a_contract_has_its_keys(contract: dict[str, Any]) -> None:
    assert contract["owner"] == "team:data-platform"
    assert contract["description"]


@pytest.mark.parametrize("entry", objects())
def test_an_object_is_complete(entry: dict[str, Any]) -> None:
    for key in ("delivery", "columns", "key", "max_quarantined_ratio"):
        assert key in entry
    assert {"path", "format"} <= set(entry) or "stream" in entry
    names = [column["name"] for column in entry["columns"]]
    assert len(names) == len(set(names))
    named = [*entry["key"], *entry.get("money", [])]
    named += [entry[key] for key in ("version", "event_at") if key in entry]
    assert set(named) <= set(names)


@pytest.mark.parametrize("entry", objects())
def test_an_object_says_where_it_comes_from_and_describes_its_columns(
    entry: dict[str, Any],
) -> None:
    text = entry["description"]
    real = ("84.51°" in text and "never real people" in text) or "European Central Bank" in text
    assert real or "Generated" in text
    assert any("\u4e00" <= character <= "\u9fff" for character in text)
    for column in entry["columns"]:
        assert column["type"] in TYPES
        assert column["description"].strip()


def test_every_contract_column_stands_in_the_file(company: Any) -> None:
    for obj, entry in company.objects():
        if "stream" in entry:
            continue
        expected = [column.get("header", column["name"]) for column in entry["columns"]]
        if entry["format"] == "parquet":
            path = company.out / entry["path"]
            described = duckdb.sql(f"describe select * from '{path}'").fetchall()
            found = [row[0] for row in described]
        else:
            found = list(company.rows(obj)[0])
        assert found == expected, obj


def test_every_contract_column_stands_in_the_records(company: Any) -> None:
    compared = 0
    for obj, entry in company.objects():
        if "stream" not in entry or not company.served(obj).exists():
            continue
        for row in company.rows(obj):
            for column in entry["columns"]:
                value_of(row, column.get("header", column["name"]))
        compared += 1
    assert compared == 15


def test_the_planted_faults_stay_below_the_limit_at_full_size(company: Any) -> None:
    for obj, faults in company.figures["faults"].items():
        # the overlay of the tests is about an eighth of the default one
        ratio = sum(faults.values()) / (8 * company.figures["rows"][obj])
        assert ratio <= company.entry(obj)["max_quarantined_ratio"] or obj.startswith("marketing")
