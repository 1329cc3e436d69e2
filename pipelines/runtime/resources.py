"""What an asset asks the run for: the settings, the build it writes, the business date."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import dagster as dg

from pipelines.runtime.builds import Build, builds_folder, in_use, open_build, seed_from
from pipelines.runtime.settings import Settings, load_settings

PARTITION_TAG = "dagster/partition"


class PipelineResource(dg.ConfigurableResource):
    """Settings, build and business date of the run; resource key `pipeline`."""

    def settings(self) -> Settings:
        """The instance's settings, read when an asset runs."""
        return load_settings()

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[PipelineResource]:
        """Mark the run's build as in use for as long as the run lasts."""
        if context.run_id is None:
            yield self
            return
        with in_use(open_build(self.settings(), context.run_id)):
            yield self

    def new_build(self, run_id: str) -> Build:
        """The build that this run writes, from nothing."""
        return open_build(self.settings(), run_id)

    def build(self, run_id: str) -> Build:
        """The build that this run writes.

        A run that starts in the middle of the flow (one stage chosen in the UI) starts from a copy
        of the live build, so that what it does not rebuild is there.
        """
        settings = self.settings()
        build = open_build(settings, run_id)
        live = settings.publish_current
        if not build.vault_path.exists() and live.is_symlink():
            live_build = Build(builds_folder(settings) / os.readlink(live))
            seed_from(build, live_build)
        return build

    def as_of(self, context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> date:
        """The run's one business date: its partition, else the pinned C360_AS_OF.

        Raises:
            dagster.Failure: the run has neither.
        """
        partition = context.run.tags.get(PARTITION_TAG)
        if partition:
            return date.fromisoformat(partition)
        pinned = self.settings().as_of
        if pinned is None:
            raise dg.Failure(
                "This run has no business date: start it with a partition, or set C360_AS_OF."
            )
        return pinned
