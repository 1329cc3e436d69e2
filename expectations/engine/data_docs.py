"""Great Expectations' own pages about a boundary, kept with the run.

They pull their styles from the web and are bare without it; the readable result is the check's
metadata and report.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from expectations.engine.rules import Suite


def write_data_docs(
    context: Any,
    validations: Sequence[tuple[Suite, Any]],
    run_name: str,
    as_of: date,
    folder: Path,
) -> None:
    """Write one site with a page for each suite; a page holds counts and no values."""
    from great_expectations.core.run_identifier import RunIdentifier
    from great_expectations.data_context.types.resource_identifiers import (
        ExpectationSuiteIdentifier,
        ValidationResultIdentifier,
    )

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    run = RunIdentifier(run_name=run_name, run_time=datetime.combine(as_of, time(), tzinfo=UTC))
    for suite, validation in validations:
        context.validation_results_store.set(
            ValidationResultIdentifier(
                expectation_suite_identifier=ExpectationSuiteIdentifier(name=suite.subject),
                run_id=run,
                batch_identifier=suite.relation.table,
            ),
            validation,
        )
    # The context brings a site of its own in a temporary folder: it is replaced.
    context.variables.data_docs_sites = {}
    context.add_data_docs_site(
        "gates",
        {
            "class_name": "SiteBuilder",
            "show_how_to_buttons": False,
            "store_backend": {
                "class_name": "TupleFilesystemStoreBackend",
                "base_directory": str(folder),
            },
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        },
    )
    context.build_data_docs(site_names=["gates"])
    # Pictures of the site's tutorial, which is off: four megabytes a site that no page shows.
    for picture in (folder / "static" / "images").glob("*.*"):
        if picture.name != "favicon.ico":
            picture.unlink()
