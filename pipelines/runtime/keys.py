"""Stage names, asset keys and pools: one spelling for every file that refers to another's asset."""

from __future__ import annotations

from dagster import AssetKey

RAW = "raw"
STAGING = "staging"
IDENTITY = "identity"
CORE = "core"
ENRICH = "enrich"
MARTS = "marts"
PUBLISH = "publish"

STAGES = (RAW, STAGING, IDENTITY, CORE, ENRICH, MARTS, PUBLISH)
"""The stages in flow order, as the run's progress shows them."""

WRITER_POOL = "duckdb_writer"
"""One run writes at a time; see .dagster_home/dagster.yaml."""

WRITER_TAG = {"c360/writer": "warehouse"}
"""Runs with this tag queue behind one another."""

LANDS_ANEW = {"c360/lands_anew": "true"}
"""Tag of jobs that land their sources and so need nothing of an earlier build."""

CHECK_FIRST = {"dagster/priority": "1"}
"""Tag of steps that judge: where two steps could run, what judges a stage runs before the next."""

OWNER = "team:data-platform"


def raw_key(source: str, obj: str) -> AssetKey:
    """Key of a raw object; the same as dbt's source('<source>', '<object>')."""
    return AssetKey([RAW, source, obj])


def staging_key(source: str, obj: str) -> AssetKey:
    """Key of the staging model that is 1:1 with a raw object."""
    return AssetKey([STAGING, f"stg_{source}__{obj}"])
