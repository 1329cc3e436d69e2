"""CRM systems: what they answer the night's pull, by the records behind the demo's servers."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.gate_score.delivered import Delivered
from benchmarks.gate_score.faults.registry import FAULTS

PLACEHOLDER = "13800138000"

Record = dict[str, Any]


def _rewrite(file: Path, change: Callable[[int, Record], Record | None]) -> int:
    """Change or drop records of a system; returns how many were."""
    records = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    changed = [change(number, record) for number, record in enumerate(records)]
    lines = [json.dumps(one, ensure_ascii=False) + "\n" for one in changed if one is not None]
    file.write_text("".join(lines), "utf-8")
    return sum(one != record for one, record in zip(changed, records, strict=True))


def _of_today(files: Delivered) -> str:
    """Five in the afternoon of the business date."""
    moment = datetime.combine(files.as_of, datetime.min.time()) + timedelta(hours=17)
    return f"{moment.isoformat()}-05:00"


def _touch(files: Delivered, source: str) -> None:
    files.touched |= {name for name in files.objects if name[0] == source}


@FAULTS.into_files("placeholder_phone")
def placeholder_phone(files: Delivered) -> int:
    """A third of the contacts in the CRM got one phone number today."""

    def change(number: int, record: Record) -> Record:
        if number % 3:
            return record
        return {**record, "Mobile": PLACEHOLDER, "Modified_Time": _of_today(files)}

    _touch(files, "crm_zoho")
    return _rewrite(files.data / "servers" / "zoho" / "Contacts.jsonl", change)


@FAULTS.into_files("deletions_flood")
def deletions_flood(files: Delivered) -> int:
    """The CRM deleted nearly half of its contacts today."""
    deleted: list[Record] = []

    def change(number: int, record: Record) -> Record | None:
        if number % 20 >= 9:
            return record
        deleted.append(
            {
                "module": "Contacts",
                "id": record["id"],
                "deleted_time": _of_today(files),
                "type": "recycle",
            }
        )
        return None

    folder = files.data / "servers" / "zoho"
    count = _rewrite(folder / "Contacts.jsonl", change)
    with (folder / "_deleted.jsonl").open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(entry) + "\n" for entry in deleted)
    _touch(files, "crm_zoho")
    return count


@FAULTS.into_files("crm_sees_less")
def crm_sees_less(files: Delivered) -> int:
    """The CRM's user may see two thirds of the records of every module; staff is not limited."""
    for file in sorted((files.data / "servers" / "zoho").glob("[!_U]*.jsonl")):
        _rewrite(file, lambda number, record: record if number % 3 else None)
    _touch(files, "crm_zoho")
    return 0
