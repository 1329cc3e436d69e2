"""The jobs: one nightly job for the whole flow, one job for each source.

Belongs here: which assets run together, tags, executor. Not here: when (schedules.py, sensors.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import dagster as dg

from pipelines.runtime import keys

if TYPE_CHECKING:
    from dagster._core.definitions.unresolved_asset_job_definition import (
        UnresolvedAssetJobDefinition as AssetJob,
    )

NIGHTLY = "nightly"


def nightly_job(partitions: dg.PartitionsDefinition) -> AssetJob:
    """Everything, source to publish, for one business date; for the schedule and `make run`."""
    return dg.define_asset_job(
        NIGHTLY,
        selection=dg.AssetSelection.all(),
        partitions_def=partitions,
        executor_def=dg.in_process_executor,
        tags=keys.WRITER_TAG | keys.LANDS_ANEW,
        description="夜间全流程: land every source, build, audit and publish one business date.",
    )


def ingest_job_name(source: str) -> str:
    """Name of the job that lands one source."""
    return f"ingest_{source}"


def ingest_jobs(sources: Sequence[str], partitions: dg.PartitionsDefinition) -> list[AssetJob]:
    """One job a source: land its files and put its raw tables through their gate."""
    return [
        dg.define_asset_job(
            ingest_job_name(source),
            selection=dg.AssetSelection.key_prefixes([keys.RAW, source]),
            partitions_def=partitions,
            executor_def=dg.in_process_executor,
            tags=keys.WRITER_TAG | keys.LANDS_ANEW,
            description=f"Land what {source} delivered and check it; nothing is published.",
        )
        for source in sources
    ]
