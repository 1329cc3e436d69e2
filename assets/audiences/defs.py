"""The job that exports one audience; its only input is the audience's name."""

from collections.abc import Callable
from pathlib import Path

import dagster as dg
from dagster._core.definitions.job_definition import JobDefinition

from assets.audiences.errors import AudienceError
from assets.audiences.export import export_audience
from assets.warehouse.project import read_manifest
from pipelines.runtime.settings import load_settings

EXPORT_AUDIENCE = "export_audience"
WRITE_LIST = "write_list"
"""The job, and its one step."""


class AudienceConfig(dg.Config):
    """What to export: the name of an audience, and nothing else."""

    audience: str


def build_export_job(replay_needed: Callable[[Path], bool]) -> JobDefinition:
    """A job and no asset: a list is made when somebody asks for it, not every night.

    Args:
        replay_needed: whether an instance came out of a backup, and those who were erased since
            may be in it.
    """

    @dg.op(
        name=WRITE_LIST,
        description="The list of one audience 受众名单, from the live publication, with consent.",
    )
    def export(context: dg.OpExecutionContext, config: AudienceConfig) -> None:
        try:
            done = export_audience(load_settings(), config.audience, read_manifest(), replay_needed)
        except AudienceError as error:
            raise dg.Failure(str(error), allow_retries=False) from None
        counts = done.counts
        context.log.info(
            f"{counts.exported:,} of {counts.selected:,} customers are on the list"
            f" {done.audience}; {counts.without_consent:,} have not consented,"
            f" {counts.without_address:,} have no address there"
        )

    @dg.job(
        name=EXPORT_AUDIENCE,
        executor_def=dg.in_process_executor,
        description="受众导出: the people of one audience, with consent and address, as a file.",
    )
    def export_job() -> None:
        export()

    return export_job
