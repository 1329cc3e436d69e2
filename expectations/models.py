"""Which tables dbt builds, read from its manifest: no list of names that could fall behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from expectations.rules import Relation


@dataclass(frozen=True)
class Model:
    """One dbt model by the name of its table.

    `source_object` is the raw object that a staging model stands for.
    """

    name: str
    relation: Relation
    source_object: tuple[str, str] | None = None

    @property
    def asset(self) -> tuple[str, str]:
        """Its asset key."""
        return (self.relation.schema, self.name)


def models_of(manifest: Mapping[str, Any], schema: str) -> list[Model]:
    """The models of one schema, by name."""
    sources = manifest.get("sources", {})
    found = []
    for node in manifest["nodes"].values():
        if node["resource_type"] != "model" or node["schema"] != schema:
            continue
        read = [
            (sources[key]["source_name"], sources[key]["name"])
            for key in node["depends_on"]["nodes"]
            if key in sources
        ]
        relation = Relation(node["database"], node["schema"], node["alias"])
        found.append(Model(node["alias"], relation, read[0] if len(read) == 1 else None))
    return sorted(found, key=lambda model: model.name)
