"""The dbt stages as Dagster assets: one op a stage, so that a gate between two really stops."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import dagster as dg
from dagster_dbt import dbt_assets

from assets.warehouse.project import (
    PROJECT_DIR,
    StageRun,
    dbt_build,
    read_manifest,
)
from assets.warehouse.translator import WarehouseTranslator
from pipelines.runtime import keys
from pipelines.runtime.builds import Build
from pipelines.runtime.resources import PipelineResource
from pipelines.runtime.settings import Settings


@dataclass(frozen=True)
class DbtStage:
    """A stage of the flow that dbt builds: its op name and its selection."""

    name: str
    select: str


def _models(folder: str) -> str:
    return f"fqn:customer_360.{folder},resource_type:model"


STAGES = (
    DbtStage("dbt_staging", f"resource_type:seed {_models('staging')}"),
    DbtStage("dbt_identity_inputs", _models("intermediate.identity_inputs")),
    DbtStage("dbt_identity", f"source:identity {_models('intermediate.identity')}"),
    DbtStage("dbt_core", f"{_models('intermediate.handover')} {_models('core')}"),
    DbtStage("dbt_marts", _models("marts")),
    DbtStage("dbt_publish", _models("publish")),
)


def build_dbt_assets() -> list[dg.AssetsDefinition]:
    """One asset definition for each dbt stage, in flow order."""
    manifest = read_manifest()
    return [_stage_assets(stage, manifest) for stage in STAGES]


def _stage_assets(stage: DbtStage, manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    translator = WarehouseTranslator()

    @dbt_assets(
        manifest=manifest,
        select=stage.select,
        name=stage.name,
        dagster_dbt_translator=translator,
        pool=keys.WRITER_POOL,
    )
    def _assets(context: dg.AssetExecutionContext, pipeline: PipelineResource) -> Iterator[Any]:
        build = pipeline.build(context.run_id)
        run = StageRun(
            select=stage.select,
            variables=dbt_variables(
                pipeline.settings(), build, pipeline.as_of(context).isoformat()
            ),
            scratch=build.folder / "dbt" / stage.name,
        )
        yield from _events(context, run, build, manifest, translator)

    return _assets


def dbt_variables(settings: Settings, build: Build, as_of: str) -> dict[str, str]:
    """The vars that every dbt run is given; DuckDB's limits are dbt's defaults unless set."""
    limits = {"memory_limit": settings.memory_limit, "threads": settings.threads}
    return {
        "as_of": as_of,
        "timezone": settings.timezone,
        "reporting_currency": settings.reporting_currency,
        "rfm_window_days": str(settings.rfm_window_days or ""),
        "default_margin_ratio": f"{settings.default_margin_ratio:.6f}",
        "run_id": build.run_id,
        "build_dir": str(build.folder),
        **{name: str(limit) for name, limit in limits.items() if limit is not None},
    }


def _events(
    context: dg.AssetExecutionContext,
    run: StageRun,
    build: Build,
    manifest: Mapping[str, Any],
    translator: WarehouseTranslator,
) -> Iterator[Any]:
    from dagster_dbt import DbtProject
    from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage
    from google.protobuf.json_format import MessageToDict

    messages: list[DbtCoreCliEventMessage] = []

    def keep(event: Any) -> None:
        raw = MessageToDict(event, preserving_proto_field_name=True)
        message = DbtCoreCliEventMessage(raw_event=raw, event_history_metadata={})
        if message.is_result_event:
            messages.append(message)

    failed = dbt_build(run, keep)
    row_counts = _row_counts(build)
    project = DbtProject(project_dir=PROJECT_DIR, profiles_dir=PROJECT_DIR)
    for message in messages:
        for event in message.to_default_asset_events(
            manifest=manifest,
            dagster_dbt_translator=translator,
            context=context,
            target_path=run.scratch / "target",
            project=project,
        ):
            yield _with_row_count(event, message, row_counts)
    if failed:
        raise dg.Failure(
            f"{len(failed)} of the stage's dbt nodes failed. " + " | ".join(failed[:10]),
            metadata={"failed": dg.MetadataValue.md("\n".join(f"- {line}" for line in failed))},
            allow_retries=False,
        )


def _with_row_count(event: Any, message: Any, row_counts: Mapping[tuple[str, str], int]) -> Any:
    if not isinstance(event, dg.Output):
        return event
    relation = message.raw_event["data"]["node_info"]["node_relation"]
    count = row_counts.get((relation["schema"], relation["alias"]))
    metadata = dict(event.metadata or {})
    if count is not None:
        metadata["dagster/row_count"] = dg.IntMetadataValue(count)
    return dg.Output(value=event.value, output_name=event.output_name, metadata=metadata)


def _row_counts(build: Build) -> dict[tuple[str, str], int]:
    """Rows of every table of the build by (schema, name): DuckDB keeps them, nothing is scanned."""
    with build.connect() as connection:
        rows = connection.execute(
            "select schema_name, table_name, estimated_size from duckdb_tables()"
        ).fetchall()
    return {(schema, table): count for schema, table, count in rows}
