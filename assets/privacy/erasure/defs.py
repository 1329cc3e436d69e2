"""The job `erase_customer`: first only what would be erased, then, asked again, the erasure."""

import dagster as dg
import duckdb

from assets.privacy.erasure.erase import ReplayNeeded, erase, finish
from assets.privacy.erasure.find import find
from assets.privacy.erasure.mendable import MENDABLE
from assets.privacy.erasure.receipt import RECEIPTS, Receipt, file_name
from assets.privacy.subject.request import spoken_request
from assets.raw.contract import load_contracts
from pipelines.runtime import keys
from pipelines.runtime.settings import load_settings

ERASE_CUSTOMER = "erase_customer"
"""The job."""

ERASE = "erase"
"""Its one step: half an erasure is no step to go on from."""


class ErasureConfig(dg.Config):
    """Who is to be erased: a file of `<home>/requests`, so that no run names a person."""

    file: str
    dry_run: bool = True


def build_erase_job(replay_needed: ReplayNeeded) -> dg.JobDefinition:
    """A job and no asset: somebody is erased when they ask for it.

    Args:
        replay_needed: Whether an instance came out of a backup, and those who were erased since
            may be in it.
    """

    @dg.op(name=ERASE, description="Erase one customer 删除客户, or only count what would go.")
    def erase_step(context: dg.OpExecutionContext, config: ErasureConfig) -> None:
        try:
            facts = _counted(config.file) if config.dry_run else _erased(config.file, replay_needed)
        except MENDABLE as error:
            raise dg.Failure(str(error), allow_retries=False) from None
        except duckdb.Error as error:
            # Its text may quote values, and Dagster keeps it.
            raise dg.Failure(
                f"the database refused ({type(error).__name__})", allow_retries=False
            ) from None
        context.add_output_metadata(facts)
        context.log.info(
            "%s rows would go; nothing was erased" if config.dry_run else "%s rows are gone",
            f"{facts['rows']:,}",
        )

    @dg.job(
        name=ERASE_CUSTOMER,
        tags=keys.WRITER_TAG,
        executor_def=dg.in_process_executor,
        description=(
            "被遗忘权: erase one customer, named in a file of <home>/requests; dry_run first "
            "(docs/runbooks/subject-requests.md)."
        ),
    )
    def erase_job() -> None:
        erase_step()

    return erase_job


def _counted(file: str) -> dict[str, int | str]:
    settings = load_settings()
    contracts = load_contracts(settings.sources)
    found = find(settings, contracts, spoken_request("", "", file, settings.home, contracts))
    return {"rows": sum(found.rows.values()), "records": found.records, "shared": found.shared}


def _erased(file: str, replay_needed: ReplayNeeded) -> dict[str, int | str]:
    settings = load_settings()
    contracts = load_contracts(settings.sources)
    before = finish(settings, contracts, replay_needed)
    if before:
        return _facts(before) | {"finished": "an erasure that was killed; run yours again"}
    request = spoken_request("", "", file, settings.home, contracts)
    return _facts(erase(settings, contracts, request, replay_needed))


def _facts(receipt: Receipt) -> dict[str, int | str]:
    return {
        "rows": sum(receipt.rows.values()),
        "landed_records": sum(it.rows for it in receipt.landed.values()),
        "receipt": f"{RECEIPTS}/{file_name(receipt)}",
    }
