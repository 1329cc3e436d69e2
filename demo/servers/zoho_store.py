"""What is stored in the local Zoho CRM: records, the recycle bin, staff, stages of deals."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from demo.servers.base import Clock
from demo.servers.zoho_answers import moment, refuse, written
from demo.servers.zoho_fields import fields_of, guessed_type, standard_modules

Record = dict[str, Any]
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass
class Deleted:
    """One entry of the list of deleted records; the record itself waits for an undelete."""

    entry: Record
    record: Record | None


@dataclass
class Module:
    """One module: its fields and its records.

    Attributes:
        fields: Data type by API name; custom fields are added by the first record that has them.
        rows: Records by id.
        deleted: What `/deleted` lists, by id.
    """

    name: str
    fields: dict[str, str]
    rows: dict[str, Record] = field(default_factory=dict)
    deleted: dict[str, Deleted] = field(default_factory=dict)
    _sorted: dict[str, list[Record]] = field(default_factory=dict)
    _times: dict[str, datetime] = field(default_factory=dict)

    def put(self, record: Record) -> None:
        """Insert or replace a record by its id."""
        for name, value in record.items():
            if name not in self.fields and value is not None and not name.startswith("$"):
                self.fields[name] = guessed_type(value)
        self.rows[record["id"]] = record
        self._times[record["id"]] = time_of(record, "Modified_Time")
        self._sorted.clear()

    def take(self, record_id: str) -> Record:
        """Remove a record and give it back."""
        self._sorted.clear()
        return self.rows.pop(record_id)

    def modified(self, record: Record) -> datetime:
        """When a record was modified last; long ago when the module does not tell."""
        return self._times[record["id"]]

    def ordered(self, sort_by: str) -> list[Record]:
        """All records, ascending by id, Created_Time or Modified_Time, then by id."""
        if sort_by not in self._sorted:
            self._sorted[sort_by] = sorted(
                self.rows.values(), key=lambda row: (self._sort_time(sort_by, row), int(row["id"]))
            )
        return self._sorted[sort_by]

    def _sort_time(self, sort_by: str, row: Record) -> datetime:
        if sort_by == "id":
            return _NEVER
        return self.modified(row) if sort_by == "Modified_Time" else time_of(row, sort_by)


def time_of(record: Record, name: str) -> datetime:
    """A time of a record; long ago when it has none."""
    return moment(record[name]) if record.get(name) else _NEVER


class Store:
    """Everything that is stored, and the ways in which it changes."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.modules = {name: Module(name, fields_of(name)) for name in standard_modules()}
        self.users: list[Record] = []
        self.stages: dict[str, list[Record]] = {}
        self._last_id = 3_652_397_900_000_000_000

    def module(self, name: str) -> Module:
        """A module by its API name; raises Refused."""
        if name not in self.modules:
            raise refuse("INVALID_MODULE", "the module name given seems to be invalid")
        return self.modules[name]

    def new_id(self) -> str:
        """The next record number: 19 digits."""
        self._last_id += 1
        return str(self._last_id)

    def upsert(self, module: str, record: Record, *, touch: bool = True) -> str:
        """Create or edit a record; its Modified_Time becomes now, unless it is told or not `touch`.

        Returns:
            The id of the record.
        """
        kept = self._module_made(module)
        record_id = record.get("id") or self.new_id()
        now = written(self.clock())
        old = kept.rows.get(record_id, {"id": record_id, "Created_Time": now})
        times = {"Modified_Time": now} if touch and "Modified_Time" in kept.fields else {}
        merged = {**old, **times, **record, "id": record_id}
        if module == "Deals" and merged.get("Stage") != old.get("Stage"):
            self._note_stage(merged)
        kept.put(merged)
        return record_id

    def _module_made(self, name: str) -> Module:
        """A module; a custom one is made by its first record."""
        return self.modules.setdefault(name, Module(name, {"id": "bigint"}))

    def _note_stage(self, deal: Record) -> None:
        history = self.stages.setdefault(deal["id"], [])
        history.insert(
            0,
            {
                "id": self.new_id(),
                "Stage": deal["Stage"],
                **{name: deal.get(name) for name in STAGE_FIELDS if name in deal},
                "Modified_Time": deal.get("Modified_Time"),
            },
        )

    def delete(self, module: str, record_id: str, kind: str = "recycle") -> None:
        """Move a record to the recycle bin, or remove it for good (`permanent`)."""
        kept = self.modules[module]
        before = kept.deleted.get(record_id)
        record = before.record if before else kept.take(record_id)
        entry = {
            "id": record_id,
            "display_name": _display_name(record or {}),
            "type": kind,
            "deleted_time": written(self.clock()),
            "deleted_by": None,
            "created_by": _short((record or {}).get("Created_By")),
        }
        kept.deleted[record_id] = Deleted(entry, None if kind == "permanent" else record)

    def undelete(self, module: str, record_id: str, *, touch: bool = True) -> None:
        """Restore a record from the recycle bin; it counts as modified now if `touch`."""
        record = self.modules[module].deleted.pop(record_id).record
        assert record is not None, "purged records never come back"
        if touch:
            record = {**record, "Modified_Time": written(self.clock())}
        self.modules[module].put(record)

    def load(self, folder: Path) -> None:
        """Read what the demo generator wrote: `<Module>.jsonl`, `Users.jsonl`, `_deleted.jsonl`."""
        for path in sorted(folder.glob("[!_]*.jsonl")):
            for record in _lines(path):
                if path.stem == "Users":
                    self.users.append(record)
                else:
                    self._module_made(path.stem).put(record)
        for entry in _lines(folder / "_stage_history.jsonl"):
            self.stages.setdefault(entry.pop("deal"), []).append(entry)
        for entry in _lines(folder / "_deleted.jsonl"):
            blank = {"display_name": None, "deleted_by": None, "created_by": None}
            module = self.modules[entry.pop("module")]
            module.deleted[entry["id"]] = Deleted(blank | entry, None)


STAGE_FIELDS = ("Amount", "Probability", "Expected_Revenue", "Closing_Date", "Modified_By")


def _lines(path: Path) -> list[Record]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def _display_name(record: Record) -> str | None:
    names = ("Full_Name", "Account_Name", "Deal_Name", "Subject", "Last_Name", "Note_Title")
    return next((record[n] for n in names if isinstance(record.get(n), str)), None)


def _short(person: Record | None) -> Record | None:
    return {"id": person["id"], "name": person.get("name")} if person else None
