"""What the catalogue says of a table: description, purposes, classes, and who may read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from assets.privacy.export.model import Column
from assets.publish.exports import SCHEMA
from assets.publish.postgres.access import Access
from pipelines.runtime.privacy import DIRECT, catalogue

Named = tuple[str, str, str]

QUARANTINE = "Rows that were refused, as they were delivered 隔离: file, rule, reason and content."
PYTHON = "Working table of a stage; docs/architecture.md says of which."


@dataclass(frozen=True)
class Known:
    """What is known of one table."""

    description: str
    purposes: tuple[str, ...]
    retention: str
    columns: tuple[Column, ...]
    published_as: str | None = None
    readers: tuple[str, ...] = ()


def known_tables(manifest: Mapping[str, Any], access: Access) -> dict[Named, Known]:
    """Every table that dbt knows, by catalog, schema and name.

    Args:
        manifest: dbt's.
        access: Who may read what in the readers' PostgreSQL.
    """
    nodes = {
        _named(node): node
        for node in [*manifest["nodes"].values(), *manifest.get("sources", {}).values()]
        if node["resource_type"] in ("model", "seed", "source")
    }
    published = _published(manifest)
    found = {}
    columns = sorted(catalogue(manifest), key=lambda it: it.table)
    for table, said in groupby(columns, key=lambda it: it.table):
        own = list(said)
        name = published.get(table)
        found[table] = Known(
            description=nodes[table]["description"],
            purposes=tuple(sorted({purpose for it in own for purpose in it.purposes})),
            retention=own[0].retention,
            columns=tuple(Column(it.name, it.privacy_class, it.description) for it in own),
            published_as=f"{SCHEMA}.{name}" if name else None,
            readers=tuple(it.role for it in access.roles(name)) if name else (),
        )
    return found


def undeclared(schema: str) -> Known:
    """What holds of a table that dbt does not know: it is taken for the worst."""
    description = QUARANTINE if schema == "quarantine" else PYTHON
    return Known(description, ("integration",), "build", (Column("*", DIRECT),))


def _published(manifest: Mapping[str, Any]) -> dict[Named, str]:
    """The table that each table of the publication is a copy of."""
    found = {}
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model" and node["schema"] == SCHEMA:
            for parent in node["depends_on"]["nodes"]:
                if parent in manifest["nodes"]:
                    found[_named(manifest["nodes"][parent])] = str(node["alias"])
    return found


def _named(node: Mapping[str, Any]) -> Named:
    name = node.get("alias") or node.get("identifier") or node["name"]
    return str(node["database"]), str(node["schema"]), str(name)
