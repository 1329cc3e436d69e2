"""The job `purge`: a dry run unless its config says otherwise."""

from datetime import date

import dagster as dg

from assets.publish.switch import PublishError
from assets.raw.contract import ContractError
from pipelines.purge.purging import purge
from pipelines.runtime import keys
from pipelines.runtime.audit_log import AuditError
from pipelines.runtime.key_file import KeyFileError
from pipelines.runtime.modes import private_umask
from pipelines.runtime.settings import load_settings
from pipelines.runtime.writers import InstanceBusyError

PURGE = "purge"
STEP = "remove_expired"


class PurgeConfig(dg.Config):
    """How the job is started."""

    dry_run: bool = True
    """Only count what would go."""


def purge_job(partitions: dg.PartitionsDefinition) -> dg.JobDefinition:
    """One step that purges the instance for a business date; it writes no build."""

    @dg.op(
        name=STEP,
        out=dg.Out(dg.Nothing),
        pool=keys.WRITER_POOL,
        description=(
            "清除到期数据 Removes landed rows and values past the retention of their contract, old "
            "builds, publications, results and runs. With dry_run (the default) it counts them."
        ),
    )
    def purge_instance(context: dg.OpExecutionContext, config: PurgeConfig) -> None:
        as_of = date.fromisoformat(context.partition_key)
        try:
            with private_umask():
                done = purge(
                    load_settings(), as_of, config.dry_run, context.instance, context.run_id
                )
        except (InstanceBusyError, PublishError, ContractError, KeyFileError, AuditError) as error:
            raise dg.Failure(str(error), allow_retries=False) from None
        for line in done.lines():
            context.log.info("%s", line)
        context.add_output_metadata({**done.counts, "is_dry_run": done.dry_run})
        if done.landing.failures:
            raise dg.Failure("; ".join(done.landing.failures), allow_retries=False)

    @dg.job(
        name=PURGE,
        partitions_def=partitions,
        executor_def=dg.in_process_executor,
        tags=keys.WRITER_TAG,
        description="到期清除: what is past its retention goes. Without config, a dry run.",
    )
    def job() -> None:
        purge_instance()

    return job
