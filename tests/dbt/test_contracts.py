"""What the warehouse promises: contracts, words for every column, keys, tested rules."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from expectations.marts.suites import CUSTOMER_MARTS
from tests.dbt.manifest import Manifest

PROMISED = ("core", "marts", "publish")
CHINESE = re.compile("[\u4e00-\u9fff]")
GRAIN = ("One row per ", "One row for ")

Node = Mapping[str, Any]

PROMISES: Mapping[str, Callable[[Node], bool]] = {
    "has an enforced contract": lambda model: model["config"]["contract"]["enforced"],
    "says its grain first": lambda model: model["description"].startswith(GRAIN),
    "says what it is in Chinese": lambda model: bool(CHINESE.search(model["description"])),
    "has an owner": lambda model: bool(model["config"]["meta"].get("owner")),
    "has a type for every column": lambda model: all(
        column["data_type"] for column in model["columns"].values()
    ),
}
"""What holds for each model of these layers, without exception."""

COLUMN_PROMISES: Mapping[str, Callable[[Node], bool]] = {
    "is described by a doc block": lambda column: bool(column["doc_blocks"]),
    "says what it is in Chinese": lambda column: bool(CHINESE.search(column["description"])),
}

OTHER_MEANINGS = {
    "customer_key": {"event_customer_key"},
    "record_count": {"key_event_record_count"},
}
"""Names that mean something narrower in the tables of identity, with the block that says it."""


@pytest.mark.parametrize("layer", PROMISED)
@pytest.mark.parametrize("promise", PROMISES)
def test_every_model(manifest: Manifest, promise: str, layer: str) -> None:
    models = {model["name"]: PROMISES[promise](model) for model in manifest.models(layer)}
    broken = [name for name, is_kept in models.items() if not is_kept]
    assert models
    assert not broken, _coverage(promise, len(models), broken)


@pytest.mark.parametrize("layer", PROMISED)
@pytest.mark.parametrize("promise", COLUMN_PROMISES)
def test_every_column(manifest: Manifest, promise: str, layer: str) -> None:
    columns = {
        f"{model['name']}.{name}": COLUMN_PROMISES[promise](column)
        for model in manifest.models(layer)
        for name, column in model["columns"].items()
    }
    broken = [name for name, is_kept in columns.items() if not is_kept]
    assert columns
    assert not broken, _coverage(promise, len(columns), broken)


def _coverage(promise: str, count: int, broken: list[str]) -> str:
    return f"{1 - len(broken) / count:.1%} of {count} {promise}, 100 % is asked; not: {broken}"


def test_one_name_means_one_thing(manifest: Manifest) -> None:
    blocks: dict[str, set[str]] = defaultdict(set)
    for model in manifest.models("core", "marts"):
        for name, column in model["columns"].items():
            used = {block.rsplit(".", 1)[-1] for block in column["doc_blocks"]}
            blocks[name] |= used - OTHER_MEANINGS.get(name, set())
    assert not {name: sorted(used) for name, used in blocks.items() if len(used) > 1}


@pytest.mark.parametrize("layer", ["staging", "core", "marts"])
def test_every_model_proves_its_key(manifest: Manifest, layer: str) -> None:
    keyless = [m["name"] for m in manifest.models(layer) if not manifest.unique_keys(m)]
    assert not keyless


def test_marts_look_back_from_a_date(manifest: Manifest) -> None:
    dateless = [m["name"] for m in manifest.models("marts") if "as_of_date" not in m["columns"]]
    assert not dateless


def test_business_rules_have_unit_tests(manifest: Manifest) -> None:
    tested = manifest.unit_tested()
    with_rules = [
        model["name"]
        for model in manifest.models()
        if model["config"]["meta"].get("business_rules")
    ]
    assert with_rules
    assert not [name for name in with_rules if name not in tested]


def test_every_mart_lists_its_business_rules(manifest: Manifest) -> None:
    silent = [
        model["name"]
        for model in manifest.models("marts")
        if not model["config"]["meta"].get("business_rules")
    ]
    assert not silent


def test_the_gate_asks_every_mart_of_customers_for_each_customer(manifest: Manifest) -> None:
    by_customer = {
        mart["name"]
        for mart in manifest.models("marts")
        if {"customer_key"} in manifest.unique_keys(mart)
    }
    assert by_customer == CUSTOMER_MARTS, "expectations/marts/suites.py lists them"


def test_every_dimension_has_its_unknown_member(manifest: Manifest) -> None:
    tested = {
        test["attached_node"]
        for test in manifest.content["nodes"].values()
        if (test.get("test_metadata") or {}).get("name") == "has_unknown_member"
    }
    dimensions = {
        model["name"]: model["unique_id"]
        for model in manifest.models("core")
        if model["name"].startswith("dim_") and model["name"] != "dim_dates"
    }
    assert dimensions
    assert not [name for name, unique_id in dimensions.items() if unique_id not in tested]
