"""Which tables dbt builds, read from its manifest: no list of names that could fall behind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from expectations.engine.rules import Relation
from pipelines.runtime.privacy import CatalogueColumn, columns_of_node

Node = Mapping[str, Any]


@dataclass(frozen=True)
class Join:
    """A table that a column leads to: `column` here is `field` there.

    `is_history` says that there are several rows of a key, one of them valid on a day.
    """

    column: str
    relation: Relation
    field: str
    is_history: bool = False


@dataclass(frozen=True)
class Model:
    """One dbt model by the name of its table.

    Attributes:
        name: Name of its table.
        relation: Its table.
        source_object: The raw object that a staging model stands for.
        joins: The tables that it is joined to, by its tests of relationships, and the histories
            (dim_…_history) of the keys that it has.
        money: Its decimal columns.
        key: The columns that tell its rows apart, by its test of uniqueness.
        catalogue: Class and purposes of its columns, by name.
    """

    name: str
    relation: Relation
    source_object: tuple[str, str] | None = None
    joins: tuple[Join, ...] = ()
    money: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    catalogue: Mapping[str, CatalogueColumn] = field(default_factory=dict)

    @property
    def asset(self) -> tuple[str, str]:
        """Its asset key."""
        return (self.relation.schema, self.name)


def models_of(manifest: Mapping[str, Any], schema: str) -> list[Model]:
    """The models of one schema, by name."""
    sources = manifest.get("sources", {})
    related = _related(manifest)
    histories = _histories(manifest)
    unique = _keys(manifest)
    found = []
    for unique_id, node in manifest["nodes"].items():
        if node["resource_type"] != "model" or node["schema"] != schema:
            continue
        read = [
            (sources[key]["source_name"], sources[key]["name"])
            for key in node["depends_on"]["nodes"]
            if key in sources
        ]
        columns = node.get("columns", {})
        past = [join for join in histories if join.column in columns and not _is_dim(node)]
        found.append(
            Model(
                node["alias"],
                _relation(node),
                read[0] if len(read) == 1 else None,
                tuple(sorted(related[unique_id] + past, key=_by_name)),
                tuple(
                    name
                    for name, column in columns.items()
                    if (column.get("data_type") or "").startswith("decimal")
                ),
                unique.get(unique_id, ()),
                columns_of_node(node),
            )
        )
    return sorted(found, key=lambda model: model.name)


def _related(manifest: Mapping[str, Any]) -> Mapping[str, list[Join]]:
    """What the tests of relationships say, by the model that they are attached to."""
    nodes = manifest["nodes"]
    found: dict[str, list[Join]] = defaultdict(list)
    for test in nodes.values():
        described = test.get("test_metadata") or {}
        if described.get("name") != "relationships" or test.get("attached_node") not in nodes:
            continue
        attached, arguments = test["attached_node"], described["kwargs"]
        others = [key for key in test["depends_on"]["nodes"] if key != attached] or [attached]
        target = _relation(nodes[others[0]])
        found[attached].append(Join(arguments["column_name"], target, arguments["field"]))
    return found


def _keys(manifest: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    """What the tests of uniqueness say, by the model that they are attached to; the narrowest."""
    found: dict[str, tuple[str, ...]] = {}
    for test in manifest["nodes"].values():
        described = test.get("test_metadata") or {}
        if described.get("name") not in ("unique", "unique_combination"):
            continue
        arguments = described["kwargs"]
        key = tuple(arguments.get("columns") or [arguments["column_name"]])
        model = str(test.get("attached_node"))
        if model not in found or len(key) < len(found[model]):
            found[model] = key
    return found


def _histories(manifest: Mapping[str, Any]) -> list[Join]:
    """The histories of dimensions, by the key that they are ordered by first."""
    found = []
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model" and node["schema"] == "core" and _is_history(node):
            key = node["config"]["meta"]["order_by"][0]
            found.append(Join(key, _relation(node), key, is_history=True))
    return found


def _is_dim(node: Node) -> bool:
    return str(node["name"]).startswith("dim_")


def _is_history(node: Node) -> bool:
    return _is_dim(node) and str(node["name"]).endswith("_history")


def _relation(node: Node) -> Relation:
    return Relation(node["database"], node["schema"], node["alias"])


def _by_name(join: Join) -> tuple[str, str]:
    return join.column, join.relation.table
