"""The column catalogue 数据目录: of every column its class, what it is for and how long it is kept.

dbt's meta says it: `class` beside the description of each column, `purposes` and `retention` for
whole folders. A table that Python writes (a dbt source) and a table of rules (a seed) may have one
class for all of its columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

DIRECT, QUASI, SENSITIVE, PLAIN = CLASSES = ("direct", "quasi", "sensitive", "plain")
"""A value names or reaches a person; it may do so beside others (k-anonymity); it says what a
person may want to keep private; none of these."""

PURPOSES = (
    "integration",
    "identification",
    "analytics",
    "marketing",
    "sales",
    "service",
    "operations",
    "rules",
)
RETENTIONS = ("source", "build")


class CatalogueError(Exception):
    """One line: which columns the catalogue does not know well enough, and how to mend it."""


@dataclass(frozen=True)
class CatalogueColumn:
    """One column of the catalogue.

    Attributes:
        table: Catalog, schema and name of its table.
        name: Its name; `*` stands for all columns of a table that has one class.
        privacy_class: One of `CLASSES`.
        purposes: Of `PURPOSES`.
        retention: One of `RETENTIONS`.
        description: English, with the Chinese term.
    """

    table: tuple[str, str, str]
    name: str
    privacy_class: str
    purposes: tuple[str, ...]
    retention: str
    description: str = ""


BESIDE_DBT = (
    CatalogueColumn(
        ("vault", "gate", "*"),
        "*",
        DIRECT,
        ("operations",),
        "build",
        "What the gates look up, made anew by each (闸门查找表): names and addresses of everybody.",
    ),
    CatalogueColumn(
        ("vault", "quarantine", "*"),
        "*",
        DIRECT,
        ("operations",),
        "build",
        "Rows that were refused, as they came, with the reason (隔离区).",
    ),
)
"""Schemas whose tables no dbt node declares: one class for all that is in them."""


def catalogue(manifest: Mapping[str, Any]) -> list[CatalogueColumn]:
    """Every column of every table that dbt knows, by table and in the table's order.

    Raises:
        CatalogueError: a column has no class, or a table no purpose or retention.
    """
    found: list[CatalogueColumn] = []
    wrong: list[str] = []
    for node in sorted(_tables(manifest), key=_table):
        for column in _columns(node):
            fault = _fault(column)
            if fault:
                wrong.append(f"{'.'.join(column.table[1:])}.{column.name} has {fault}")
            else:
                found.append(column)
    if wrong:
        more = f" and {len(wrong) - 5:,} more" if len(wrong) > 5 else ""
        raise CatalogueError(
            f"{'; '.join(wrong[:5])}{more}: write `config: {{meta: {{class: …}}}}` beside the "
            f"column, one of {', '.join(CLASSES)} (docs/privacy.md says which)"
        )
    return found


def whole_catalogue(manifest: Mapping[str, Any]) -> list[CatalogueColumn]:
    """Every column of a build: what dbt knows, and the schemas that it does not.

    Raises:
        CatalogueError: as `catalogue`.
    """
    return sorted([*catalogue(manifest), *BESIDE_DBT], key=lambda column: column.table)


def columns_of_node(node: Mapping[str, Any]) -> dict[str, CatalogueColumn]:
    """What the catalogue says of the columns of one dbt node, by name; wrong entries are absent."""
    return {column.name: column for column in _columns(node) if not _fault(column)}


def _tables(manifest: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for node in manifest["nodes"].values():
        if node["resource_type"] in ("model", "seed"):
            yield node
    yield from manifest.get("sources", {}).values()


def _table(node: Mapping[str, Any]) -> tuple[str, str, str]:
    name = node.get("alias") or node.get("identifier") or node["name"]
    return node["database"], node["schema"], name


def _columns(node: Mapping[str, Any]) -> Iterator[CatalogueColumn]:
    meta = node["config"].get("meta", {})
    purposes, retention = tuple(meta.get("purposes", ())), meta.get("retention", "")
    # A model says it of each column: a new one must not slip in under a common class.
    common = "" if node["resource_type"] == "model" else meta.get("class", "")
    if common:
        yield CatalogueColumn(_table(node), "*", common, purposes, retention, node["description"])
        return
    for column in node.get("columns", {}).values():
        own = column.get("config", {}).get("meta", {})
        yield CatalogueColumn(
            _table(node),
            column["name"],
            own.get("class", ""),
            tuple(own.get("purposes", purposes)),
            own.get("retention", retention),
            column.get("description", ""),
        )


def _fault(column: CatalogueColumn) -> str:
    if column.privacy_class not in CLASSES:
        return "no class" if not column.privacy_class else f"the class {column.privacy_class!r}"
    if not column.purposes or not set(column.purposes) <= set(PURPOSES):
        return f"no purpose of {', '.join(PURPOSES)}"
    if column.retention not in RETENTIONS:
        return f"no retention of {', '.join(RETENTIONS)}"
    return ""
