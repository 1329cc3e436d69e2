"""The code location loads as the server loads it, and every asset can be read in the UI."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from pipelines.definitions import build_definitions
from pipelines.runtime import keys

ROOT = Path(__file__).resolve().parents[1]

LOAD_WITHOUT_NETWORK = """
import socket, sys

def refuse(*_args, **_kwargs):
    raise AssertionError("loading the code location opened a connection")

socket.socket.connect = refuse
import pipelines.definitions
pipelines.definitions.build_definitions()
heavy = {"dbt.cli.main", "great_expectations", "pandas", "scipy"} & set(sys.modules)
sys.exit(f"loading imports {sorted(heavy)}" if heavy else 0)
"""


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    return build_definitions()


@pytest.fixture(scope="module")
def specs(definitions: dg.Definitions) -> list[dg.AssetSpec]:
    return list(definitions.resolve_all_asset_specs())


def test_it_loads_without_network_dbt_or_great_expectations() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", LOAD_WITHOUT_NETWORK],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert loaded.returncode == 0, loaded.stderr[-2000:]


def test_every_asset_has_stage_owner_description_and_kinds(specs: list[dg.AssetSpec]) -> None:
    assert len(specs) > 100
    for spec in specs:
        name = spec.key.to_user_string()
        assert spec.group_name in keys.STAGES, f"{name}: group {spec.group_name}"
        assert spec.owners, f"{name} has no owner"
        assert (spec.description or "").strip(), f"{name} has no description"
        assert spec.kinds, f"{name} has no kinds"


def test_raw_is_partitioned_by_business_date(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    for key in graph.get_all_asset_keys():
        if key.path[0] == keys.RAW:
            partitions = graph.get(key).partitions_def
            assert isinstance(partitions, dg.DailyPartitionsDefinition), key


def test_every_table_that_a_gate_guards_blocks_what_follows(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    gates = [key for key in graph.asset_check_keys if key.name == "gate"]
    gated = {key.asset_key.path[0] for key in gates}
    assert gated == set(keys.STAGES)
    for key in gates:
        spec = graph.get_check_spec(key)
        assert spec.blocking, f"{key} does not block"


def test_the_publication_waits_for_every_gate(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    publication = graph.get(dg.AssetKey([keys.PUBLISH, "publication"]))
    gated = {key.asset_key for key in graph.asset_check_keys if key.name == "gate"}
    assert gated <= publication.parent_keys


def test_there_is_a_nightly_job_and_one_for_each_source(definitions: dg.Definitions) -> None:
    jobs = {job.name for job in definitions.resolve_all_job_defs()}
    sources = {path.stem for path in (ROOT / "demo" / "sources").glob("*.yml")}
    assert jobs >= {"nightly"} | {f"ingest_{source}" for source in sources}
    nightly = definitions.resolve_job_def("nightly")
    assert nightly.executor_def.name == "in_process"
