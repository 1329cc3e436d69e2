"""What the gate of core joins, to prove that no join multiplies rows, is every key of every fact.

The rule itself is expectations/core/fan_out.py; tests/unit/expectations/test_core.py shows it
failing.
"""

from __future__ import annotations

import pytest

from expectations.core.fan_out import FACTS
from expectations.engine.models import Model, models_of
from tests.dbt.manifest import Manifest


@pytest.fixture(scope="module")
def core(manifest: Manifest) -> list[Model]:
    return models_of(manifest.content, "core")


@pytest.fixture(scope="module")
def facts(core: list[Model]) -> list[Model]:
    return [model for model in core if model.name.startswith(FACTS)]


def test_every_key_of_a_fact_leads_to_its_dimension(manifest: Manifest, facts: list[Model]) -> None:
    keys = {
        column: model["name"]
        for model in manifest.models("core")
        if model["name"].startswith("dim_") and model["name"] != "dim_dates"
        for key in manifest.unique_keys(model)
        if len(key) == 1
        for column in key
    }
    columns = {model["name"]: model["columns"] for model in manifest.models("core")}
    missing = [
        f"{fact.name}.{column}"
        for fact in facts
        for column in columns[fact.name]
        if column in keys and (column, keys[column]) not in _joined(fact)
    ]
    assert len(keys) >= 8
    assert not missing, "give the column a test of relationships to its dimension"


def test_every_fact_has_a_customer_and_a_day(facts: list[Model]) -> None:
    missing = [
        f"{fact.name} to {table}"
        for fact in facts
        for table in ("dim_customers", "dim_dates")
        if fact.name.startswith("fct_")
        and table not in {join.relation.table for join in fact.joins}
    ]
    assert not missing


def test_histories_are_joined_by_day(core: list[Model], facts: list[Model]) -> None:
    histories = {model.name for model in core if model.name.endswith("_history")}
    joined = {join.relation.table for fact in facts for join in fact.joins if join.is_history}
    assert {"dim_customers_history", "dim_staff_history"} <= joined <= histories


def _joined(fact: Model) -> set[tuple[str, str]]:
    return {(join.column, join.relation.table) for join in fact.joins}
