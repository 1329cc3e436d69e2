"""What the warehouse promises: contracts, words for every column, keys, tested rules."""

from __future__ import annotations

import pytest

from expectations.marts import CUSTOMER_MARTS
from tests.dbt.manifest import Manifest

PROMISED = ("core", "marts", "publish")


@pytest.mark.parametrize("layer", PROMISED)
def test_contract_is_enforced(manifest: Manifest, layer: str) -> None:
    open_models = [
        model["name"]
        for model in manifest.models(layer)
        if not model["config"]["contract"]["enforced"]
    ]
    assert not open_models


@pytest.mark.parametrize("layer", PROMISED)
def test_models_and_columns_are_described(manifest: Manifest, layer: str) -> None:
    silent = [
        f"{model['name']}.{column or '*'}"
        for model in manifest.models(layer)
        for column, text in [
            ("", model["description"]),
            *((c["name"], c["description"]) for c in model["columns"].values()),
        ]
        if not text.strip()
    ]
    assert not silent


def test_descriptions_begin_with_the_grain(manifest: Manifest) -> None:
    other = [
        model["name"]
        for model in manifest.models(*PROMISED)
        if not model["description"].startswith(("One row per ", "One row for "))
    ]
    assert not other


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
    assert by_customer == CUSTOMER_MARTS, "expectations/marts.py lists them"
