"""The job `erase_customer`: first only what would be erased, then, asked again, the erasure."""

import dagster as dg
import duckdb

from assets.privacy.erasure.build import NothingLiveError
from assets.privacy.erasure.erase import RECEIPTS, erase, find
from assets.privacy.erasure.erasing import RewriteError
from assets.privacy.subject.person import NobodyError
from assets.privacy.subject.request import RequestError, spoken_request
from assets.publish.switch import PublishError
from assets.raw.contract import load_contracts
from assets.raw.errors import FileError
from pipelines.runtime import keys
from pipelines.runtime.settings import load_settings
from pipelines.runtime.writers import InstanceBusyError

MENDABLE = (
    FileError,
    InstanceBusyError,
    NobodyError,
    NothingLiveError,
    PublishError,
    RequestError,
    RewriteError,
)


class ErasureConfig(dg.Config):
    """Who is to be erased: a file of `<home>/requests`, so that no run names a person."""

    file: str
    dry_run: bool = True


@dg.op(description="Erase one customer 删除客户, or only count what would go (dry_run).")
def erase_customer_op(context: dg.OpExecutionContext, config: ErasureConfig) -> None:
    """Erase, or count; the run's log has counts and a hash, never a value."""
    settings = load_settings()
    contracts = load_contracts(settings.sources)
    try:
        request = spoken_request("", "", config.file, settings.home, contracts)
        if config.dry_run:
            found = find(settings, contracts, request)
            context.log.info(
                "%s records and %s rows of the live build would go; nothing was erased",
                found.records,
                sum(found.rows.values()),
            )
            context.add_output_metadata({"rows": sum(found.rows.values()), "dry_run": True})
            return
        receipt = erase(settings, contracts, request)
    except MENDABLE as error:
        raise dg.Failure(str(error), allow_retries=False) from None
    except duckdb.Error as error:
        # Its text may quote values, and Dagster keeps it.
        raise dg.Failure(f"The database refused: {type(error).__name__}") from None
    context.add_output_metadata(
        {
            "dry_run": False,
            "landed_records": sum(it.rows for it in receipt.landed.values()),
            "rows": sum(receipt.rows.values()),
            "receipt": dg.MetadataValue.path(
                str(settings.home / RECEIPTS / f"erasure-{receipt.request}.json")
            ),
        }
    )


@dg.job(
    tags=keys.WRITER_TAG,
    executor_def=dg.in_process_executor,
    description=(
        "被遗忘权: erase one customer, named in a file of <home>/requests; dry_run first "
        "(docs/runbooks/subject-requests.md)."
    ),
)
def erase_customer() -> None:
    """One step: there is nothing to go on with after half an erasure."""
    erase_customer_op()
