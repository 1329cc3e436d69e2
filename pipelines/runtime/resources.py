"""What an asset asks the run for: the settings, the build it writes, the business date."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import dagster as dg

from pipelines.runtime import keys
from pipelines.runtime.audit_facts import Action
from pipelines.runtime.audit_log import record
from pipelines.runtime.builds import Build, builds_folder, in_use, open_build, seed_from
from pipelines.runtime.modes import private_umask, shut_instance
from pipelines.runtime.settings import Settings, load_settings
from pipelines.runtime.writers import writing

PARTITION_TAG = "dagster/partition"


class PipelineResource(dg.ConfigurableResource):
    """Settings, build and business date of the run; resource key `pipeline`."""

    def settings(self) -> Settings:
        """The instance's settings, read when an asset runs."""
        return load_settings()

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[PipelineResource]:
        """Prepare the run's build, and mark it as in use for as long as the run lasts.

        Every run passes here, whoever started it: it is here that the audit log learns of it.

        A job that lands its sources anew starts from nothing. Any other run (some assets chosen in
        the UI) starts from a copy of the live build, so that what it does not rebuild is there.

        Raises:
            dagster.Failure: the live build is of another business date than the run.
        """
        run = context.run
        if run is None:
            yield self
            return
        settings = self.settings()
        with private_umask(), writing(settings.home):
            shut_instance(settings.home, settings.data, settings.publish_group)
            build = open_build(settings, run.run_id)
            with in_use(build), _recorded(settings, run, context.instance):
                if not keys.LANDS_ANEW.items() <= run.tags.items():
                    self._continue_from_live_build(settings, build, self._as_of(run.tags))
                yield self

    def build(self, run_id: str) -> Build:
        """The build that this run writes."""
        return open_build(self.settings(), run_id)

    def live_vault(self, run_id: str) -> Path | None:
        """The vault of the live build, if there is one and it is not this run's own."""
        live = self._live_build(run_id)
        return live.vault_path if live is not None and live.vault_path.exists() else None

    def live_warehouse(self, run_id: str) -> Path | None:
        """The warehouse of the live build, if there is one and it is not this run's own."""
        live = self._live_build(run_id)
        return live.warehouse_path if live is not None and live.warehouse_path.exists() else None

    def live_as_of(self, run_id: str) -> date | None:
        """The business date of the live build, if there is one and it is not this run's own."""
        if self._live_build(run_id) is None:
            return None
        stamp = json.loads((self.settings().publish_current / "publication.json").read_text())
        return date.fromisoformat(stamp["as_of"])

    def _live_build(self, run_id: str) -> Build | None:
        settings = self.settings()
        live = settings.publish_current
        if not live.is_symlink() or live.readlink().name == run_id:
            return None
        return Build(builds_folder(settings) / live.readlink())

    def _continue_from_live_build(self, settings: Settings, build: Build, as_of: date) -> None:
        live = settings.publish_current
        if build.vault_path.exists() or not live.is_symlink():
            return
        live_date = json.loads((live / "publication.json").read_text())["as_of"]
        if live_date != as_of.isoformat():
            raise dg.Failure(
                f"The live build is of {live_date}, this run of {as_of}: a run of some assets "
                f"continues from the live build. Choose the partition {live_date}, or run the "
                "whole job `nightly` for the other date.",
                allow_retries=False,
            )
        seed_from(build, Build(builds_folder(settings) / live.readlink()))

    def as_of(self, context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> date:
        """The run's one business date: its partition, else the pinned C360_AS_OF.

        Raises:
            dagster.Failure: the run has neither.
        """
        return self._as_of(context.run.tags)

    def _as_of(self, tags: Mapping[str, str]) -> date:
        partition = tags.get(PARTITION_TAG)
        if partition:
            return date.fromisoformat(partition)
        pinned = self.settings().as_of
        if pinned is None:
            raise dg.Failure(
                "This run has no business date: start it with a partition, or set C360_AS_OF."
            )
        return pinned


@contextmanager
def _recorded(
    settings: Settings, run: dg.DagsterRun, instance: dg.DagsterInstance | None
) -> Iterator[None]:
    """Record that a run began and how it ended; of a killed one there is the beginning only."""
    facts = {"run_id": run.run_id, "job": run.job_name}
    record(settings, Action.RUN_STARTED, facts | {"as_of": run.tags.get(PARTITION_TAG)})
    outcome = "interrupted"
    try:
        yield
        outcome = "failed" if _has_failed_step(run, instance) else "succeeded"
    except Exception:
        outcome = "failed"
        raise
    finally:
        record(settings, Action.RUN_FINISHED, facts | {"outcome": outcome})


def _has_failed_step(run: dg.DagsterRun, instance: dg.DagsterInstance | None) -> bool:
    """Asked of the events: the run's own state is written after its resources are closed."""
    failure = dg.DagsterEventType.STEP_FAILURE
    return instance is not None and bool(instance.all_logs(run.run_id, of_type=failure))
