"""Fields of a module by Zoho's own metadata: types, and which ones which interface can give."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from assets.raw.connector import strict_json
from assets.raw.connector.model import SystemField

MODIFIED = "Modified_Time"

_NOT_IN_RECORDS = {"subform"}
_NOT_IN_BULK = {
    "subform",
    "profileimage",
    "imageupload",
    "fileupload",
    "multiselectlookup",
    "multiuserlookup",
    "consent_lookup",
}
_NAMES_NOT_IN_BULK = {"Tag"}


@dataclass(frozen=True)
class Field:
    """One field as `GET /settings/fields` describes it."""

    name: str
    data_type: str
    json_type: str
    label: str | None

    @property
    def in_records(self) -> bool:
        """Whether Get Records gives it; tables inside a record come with the single record."""
        return self.data_type not in _NOT_IN_RECORDS

    @property
    def in_bulk(self) -> bool:
        """Whether a CSV file of Bulk Read holds all of it."""
        return self.data_type not in _NOT_IN_BULK and self.name not in _NAMES_NOT_IN_BULK

    @property
    def contract_type(self) -> str:
        """The type of a contract that fits its values."""
        match self.json_type, self.data_type:
            case (("jsonobject" | "jsonarray"), _):
                return "json"
            case "boolean", _:
                return "boolean"
            case "integer", _:
                return "bigint"
            case "double", "currency":
                return "decimal(38,9)"
            case "double", _:
                return "double"
            case _, "date":
                return "date"
            case _, "datetime":
                return "timestamp"
            case _, "bigint":
                return "bigint"
        return "varchar"


@dataclass(frozen=True)
class ModuleFields:
    """All fields of one module, in Zoho's order."""

    module: str
    fields: tuple[Field, ...]

    @property
    def has_modified_time(self) -> bool:
        """Whether changes of the module can be asked for."""
        return any(field.name == MODIFIED for field in self.fields)

    def system_fields(self) -> list[SystemField]:
        """The fields in the words of the kernel."""
        return [SystemField(field.name, field.contract_type, field.label) for field in self.fields]

    def groups(self, size: int, declared: Sequence[str] = ()) -> list[list[str]]:
        """All fields that Get Records gives, in groups of at most `size` names.

        Every group begins with the id and the time of the version, by which they are joined.
        Declared fields come first, so that a short contract's fields are one group.
        """
        head = ["id"] + ([MODIFIED] if self.has_modified_time else [])
        given = [field.name for field in self.fields if field.in_records]
        wanted = set(declared)
        ordered = [name for name in given if name in wanted]
        ordered += [name for name in given if name not in wanted]
        rest = [name for name in ordered if name not in head]
        room = size - len(head)
        parts = [rest[start : start + room] for start in range(0, len(rest), room)] or [[]]
        return [head + part for part in parts]

    def bulk_fields(self, declared: Iterable[str]) -> list[Field] | None:
        """The fields to ask Bulk Read for; None when it cannot give one that is declared."""
        chosen = [field for field in self.fields if field.in_bulk]
        names = {field.name for field in chosen}
        known = {field.name for field in self.fields}
        if any(name in known and name not in names for name in declared):
            return None
        return chosen


def read_fields(module: str, body: bytes) -> ModuleFields:
    """The answer of `GET /settings/fields`; none at all when the body is empty.

    Raises:
        Retryable: the answer is no whole JSON.
    """
    entries: list[dict[str, Any]] = strict_json.loads(body).get("fields", []) if body else []
    fields = tuple(
        Field(
            name=entry["api_name"],
            data_type=_data_type(entry),
            json_type=str(entry.get("json_type") or "string"),
            label=entry.get("field_label"),
        )
        for entry in entries
        if entry.get("api_name")
    )
    if fields and all(field.name != "id" for field in fields):
        fields = (Field("id", "bigint", "string", "Record Id"), *fields)
    return ModuleFields(module, fields)


def _data_type(entry: dict[str, Any]) -> str:
    """The data type; of a computed field that of its result."""
    kind = str(entry.get("data_type", "text"))
    computed = entry.get(kind)
    if kind in ("formula", "rollup_summary") and isinstance(computed, dict):
        return str(computed.get("return_type") or kind)
    return kind
