"""Fields by metadata: types, groups of fifty, what Bulk Read can give."""

from __future__ import annotations

import json

import pytest

from assets.raw.connector.errors import Retryable
from assets.raw.zoho_crm.metadata import MODIFIED, Field, ModuleFields, read_fields


def module(count: int, *more: Field) -> ModuleFields:
    plain = tuple(Field(f"F{n}", "text", "string", None) for n in range(count))
    ends = (Field("id", "bigint", "string", None), Field(MODIFIED, "datetime", "string", None))
    return ModuleFields("Leads", (*plain, *more, *ends))


@pytest.mark.parametrize("count", [0, 1, 47, 48, 49, 62, 96, 97, 400])
def test_groups_hold_every_field_once_and_join_by_id_and_version(count: int) -> None:
    groups = module(count).groups(50)
    assert all(group[:2] == ["id", MODIFIED] for group in groups)
    assert all(len(group) <= 50 for group in groups)
    rest = [name for group in groups for name in group[2:]]
    assert sorted(rest) == sorted(f"F{n}" for n in range(count))
    assert len(groups) == max(1, -(-count // 48))


def test_declared_fields_come_first_and_unknown_ones_are_not_asked_for() -> None:
    groups = module(100).groups(50, declared=("F99", "F77", "Gone"))
    assert groups[0][2:4] == ["F77", "F99"]
    assert all("Gone" not in group for group in groups)


def test_a_module_without_times_is_joined_by_id() -> None:
    fields = ModuleFields("Requests", (Field("id", "bigint", "string", None),))
    assert fields.groups(50) == [["id"]]
    assert not fields.has_modified_time


def test_tables_inside_a_record_are_left_out() -> None:
    items = Field("Ordered_Items", "subform", "jsonarray", None)
    assert "Ordered_Items" not in module(1, items).groups(50)[0]


def test_bulk_read_is_no_use_when_a_declared_field_is_not_in_it() -> None:
    tag = Field("Tag", "text", "jsonarray", None)
    fields = module(2, tag)
    assert [field.name for field in fields.bulk_fields(["F1"]) or []] == [
        "F0",
        "F1",
        "id",
        MODIFIED,
    ]
    assert fields.bulk_fields(["Tag"]) is None
    assert fields.bulk_fields(["Gone"]) is not None


@pytest.mark.parametrize(
    ("data_type", "json_type", "expected"),
    [
        ("text", "string", "varchar"),
        ("picklist", "string", "varchar"),
        ("bigint", "string", "bigint"),
        ("integer", "integer", "bigint"),
        ("currency", "double", "decimal(38,9)"),
        ("percent", "double", "double"),
        ("boolean", "boolean", "boolean"),
        ("date", "string", "date"),
        ("datetime", "string", "timestamp"),
        ("lookup", "jsonobject", "json"),
        ("multiselectpicklist", "jsonarray", "json"),
        ("something_new", "string", "varchar"),
    ],
)
def test_types(data_type: str, json_type: str, expected: str) -> None:
    assert Field("x", data_type, json_type, None).contract_type == expected


def test_metadata_are_read() -> None:
    told = {
        "fields": [
            {"api_name": "Due", "data_type": "formula", "formula": {"return_type": "datetime"}},
            {"api_name": "Last_Name", "data_type": "text", "json_type": "string",
             "field_label": "姓"},
        ]
    }  # fmt: skip
    fields = read_fields("Leads", json.dumps(told).encode())
    assert [field.name for field in fields.fields] == ["id", "Due", "Last_Name"]
    assert fields.system_fields()[1].type == "timestamp"
    assert fields.system_fields()[2].label == "姓"
    assert read_fields("Leads", b"").fields == ()
    with pytest.raises(Retryable):
        read_fields("Leads", b'{"fields":[')
