"""What an object's describe (对象描述) says: fields with their types, options with their labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assets.raw.connector.model import SystemField

Described = Mapping[str, Mapping[str, Any]]
"""The member `fields` of a describe: what is said of each field, by API name."""

DERIVED = ("__relation_ids", "__r", "__l", "__o", "__v", "__p")
"""Endings of read-only fields that come along with the field they are derived from."""

OPTION_FIELDS = [
    SystemField("object", "varchar", "API name of the object"),
    SystemField("field", "varchar", "API name of the field"),
    SystemField("field_label", "varchar", "Label of the field"),
    SystemField("value", "varchar", "Code of the option 选项值"),
    SystemField("label", "varchar", "Label of the option 选项名称"),
]
"""Fields of the stream field_options."""

ID_FIELDS = [
    SystemField("object", "varchar", "API name of the object"),
    SystemField("record_id", "varchar", "数据ID"),
]
"""Fields of the stream live_ids."""

_TYPES = {
    "number": "decimal(38,9)",
    "currency": "decimal(38,9)",
    "percentile": "decimal(38,9)",
    "count": "decimal(38,9)",
    "date": "epoch_ms",
    "date_time": "epoch_ms",
    "time": "bigint",
    "true_or_false": "boolean",
} | dict.fromkeys(
    (
        "select_many",
        "employee",
        "employee_many",
        "out_employee",
        "department",
        "department_many",
        "out_department",
        "object_reference_many",
        "file_attachment",
        "big_file_attachment",
        "image",
        "signature",
        "tag",
        "array",
        "group",
        "embedded_object",
        "embedded_object_list",
    ),
    "json",
)

_IN_EVERY_OBJECT = {
    "_id": ("varchar", "数据ID"),
    "create_time": ("epoch_ms", "创建时间"),
    "last_modified_time": ("epoch_ms", "最后修改时间"),
    "is_deleted": ("boolean", "已删除"),
    "life_status": ("varchar", "生命状态"),
}


def system_fields(described: Described, declared: Sequence[str] = ()) -> list[SystemField]:
    """The fields of an object with the types of a contract; text where a type is not known.

    The describe does not name fields derived from others (`owner__r`), so those that the contract
    declares are added.
    """
    fields = {
        name: SystemField(name, _type_of(described[name]), described[name].get("label"))
        for name in active_fields(described)
    }
    for name, (kind, label) in _IN_EVERY_OBJECT.items():
        fields.setdefault(name, SystemField(name, kind, label))
    for name in declared:
        base = base_of(name)
        if base in fields and name not in fields:
            fields[name] = SystemField(name, "json", fields[base].label)
    return list(fields.values())


def active_fields(described: Described) -> list[str]:
    """The fields that are in use; those that were switched off (禁用) are left out."""
    return [name for name, field in described.items() if field.get("is_active") is not False]


def option_rows(object_name: str, described: Described) -> list[dict[str, str | None]]:
    """A row for each option of each field, in the order of the describe."""
    rows: list[dict[str, str | None]] = []
    for name, field in described.items():
        for option in field.get("options") or []:
            value = option.get("value", option.get("api_name"))
            if value is not None:
                rows.append(
                    {
                        "object": object_name,
                        "field": name,
                        "field_label": field.get("label"),
                        "value": str(value),
                        "label": option.get("label"),
                    }
                )
    return rows


def _type_of(field: Mapping[str, Any]) -> str:
    kind = field.get("type")
    if kind == "formula":
        kind = field.get("return_type")
    elif kind == "quote":
        kind = field.get("quote_field_type")
    if kind == "number" and field.get("decimal_places") == 0:
        return "bigint"
    return _TYPES.get(str(kind), "varchar")


def base_of(name: str) -> str:
    """The field that a derived one (`owner__r`) comes with; other names as they are."""
    ending = next((end for end in DERIVED if name.endswith(end)), "")
    return name.removesuffix(ending) if ending else name
