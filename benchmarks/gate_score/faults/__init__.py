"""The mutations: one for each kind of the catalogue, by theme."""

from benchmarks.gate_score.faults import (
    amounts,
    built_core,
    built_early,
    built_late,
    clocks,
    contents,
    files,
    people,
    rows,
    systems,
    texts,
)
from benchmarks.gate_score.faults.registry import FAULTS, Built, Registry

__all__ = [
    "FAULTS",
    "Built",
    "Registry",
    "amounts",
    "built_core",
    "built_early",
    "built_late",
    "clocks",
    "contents",
    "files",
    "people",
    "rows",
    "systems",
    "texts",
]
