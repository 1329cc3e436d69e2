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

from assets.privacy.export.defs import EXPORT_CUSTOMER, WRITE_COPY
from assets.privacy.export.export import FOLDER, HTML_FILE
from assets.privacy.subject.live import NothingLiveError, resolve
from assets.privacy.subject.person import NobodyError
from assets.privacy.subject.request import RequestError
from assets.raw.contract import ContractError, load_contracts
from assets.warehouse.project import ManifestMissingError
from pipelines.definitions import build_definitions
from pipelines.runtime.key_file import KeyFileError
from pipelines.runtime.modes import PRIVATE_UMASK
from pipelines.runtime.privacy import CatalogueError
from pipelines.runtime.settings import SettingsError, load_settings
from pipelines.subject_command import add_request_arguments, requested, spoken

MENDABLE = (
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
    add_request_arguments(parser)
    options = parser.parse_args(arguments)
    return spoken(lambda: _run(options), MENDABLE)


def _run(options: argparse.Namespace) -> int:
    settings = load_settings()
    request = requested(options, settings, load_contracts(settings.sources))
    # Resolved before the run: Dagster keeps what a run was told.
    key = resolve(settings, request)
    job = build_definitions(settings).resolve_job_def(EXPORT_CUSTOMER)
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
