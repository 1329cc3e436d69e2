"""A phone that gets into any text column of any published table is found, there and by name.

The tables are those that dbt publishes, so that a new one is covered from its first day.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from expectations.engine.gate import run_suites
from expectations.engine.models import models_of
from expectations.engine.rules import Suite
from expectations.publish import privacy
from expectations.publish import suites as publish
from expectations.publish.sweep import ACCUSATIONS
from tests.dbt.manifest import Manifest
from tests.unit.expectations.small_build import DAY, small_build

FIRST_PHONE = 13_800_000_000
"""Each column gets a phone of its own, counted from here, after a word."""

Place = tuple[str, str]


@dataclass(frozen=True)
class Swept:
    """Every text column of the publication, and what the gate said of a phone in each."""

    texts: list[Place]
    accused: set[Place]
    kept_back: set[str]
    rules: dict[str, set[str]]


@pytest.fixture(scope="module")
def swept(manifest: Manifest) -> Swept:
    tables = {
        node["alias"]: {name: column["data_type"] for name, column in node["columns"].items()}
        for node in manifest.models("publish")
    }
    texts = [(t, c) for t, columns in tables.items() for c, kind in columns.items() if _text(kind)]
    phones = {place: FIRST_PHONE + number for number, place in enumerate(texts)}
    connection = small_build()
    connection.execute("drop schema warehouse.publish cascade").fetchall()
    connection.execute("create schema warehouse.publish").fetchall()
    for table, columns in tables.items():
        values = ", ".join(
            f"'tel {phones[table, name]}' as \"{name}\""
            if _text(kind)
            else f'cast(null as {kind}) as "{name}"'
            for name, kind in columns.items()
        )
        connection.execute(f"create table warehouse.publish.{table} as select {values}").fetchall()
    suites = publish.suites(connection, models_of(manifest.content, "publish"), {})
    results = run_suites(
        connection, [_patterns_only(suite) for suite in suites], run_name="test", as_of=DAY.as_of
    )
    accused = connection.execute(
        f"select table_name, column_name from {ACCUSATIONS.sql} where kind = 'Chinese mobile'"
    ).fetchall()
    return Swept(
        texts,
        {(table, column) for table, column in accused},
        {result.asset[-1] for result in results if result.blocks},
        {suite.asset[-1]: {rule.name for rule in suite.rules} for suite in suites},
    )


def _patterns_only(suite: Suite) -> Suite:
    rules = [rule for rule in suite.rules if rule.name == "no_identifier_patterns"]
    return replace(suite, rules=tuple(rules))


def _text(kind: str) -> bool:
    return kind == "varchar"


def test_a_phone_is_found_in_every_text_column_of_every_table(swept: Swept) -> None:
    assert len(swept.texts) >= 600
    assert set(swept.texts) - swept.accused == set()


def test_every_table_with_such_a_phone_is_kept_back(swept: Swept) -> None:
    assert {table for table, _ in swept.texts} - swept.kept_back == set()


def test_every_table_with_texts_is_asked_every_question(swept: Swept) -> None:
    questions = {asked.rule for asked in privacy.QUESTIONS if not asked.of_free_texts}
    for table in {table for table, _ in swept.texts}:
        missing = questions - swept.rules[table]
        assert not missing, f"{table} is not asked {missing}"
