"""What an export is made of: layers, groups of records, and what is said of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SCHEMA_VERSION = 1
"""Of the JSON document; raised when a reader of the one before would go wrong."""

OTHER = "[another person 他人]"
"""Stands for a value that leads to somebody else."""

LAYERS = {
    "landing": "As delivered 原始数据",
    "vault": "Cleaned and linked 清洗与识别",
    "warehouse": "Analysed 分析结果",
    "stores": "Kept beside them 其他存储",
}
"""Layers in the order of the flow, with what people call them."""


@dataclass(frozen=True)
class Column:
    """What is known of a column: its class is one of pipelines.runtime.privacy.CLASSES; a value may
    be kept for fewer days than its row."""

    name: str
    privacy_class: str
    description: str = ""
    kept_days: int | None = None


@dataclass(frozen=True)
class Place:
    """Where a landed record was delivered: file or page, when it landed (UTC), its number there."""

    file: str
    landed_at: str
    position: int


@dataclass(frozen=True)
class Record:
    """One record; equal ones of several deliveries are one, with several places."""

    values: Mapping[str, Any]
    places: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Group:
    """The person's records of one object, table or store.

    Attributes:
        layer: One of LAYERS.
        name: `crm_zoho.contacts`, `vault.staging.stg_…`.
        description: What one row is.
        purposes: What it is kept for; of pipelines.runtime.privacy.PURPOSES.
        retention: How long; of pipelines.runtime.privacy.RETENTIONS.
        columns: What is known of them.
        records: In the order of the export.
        published_as: Name in the publication that readers see.
        kept_days: Days after which a row goes, where its source says so.
        readers: Roles of the readers' PostgreSQL that may see it there.
    """

    layer: str
    name: str
    description: str
    purposes: tuple[str, ...]
    retention: str
    columns: tuple[Column, ...] = ()
    records: tuple[Record, ...] = ()
    published_as: str | None = None
    readers: tuple[str, ...] = ()
    kept_days: int | None = None


@dataclass(frozen=True)
class Gap:
    """What could not be looked through, and why."""

    what: str
    why: str


@dataclass(frozen=True)
class Export:
    """Everything held on one person.

    Attributes:
        request: Id of the request.
        made_at: UTC, ISO 8601.
        customer_key: Of today.
        keys: It and every key before it.
        run_id: Of the live build.
        as_of: Its business date.
        groups: What was found, by layer.
        gaps: What could not be looked through.
        searched: How many objects, tables and stores were looked through.
    """

    request: str
    made_at: str
    customer_key: str
    keys: tuple[str, ...]
    run_id: str
    as_of: str
    groups: tuple[Group, ...]
    gaps: tuple[Gap, ...] = ()
    searched: int = 0

    @property
    def held(self) -> list[Group]:
        """The groups that hold something."""
        return [group for group in self.groups if group.records]

    @property
    def records(self) -> int:
        """How many records it holds."""
        return sum(len(group.records) for group in self.groups)
