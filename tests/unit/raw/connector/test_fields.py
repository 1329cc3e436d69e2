"""Fields by the system's metadata: every one has its column, and every change is seen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assets.raw.connector.fields import (
    ABSENT,
    DECLARED,
    MISSING,
    NEW,
    RETYPED,
    UNDECLARED,
    column_name,
    declared_fields,
    field_states,
    optional_fields,
)
from assets.raw.connector.model import SystemField
from tests.unit.raw.connector.landing_bench import LandingBench, contract

COLUMNS = [
    {"name": "id", "type": "bigint"},
    {"name": "label", "header": "Label", "type": "varchar"},
    {"name": "account_id", "header": "Account.id", "type": "varchar"},
    {"name": "account_name", "header": "Account.name", "type": "varchar"},
]
FIELDS = [
    SystemField("id", "bigint"),
    SystemField("Label", "varchar", "标签"),
    SystemField("Account", "json"),
]


def states(fields: list[SystemField] | None, before: list[SystemField] | None = None, **keys: str):
    found = field_states(contract(columns=COLUMNS, **keys), fields, before)
    return {(state.field, state.column): state.state for state in found}


def test_declared_fields_are_as_declared() -> None:
    assert states(FIELDS) == {
        ("id", "id"): DECLARED,
        ("Label", "label"): DECLARED,
        ("Account", "account_id"): DECLARED,
        ("Account", "account_name"): DECLARED,
    }


def test_a_field_is_new_only_when_it_was_not_there_before() -> None:
    more = [*FIELDS, SystemField("Colour", "varchar", "颜色")]
    assert states(more)[("Colour", "colour")] == UNDECLARED, "the first pull knows no before"
    assert states(more, FIELDS)[("Colour", "colour")] == NEW
    assert states(more, more)[("Colour", "colour")] == UNDECLARED


def test_a_declared_field_that_is_gone_is_missing() -> None:
    found = states([FIELDS[0]], FIELDS)
    assert found[("id", "id")] == DECLARED
    assert set(found.values()) == {DECLARED, MISSING}
    assert [key for key, state in found.items() if state == MISSING] == [
        ("Label", "label"),
        ("Account", "account_id"),
        ("Account", "account_name"),
    ]


def test_an_optional_field_may_be_gone() -> None:
    columns = [COLUMNS[0], {**COLUMNS[1], "optional": True}]
    found = field_states(contract(columns=columns), FIELDS[:1], None)
    assert [state.state for state in found] == [DECLARED, ABSENT]


@pytest.mark.parametrize(
    ("declared", "system", "state"),
    [
        ("bigint", "decimal(38,9)", RETYPED),
        ("bigint", "integer", DECLARED),
        ("bigint", "timestamp", RETYPED),
        ("decimal(18,2)", "decimal(38,9)", DECLARED),
        ("decimal(18,2)", "bigint", DECLARED),
        ("decimal(18,2)", "json", RETYPED),
        ("double", "boolean", RETYPED),
        ("varchar", "json", DECLARED),
        ("varchar", "bigint", DECLARED),
        ("json", "varchar", DECLARED),
        ("date", "timestamp", DECLARED),
        ("date", "boolean", RETYPED),
        ("timestamp", "date", DECLARED),
        ("timestamp", "epoch_ms", RETYPED),
        ("epoch_ms", "epoch_ms", DECLARED),
        ("epoch_ms", "epoch_s", RETYPED),
        ("boolean", "bigint", RETYPED),
        ("boolean", "varchar", DECLARED),
        ("decimal(18,2)", "varchar", DECLARED),
        ("timestamp", "varchar", DECLARED),
    ],
)
def test_types_that_fit(declared: str, system: str, state: str) -> None:
    columns = [{"name": "id", "type": declared}]
    (found,) = field_states(contract(columns=columns), [SystemField("id", system)], None)
    assert (found.state, found.system_type, found.declared_type) == (state, system, declared)


def test_a_path_needs_an_object() -> None:
    fields = [*FIELDS[:2], SystemField("Account", "varchar")]
    assert states(fields)[("Account", "account_id")] == RETYPED


def test_without_metadata_nothing_is_said() -> None:
    assert states(None) == {}
    assert states(FIELDS, unnest="lines") == {}


def test_a_header_of_the_whole_record_is_one_of_its_fields() -> None:
    columns = [*COLUMNS[:2], {"name": "account_id", "header": "^.Account.id", "type": "varchar"}]
    found = field_states(contract(columns=columns), FIELDS, None)
    assert [state.state for state in found] == [DECLARED] * 3
    assert declared_fields([contract(columns=columns)]) == ("Account", "Label", "id")


def test_fields_of_all_objects_of_a_stream_are_asked_for() -> None:
    lines = [
        {"name": "id", "type": "bigint"},
        {"name": "order_id", "header": "^.order.id", "type": "bigint"},
    ]
    objects = [contract(columns=COLUMNS), contract(columns=lines, unnest="sales.lines")]
    assert declared_fields(objects) == ("Account", "Label", "id", "order", "sales")


def test_a_field_is_optional_when_every_column_that_reads_it_is() -> None:
    cost = {"name": "cost", "type": "bigint", "optional": True}
    label = {"name": "label", "header": "Label", "type": "varchar", "optional": True}
    inside = {"name": "cost", "header": "^.cost", "type": "bigint"}
    assert optional_fields([contract(columns=[*COLUMNS, cost])]) == ("cost",)
    assert optional_fields([contract(columns=COLUMNS), contract(columns=[COLUMNS[0], label])]) == ()
    needed = contract(columns=[COLUMNS[0], inside], unnest="lines")
    assert optional_fields([contract(columns=[*COLUMNS, cost]), needed]) == ()


@pytest.mark.parametrize(
    ("field", "column"),
    [
        ("Last_Name", "last_name"),
        ("lastName", "last_name"),
        ("名称", "名称"),
        ("field_x__c", "field_x__c"),
        ("2nd", "field_2nd"),
        ("$", "field_"),
        ("_id", "id"),
        ("a.b c", "a_b_c"),
    ],
)
def test_names_of_columns(field: str, column: str) -> None:
    assert column_name(field) == column


def test_every_field_has_its_column(tmp_path: Path) -> None:
    """Also an empty one, two of one name, one named as a word of the query, and no name at all."""
    odd = ["Empty", "Note", "note", "NOTE", "_file", "_Position", "id2", "Label_", "*", "", "a.b"]
    words = ["read", "typed", "record", "element", "filename", "is_faulty", "_values", "_row", "n"]
    odd += words
    fields = [*FIELDS[:2], *(SystemField(name, "varchar") for name in odd)]
    bench = LandingBench(tmp_path)
    sent = {name: f"value of {name}" for name in odd if name != "Empty"} | {"id": 1, "Label": "x"}
    pull = bench.land([json.dumps(sent).encode()], fields=fields)
    (row,) = bench.load(pull, columns=COLUMNS[:2])
    assert (row["id"], row["label"], row["empty"]) == (1, "x", None)
    kept = [value for value in row.values() if str(value).startswith("value of ")]
    assert sorted(kept) == sorted(f"value of {name}" for name in odd if name != "Empty")
    assert row["note"] == "value of NOTE"
    assert row["read_2"] == "value of read"
    states = bench.rows("vault.accounting.source_fields", "column_name, state")
    assert {state["column_name"] for state in states} <= set(row)
    assert len(states) == len(fields)


def test_the_accounts_tell_the_newest_pull(tmp_path: Path) -> None:
    bench = LandingBench(tmp_path)
    more = [*FIELDS, SystemField("Colour", "varchar", "颜色")]
    first = bench.land([b'{"id":1}'], fields=FIELDS)
    second = bench.land([b'{"id":2}'], [b'{"id":3}'], fields=more)
    for _ in range(2):
        rows = bench.load(first, second, before=first.fields, columns=COLUMNS)
    assert [row["colour"] for row in rows] == [None] * 3
    (new,) = bench.rows("(from vault.accounting.source_fields where state = 'new')")
    assert (new["field"], new["column_name"], new["label"]) == ("Colour", "colour", "颜色")
    (pulls,) = bench.rows("vault.accounting.pulls")
    counts = (pulls["pull_count"], pulls["page_count"], pulls["record_count"])
    assert counts == (2, 3, 3)
    assert pulls["is_configured"]
    assert pulls["pulled_until"] == second.began_at.replace(tzinfo=None)
