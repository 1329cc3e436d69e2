"""`make run`: the nightly job for one business date, in this process, with a summary at the end.

It starts the same job that the schedule starts; the run is in the Dagster UI afterwards.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import date

import dagster as dg

from assets.publish.postgres.connection import read_dsn
from assets.publish.postgres.errors import PostgresError
from assets.publish.switch import current
from assets.raw.contract import ContractError, load_contracts
from assets.warehouse.project import ManifestMissingError, read_manifest
from expectations.known_changes.accepted import QualityFileError, load_quality
from expectations.known_changes.named_rules import check_quality
from pipelines.dead_runs import bury_dead_runs, process_tag
from pipelines.definitions import build_definitions
from pipelines.jobs import NIGHTLY
from pipelines.runtime.audit_facts import Action
from pipelines.runtime.audit_log import AuditError, audit_log
from pipelines.runtime.builds import open_build
from pipelines.runtime.clock import last_complete_business_date
from pipelines.runtime.key_file import KeyFileError
from pipelines.runtime.modes import PRIVATE_UMASK
from pipelines.runtime.privacy import CatalogueError
from pipelines.runtime.settings import Settings, SettingsError, env_file, load_settings
from pipelines.summary import failure_lines, success_lines

EXIT_FAILED_RUN = 1
EXIT_BAD_CONFIGURATION = 2

CONFIGURATION_ERRORS = (
    SettingsError,
    ContractError,
    ManifestMissingError,
    CatalogueError,
    QualityFileError,
    PostgresError,
)

SPEAKING_ERRORS = {
    "AuditError",
    "ContractError",
    "DagsterAssetCheckFailedError",
    "Failure",
    "FuzzyError",
    "IdentityInputError",
    "KeyCollisionError",
    "LedgerError",
    "ModesError",
    "PostgresError",
    "PublishError",
    "QualityFileError",
    "RulesError",
}
"""Errors whose texts we wrote ourselves, without values of the data."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the nightly job; the exit code is 0, 1 (the run failed) or 2 (wrong configuration)."""
    try:
        settings = load_settings()
        as_of = _business_date(_parse(arguments), settings)
        definitions = build_definitions(settings)
        check_quality(
            load_quality(settings.quality_path), load_contracts(settings.sources), read_manifest()
        )
        if settings.postgres_dsn_file:
            read_dsn(settings.postgres_dsn_file)
    except CONFIGURATION_ERRORS as error:
        _say(f"error: {error}")
        return EXIT_BAD_CONFIGURATION
    _say(f"Nightly job for {as_of} ({settings.timezone}), settings from {env_file().name}")
    instance = dg.DagsterInstance.get()
    try:
        _bury_dead_runs(settings, instance)
    except (KeyFileError, AuditError) as error:
        _say(f"error: {error}")
        return EXIT_BAD_CONFIGURATION
    return run_job(definitions.resolve_job_def(NIGHTLY), settings, as_of, instance)


def run_job(
    job: dg.JobDefinition,
    settings: Settings,
    as_of: date,
    instance: dg.DagsterInstance,
    run_id: str | None = None,
) -> int:
    """Run the nightly job, or the rest of one, in this process and say how it went.

    Returns:
        0 or `EXIT_FAILED_RUN`.
    """
    outcome = job.execute_in_process(
        instance=instance,
        partition_key=as_of.isoformat(),
        run_config={"loggers": {"stages": {}}},
        tags=process_tag(),
        raise_on_error=False,
        run_id=run_id,
    )
    checks = list(outcome.get_asset_check_evaluations())
    live = current(settings.publish_current.parent)
    if outcome.success and live is not None:
        _say(*success_lines(settings, live, checks))
        return 0
    build = open_build(settings, outcome.run_id)
    _say(*failure_lines(settings, live, checks, _failed_steps(outcome), build))
    return EXIT_FAILED_RUN


def _bury_dead_runs(settings: Settings, instance: dg.DagsterInstance) -> None:
    """Also the check, before the run begins, that the key can be used."""
    audit = audit_log(settings)
    for run_id in bury_dead_runs(instance):
        _say(f"Run {run_id} had been killed; it is marked as failed.")
        audit.append(Action.RUN_FINISHED, {"run_id": run_id, "outcome": "killed"})


def _failed_steps(outcome: dg.ExecuteInProcessResult) -> list[str]:
    failures = outcome.filter_events(lambda event: event.is_step_failure)
    return [f"{event.step_key}: {_reason(event)}" for event in failures]


def _reason(event: dg.DagsterEvent) -> str:
    """Our own errors speak for themselves; of others only the kind, as their texts quote data."""
    error = event.step_failure_data.error
    while error is not None and error.cls_name == "DagsterExecutionStepExecutionError":
        error = error.cause
    if error is None:
        return "no reason given"
    if error.cls_name in SPEAKING_ERRORS:
        return " ".join(error.message.split(":", 1)[-1].split())
    return f"{error.cls_name} (its text is in the Dagster UI)"


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make run", description=__doc__)
    parser.add_argument("--as-of", help="business date, YYYY-MM-DD; default: C360_AS_OF, yesterday")
    return parser.parse_args(arguments)


def _business_date(options: argparse.Namespace, settings: Settings) -> date:
    newest = last_complete_business_date(settings.timezone)
    named = "AS_OF" if options.as_of else "C360_AS_OF"
    try:
        as_of = date.fromisoformat(options.as_of) if options.as_of else settings.as_of or newest
    except ValueError:
        raise SettingsError(f"AS_OF={options.as_of} is no date; write it as 2017-10-01") from None
    if not settings.first_date <= as_of <= newest:
        raise SettingsError(
            f"{named}={as_of} is outside {settings.first_date} (C360_FIRST_DATE) to {newest} "
            "(yesterday); choose a date between"
        )
    return as_of


def _say(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    os.umask(PRIVATE_UMASK)
    sys.exit(main())
