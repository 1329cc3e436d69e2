"""Which part of the dbt project a try-out needs: what its results are made of, and nothing else.

Read off the manifest, so that a model that a mart begins to read is built without a word here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

PEOPLE = "int_identity_people"
"""What identity resolution reads. References and a steward's decisions a list does not have."""

MADE_SOURCES = ("calendar", "identity", "redaction", "enrich", "accounting")
"""dbt sources that the pipeline makes itself; the others are raw tables of sources."""


@dataclass(frozen=True)
class Plan:
    """What is landed, and what dbt builds between the steps of Python.

    Attributes:
        raw: source and object of each raw table.
        before_identity: dbt selection of seeds, staging and the inputs of identity resolution.
        core: dbt selection up to the input of the value models.
        marts: dbt selection of the results.
        nodes: ids of all that dbt builds.
    """

    raw: tuple[tuple[str, str], ...]
    before_identity: str
    core: str
    marts: str
    nodes: frozenset[str]


def make_plan(manifest: Mapping[str, Any], results: Iterable[str]) -> Plan:
    """The plan for some models.

    Args:
        manifest: dbt's manifest.
        results: names of the tables that are wanted, whatever stage they are of.
    """
    by_name = {
        node["name"]: key
        for key, node in manifest["nodes"].items()
        if node["resource_type"] == "model"
    }
    needed = _ancestors(manifest["parent_map"], [by_name[name] for name in (*results, PEOPLE)])
    phases: dict[str, list[str]] = {"before_identity": [], "core": [], "marts": []}
    nodes = needed & manifest["nodes"].keys()
    for key in sorted(nodes):
        node = manifest["nodes"][key]
        phases[_phase(node)].append("fqn:" + ".".join(node["fqn"]))
    sources = [manifest["sources"][key] for key in sorted(needed & manifest["sources"].keys())]
    return Plan(
        raw=tuple(
            (source["source_name"], source["name"])
            for source in sources
            if source["source_name"] not in MADE_SOURCES
        ),
        **{phase: " ".join(selected) for phase, selected in phases.items()},
        nodes=frozenset(nodes),
    )


def _ancestors(parents: Mapping[str, list[str]], keys: Iterable[str]) -> set[str]:
    found: set[str] = set()
    waiting = list(keys)
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += parents.get(key, [])
    return found


def _phase(node: Mapping[str, Any]) -> str:
    if node["resource_type"] == "seed":
        return "before_identity"
    folder, part = node["fqn"][1:3]
    if folder == "staging" or part == "identity_inputs":
        return "before_identity"
    return "marts" if folder == "marts" else "core"
