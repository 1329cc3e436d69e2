"""`make export-customer`: everything held on one customer, as JSON and to be read 查阅与可携带.

CUSTOMER_KEY, RECORD=crm_zoho.contacts/123, or FILE=request.json: the name of a
file in <home>/requests that only its owner can read. docs/runbooks/subject-requests.md.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

import dagster as dg
import duckdb

from assets.privacy.erasure.build import NothingLiveError
from assets.privacy.export.defs import EXPORT_CUSTOMER, WRITE_COPY
from assets.privacy.export.export import FOLDER, HTML_FILE, resolve
from assets.privacy.subject.person import NobodyError
from assets.privacy.subject.request import RequestError, spoken_request
from assets.raw.contract import ContractError, load_contracts
from assets.warehouse.project import ManifestMissingError
from pipelines.definitions import build_definitions
from pipelines.runtime.key_file import KeyFileError
from pipelines.runtime.modes import PRIVATE_UMASK
from pipelines.runtime.privacy import CatalogueError
from pipelines.runtime.settings import SettingsError, load_settings

ERRORS = (
    CatalogueError,
    ContractError,
    KeyFileError,
    ManifestMissingError,
    NobodyError,
    NothingLiveError,
    RequestError,
    SettingsError,
)
"""What a person can mend; each is one line."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Export; exit code 1 when the run failed, 2 when there is nobody to export."""
    parser = argparse.ArgumentParser(prog="make export-customer", description=__doc__)
    parser.add_argument("--customer-key", default="", help="a customer key of today or before")
    parser.add_argument("--record", default="", help="a record of a source: crm_zoho.contacts/123")
    parser.add_argument("--file", default="", help="a request in <home>/requests, by its name")
    options = parser.parse_args(arguments)
    try:
        settings = load_settings()
        contracts = load_contracts(settings.sources)
        request = spoken_request(
            options.customer_key, options.record, options.file, settings.home, contracts
        )
        # Resolved before the run: Dagster keeps what a run was told.
        key = resolve(settings, request)
        job = build_definitions(settings).resolve_job_def(EXPORT_CUSTOMER)
    except ERRORS as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    except duckdb.Error as error:
        # Its text may quote values.
        sys.stderr.write(f"error: the database refused ({type(error).__name__})\n")
        return 2
    done = job.execute_in_process(
        instance=dg.DagsterInstance.get(),
        run_config={
            "ops": {WRITE_COPY: {"config": {"customer_key": key}}},
            "loggers": {"stages": {}},
        },
        raise_on_error=False,
    )
    if not done.success:
        sys.stderr.write(f"error: run {done.run_id} failed; the Dagster UI says why\n")
        return 1
    folder = settings.home / FOLDER / done.run_id
    sys.stdout.write(
        f"Written to {folder}\n"
        f"Read {HTML_FILE} before it is sent: free texts may speak of other people.\n"
    )
    return 0


if __name__ == "__main__":
    os.umask(PRIVATE_UMASK)
    sys.exit(main())
