"""A dbt manifest with the words that the layer rules use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from pipelines.runtime.settings import PROJECT_ROOT

DBT_PROJECT = PROJECT_ROOT / "dbt_project"
LAYERS = ("staging", "handover", "identity", "core", "marts", "publish")


@dataclass(frozen=True)
class Manifest:
    content: Mapping[str, Any]

    def models(self, *layers: str) -> Iterator[Mapping[str, Any]]:
        """The models of some layers, or of all."""
        for node in self.content["nodes"].values():
            if node["resource_type"] == "model" and (not layers or layer_of(node) in layers):
                yield node

    def raw_sources(self) -> dict[str, Mapping[str, Any]]:
        """Sources that landing writes."""
        return {i: s for i, s in self.content["sources"].items() if s["schema"] == "raw"}

    def parents(self, node: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """What a node reads."""
        return [self.find(unique_id) for unique_id in node["depends_on"]["nodes"]]

    def find(self, unique_id: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] | None = self.content["nodes"].get(unique_id)
        return found or self.content["sources"][unique_id]

    def data_tests(self, node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """The generic data tests that are attached to a model."""
        for test in self.content["nodes"].values():
            if test["resource_type"] == "test" and test.get("attached_node") == node["unique_id"]:
                yield test

    def unique_keys(self, node: Mapping[str, Any]) -> list[set[str]]:
        """Sets of columns that a data test proves to be unique."""
        keys = []
        for test in self.data_tests(node):
            metadata = test.get("test_metadata") or {}
            if metadata.get("name") == "unique":
                keys.append({metadata["kwargs"]["column_name"]})
            if metadata.get("name") == "unique_combination":
                keys.append(set(metadata["kwargs"]["columns"]))
        return keys

    def unit_tested(self) -> set[str]:
        """Names of the models that have a unit test."""
        return {test["model"] for test in self.content["unit_tests"].values()}


def layer_of(node: Mapping[str, Any]) -> str:
    """The layer of a node: the folder of a model, `seed`, or `source <name>`."""
    if node["resource_type"] == "source":
        return "source raw" if node["schema"] == "raw" else f"source {node['source_name']}"
    if node["resource_type"] != "model":
        return str(node["resource_type"])
    folders = PurePosixPath(node["original_file_path"]).parts[1:]
    if folders[0] == "intermediate":
        return "handover" if folders[1] == "handover" else "identity"
    return folders[0]
