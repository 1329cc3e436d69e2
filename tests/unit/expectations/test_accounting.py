from __future__ import annotations

import pytest

from expectations import row_accounting
from tests.unit.expectations.small_build import (
    OBJECTS,
    check,
    orders_only,
    small_build,
    staging_models,
)

COUNTS = "vault.accounting.staged"
STAGED = "vault.staging.stg_web__events"


def _results(statement: str = "select 1"):
    connection = small_build()
    connection.execute(statement).fetchall()
    return check(connection, row_accounting.suites(staging_models(), OBJECTS), "row_accounting")


def test_good_data_pass():
    assert [result.message for result in _results().values() if not result.passed] == []


def test_every_raw_object_with_a_staging_model_has_a_rule():
    assert set(_results()) == {f"{described.table}_accounted" for described in OBJECTS}


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        (
            f"insert into {STAGED} select * from {STAGED}",
            "20 rows in raw, but 0 after as_of + 0 merged + 20 staged (40 in the table)",
        ),
        (
            f"update {COUNTS} set rows_merged = 3 where source = 'web'",
            "20 rows in raw, but 0 after as_of + 3 merged + 20 staged (20 in the table)",
        ),
        (f"delete from {COUNTS} where source = 'web'", "web.events was not accounted for"),
        ("delete from vault.raw.web__events", "web.events: 0 rows in raw, but"),
    ],
)
def test_lost_and_doubled_rows_block(statement, sentence):
    result = _results(statement)["web__events_accounted"]
    assert result.blocks
    assert sentence in result.message
    assert [name for name, other in _results(statement).items() if not other.passed] == [
        "web__events_accounted"
    ]


def test_empty_objects_are_accounted_for():
    results = check(
        orders_only(), row_accounting.suites(staging_models(), OBJECTS), "row_accounting"
    )
    assert [result.message for result in results.values() if not result.passed] == []
