"""The code location: what there is, in the order that the data flows.

Loading it reads the settings, the contracts and the dbt manifest; it touches no network, no secret
and no warehouse.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

from assets.audiences.defs import build_export_job
from assets.enrich.churn.defs import churn_rule
from assets.enrich.identity.defs import identity_resolution
from assets.enrich.lifetime_value.defs import lifetime_value
from assets.enrich.segments.defs import behaviour_clusters
from assets.privacy.erasure.defs import build_erase_job
from assets.privacy.erasure.screen import screen_object
from assets.privacy.export.defs import build_export_customer_job
from assets.privacy.redaction.columns import marked_columns
from assets.privacy.redaction.defs import build_redaction_asset
from assets.privacy.subject.leads import check_customers
from assets.publish.defs import build_postgres_asset, build_publication_asset
from assets.raw.contract import SourceContract, load_contracts
from assets.raw.defs import build_raw_assets
from assets.raw.files.delivery import delivered_fingerprint
from assets.raw.load import Screen
from assets.warehouse.defs import build_dbt_assets
from assets.warehouse.project import read_manifest
from expectations.defs import build_gates
from pipelines.backup.suppression_replay import replay_needed
from pipelines.jobs import ingest_jobs, nightly_job
from pipelines.progress import stage_logger
from pipelines.purge.job import purge_job
from pipelines.runtime.partitions import daily_partitions
from pipelines.runtime.privacy import catalogue
from pipelines.runtime.resources import PipelineResource
from pipelines.runtime.settings import Settings, load_settings
from pipelines.schedules import nightly_schedule, purge_schedule
from pipelines.sensors import failure_alert, file_drop_sensor


def build_definitions(
    settings: Settings | None = None, resources: Mapping[str, Any] | None = None
) -> dg.Definitions:
    """Fresh definitions; tests override settings and resources instead of patching globals."""
    settings = settings or load_settings()
    contracts = load_contracts(settings.sources)
    # Whose rows are whose must be said, or nobody could be erased.
    check_customers(contracts)
    sources = [contract.source for contract in contracts]
    partitions = daily_partitions(settings)

    manifest = read_manifest()
    # A column without a class stops everything: nothing is built that nobody thought about.
    catalogue(manifest)
    stages = [
        *build_raw_assets(settings, contracts, _screen(contracts)),
        *build_dbt_assets(),
        identity_resolution,
        build_redaction_asset(marked_columns(manifest)),
        lifetime_value,
        churn_rule,
        behaviour_clusters,
    ]
    gates = build_gates(contracts, manifest)
    checked = sorted({key.asset_key for gate in gates for key in gate.check_keys})
    stages.append(build_publication_asset(checked, replay_needed))
    if settings.postgres_dsn_file:
        stages.append(build_postgres_asset(settings.postgres_dsn_file))

    nightly = nightly_job(partitions)
    ingests = ingest_jobs(sources, partitions)
    purge = purge_job(partitions)
    return dg.Definitions(
        assets=stages,
        asset_checks=gates,
        jobs=[
            nightly,
            *ingests,
            build_erase_job(replay_needed),
            build_export_customer_job(),
            build_export_job(replay_needed),
            purge,
        ],
        schedules=[nightly_schedule(nightly, settings), purge_schedule(purge, settings)],
        sensors=[file_drop_sensor(sources, ingests, delivered_fingerprint), failure_alert()],
        resources={"pipeline": PipelineResource(), **(resources or {})},
        executor=dg.in_process_executor,
        loggers={
            "console": dg.colored_console_logger,
            "stages": stage_logger(_stage_of_step(stages, gates)),
        },
    )


def _screen(contracts: Sequence[SourceContract]) -> Screen:
    """What keeps people who were erased out of a load; the contracts say whose rows are whose."""

    def screen(settings: Settings, contract: SourceContract, name: str) -> int:
        return screen_object(settings, contracts, contract, name)

    return screen


def _stage_of_step(
    stages: Sequence[dg.AssetsDefinition], gates: Sequence[dg.AssetChecksDefinition]
) -> dict[str, str]:
    """The stage that a step's progress is shown under: the one that most of its assets are in."""
    groups = {
        definition.op.name: Counter(spec.group_name or "" for spec in definition.specs)
        for definition in stages
    }
    checked = {
        gate.op.name: Counter(key.asset_key.path[0] for key in gate.check_keys) for gate in gates
    }
    return {step: names.most_common(1)[0][0] for step, names in (groups | checked).items()}


@dg.definitions
def defs() -> dg.Definitions:
    """What Dagster loads."""
    return build_definitions()
