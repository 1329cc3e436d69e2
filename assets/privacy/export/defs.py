"""The job that exports everything held on one customer; it reads beside the nightly."""

import duckdb
from dagster import Config, Failure, OpExecutionContext, in_process_executor, job, op
from dagster._core.definitions.job_definition import JobDefinition

from assets.privacy.export.export import Exported, export_customer
from assets.privacy.subject.live import NothingLiveError
from assets.privacy.subject.person import NobodyError
from assets.privacy.subject.request import RequestError, spoken_request
from assets.raw.contract import load_contracts
from pipelines.runtime.settings import load_settings

EXPORT_CUSTOMER = "export_customer"
WRITE_COPY = "write_copy"
"""The job, and its one step."""


class CustomerConfig(Config):
    """Who is asked for: exactly one of these. What reaches a person stands in the file only."""

    customer_key: str = ""
    record: str = ""
    request_file: str = ""


def build_export_customer_job() -> JobDefinition:
    """A job and no asset: a copy is made when somebody asks for it."""

    @op(name=WRITE_COPY, description="Everything held on one customer 个人信息副本, to be sent.")
    def write_copy(context: OpExecutionContext, config: CustomerConfig) -> None:
        done = _exported(config, context.run_id)
        context.add_output_metadata(
            {
                "folder": str(done.folder),
                "groups": done.groups,
                "records": done.records,
                "not_searched": done.gaps,
            }
        )
        context.log.info(f"{done.records:,} records of {done.groups:,} tables and stores")

    @job(
        name=EXPORT_CUSTOMER,
        executor_def=in_process_executor,
        description="查阅与可携带: everything held on one customer, as JSON and to be read.",
    )
    def export_job() -> None:
        write_copy()

    return export_job


def _exported(config: CustomerConfig, run_id: str) -> Exported:
    settings = load_settings()
    try:
        request = spoken_request(
            config.customer_key,
            config.record,
            config.request_file,
            settings.home,
            load_contracts(settings.sources),
        )
        return export_customer(settings, request, run_id)
    except (NobodyError, NothingLiveError, RequestError) as error:
        raise Failure(str(error), allow_retries=False) from None
    except duckdb.Error as error:
        # Its text may quote values.
        raise Failure(
            f"the database refused ({type(error).__name__})", allow_retries=False
        ) from None
