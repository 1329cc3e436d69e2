"""The dbt project as SQL for one business date: compiled once, run without dbt.

dbt spends 47 ms on every node before any SQL runs; a score takes a hundred runs of up to 1,900
nodes. So the project is compiled once with a business date that stands nowhere else in it, which is
then replaced by the real one. `as_of` enters SQL in one macro only; `compile_project` makes sure
that every place with the date is that macro's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from assets.warehouse.project import PROJECT_DIR, _parsed, run_dbt

SENTINEL = "1234-05-06"
_DATE = f"cast('{SENTINEL}' as date)"

STAGES = ("staging", "identity_inputs", "identity", "core", "marts", "publish")
"""The dbt stages in flow order, as assets/warehouse/defs.py selects them."""


class CompileError(Exception):
    """The project cannot be compiled, or holds the business date where nobody expects it."""


@dataclass(frozen=True)
class Node:
    """A seed, a model or a test, compiled.

    Attributes:
        name: Its name.
        kind: `seed`, `model` or `test`.
        stage: The stage that builds or asks it.
        relation: `catalog.schema.table`; empty for a test.
        needs: The relations that it reads.
        sql: Its select, with the sentinel for the business date.
        is_view: Whether it is a view.
        columns: Its declared columns in SQL, when its contract is enforced.
        blocks: Whether a failure of the test stops the stage.
    """

    name: str
    kind: str
    stage: str
    relation: str
    needs: tuple[str, ...]
    sql: str
    is_view: bool = False
    columns: tuple[tuple[str, str], ...] = ()
    blocks: bool = True

    def select(self, as_of: date) -> str:
        """Its SQL for a business date."""
        return self.sql.replace(SENTINEL, as_of.isoformat())

    def statements(self, as_of: date) -> list[str]:
        """What builds the model."""
        kind = "view" if self.is_view else "table"
        if self.is_view or not self.columns:
            return [f"create or replace {kind} {self.relation} as ({self.select(as_of)})"]
        declared = ", ".join(f'"{name}" {rest}' for name, rest in self.columns)
        names = ", ".join(f'"{name}"' for name, _ in self.columns)
        return [
            f"create or replace table {self.relation} ({declared})",
            f"insert into {self.relation} ({names})"
            f" select {names} from ({self.select(as_of)}) as built",
        ]


@dataclass(frozen=True)
class Project:
    """The compiled nodes, in the order in which they can be built."""

    nodes: tuple[Node, ...]

    def models(self, stage: str) -> list[Node]:
        """The models of a stage."""
        return [node for node in self.nodes if node.stage == stage and node.kind == "model"]

    def tests(self, stage: str) -> list[Node]:
        """The tests that are asked in a stage."""
        return [node for node in self.nodes if node.stage == stage and node.kind == "test"]

    @property
    def relations(self) -> frozenset[str]:
        """Every table and view that nodes build or read."""
        return frozenset(
            relation for node in self.nodes for relation in (node.relation, *node.needs) if relation
        )


def compile_project(
    scratch: Path, variables: Mapping[str, str], *, with_tests: bool = True
) -> Project:
    """Compile every node.

    Args:
        scratch: Folder for dbt's target and log.
        variables: The run's dbt vars; `as_of` and `build_dir` are set here.
        with_tests: Data tests too; of six nodes, five are tests.

    Raises:
        CompileError: dbt fails, or the date stands elsewhere than in the macro `as_of_date`.
    """
    given = {**variables, "as_of": SENTINEL, "build_dir": str(scratch)}
    done = run_dbt(
        [
            *("--log-level", "none", "--no-use-colors", "compile", "--no-introspect"),
            *("--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR)),
            *("--target-path", str(scratch / "target"), "--log-path", str(scratch / "log")),
            *("--vars", json.dumps(given), "--threads", "1"),
            *(() if with_tests else ("--exclude", "resource_type:test", "resource_type:unit_test")),
        ],
        _parsed(),
    )
    if not done.success:
        raise CompileError(f"dbt cannot compile the project: {done.exception}")
    results: Any = done.result
    nodes = {result.node.unique_id: result.node for result in results.results}
    for unique_id, node in nodes.items():
        code = node.compiled_code or ""
        if code.count(SENTINEL) != code.count(_DATE):
            raise CompileError(f"{unique_id} has the business date outside as_of_date()")
    return Project(tuple(_ordered(nodes)))


def _ordered(nodes: Mapping[str, Any]) -> list[Node]:
    manifest = _parsed()
    relations = {key: _relation(node) for key, node in nodes.items()}
    relations |= {key: _relation(source) for key, source in manifest.sources.items()}
    stages = {key: _stage(node) for key, node in nodes.items() if node.resource_type != "test"}
    asked = _asked_in(nodes, stages, manifest.sources)
    found = []
    for key in _topological({key: _parents(node) for key, node in nodes.items()}):
        node = nodes[key]
        stage = asked.get(key) if node.resource_type == "test" else stages[key]
        if stage is not None:
            found.append(_node(node, stage, relations))
    return found


def _node(node: Any, stage: str, relations: Mapping[str, str]) -> Node:
    is_test = node.resource_type == "test"
    config = node.config
    is_contract = not is_test and config.contract.enforced and config.materialized == "table"
    return Node(
        name=node.name,
        kind=str(node.resource_type),
        stage=stage,
        relation="" if is_test else relations[node.unique_id],
        needs=tuple(relations[parent] for parent in _parents(node) if parent in relations),
        sql=node.compiled_code or "",
        is_view=config.materialized == "view",
        columns=tuple(map(_column, node.columns.values())) if is_contract else (),
        blocks=is_test and str(config.severity).lower() == "error",
    )


def _column(column: Any) -> tuple[str, str]:
    kinds = {str(getattr(one.type, "value", one.type)) for one in column.constraints}
    return column.name, column.data_type + (" not null" if "not_null" in kinds else "")


def _parents(node: Any) -> Sequence[str]:
    return tuple(dict.fromkeys(getattr(node.depends_on, "nodes", ())))


def _relation(node: Any) -> str:
    return f"{node.database}.{node.schema}.{getattr(node, 'identifier', None) or node.alias}"


def _stage(node: Any) -> str:
    if node.resource_type == "seed":
        return "staging"
    folder = node.fqn[1:3]
    if folder[0] == "intermediate":
        return "core" if folder[1] == "handover" else str(folder[1])
    return str(folder[0])


def _asked_in(
    nodes: Mapping[str, Any], stages: Mapping[str, str], sources: Mapping[str, Any]
) -> dict[str, str]:
    """The first stage that asks each test: it selects a parent, and has built all the others."""
    selected = {stage: {key for key in stages if stages[key] == stage} for stage in STAGES}
    selected["identity"] |= {key for key, one in sources.items() if one.source_name == "identity"}
    found: dict[str, str] = {}
    for stage in STAGES:
        there = selected[stage] | _ancestors(selected[stage], nodes)
        for key, node in nodes.items():
            if node.resource_type == "test" and key not in found:
                parents = set(_parents(node))
                if parents & selected[stage] and parents <= there:
                    found[key] = stage
    return found


def _ancestors(start: set[str], nodes: Mapping[str, Any]) -> set[str]:
    found: set[str] = set()
    left = list(start)
    while left:
        for parent in _parents(nodes[key]) if (key := left.pop()) in nodes else ():
            if parent not in found:
                found.add(parent)
                left.append(parent)
    return found


def _topological(parents: Mapping[str, Sequence[str]]) -> list[str]:
    from graphlib import TopologicalSorter

    inside = {key: sorted(one for one in given if one in parents) for key, given in parents.items()}
    return list(TopologicalSorter(dict(sorted(inside.items()))).static_order())


_NAMED = re.compile(r'\b(vault|warehouse)\."?(\w+)"?\."?(\w+)"?')


def relations_in(text: str) -> set[str]:
    """The tables of tonight's build that a piece of SQL names."""
    return {".".join(found) for found in _NAMED.findall(text)}
