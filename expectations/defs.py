"""The gates as Dagster asset checks: one step for each boundary, one blocking check for each asset.

A step is one op, and everything after the boundary depends on an asset that it checks, so that a
failed rule of severity error keeps the whole next stage from starting.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import dagster as dg
import duckdb

from expectations import identity, row_accounting
from expectations.core import suites as core
from expectations.engine.columns import columns_of
from expectations.engine.day import Day
from expectations.engine.history import prune_history, write_history
from expectations.engine.models import Model, models_of
from expectations.engine.pictures import pictures_of
from expectations.engine.report import failures_as_markdown, rule_record, write_results
from expectations.engine.results import SuiteResult
from expectations.engine.rules import Suite
from expectations.enrich import suites as enrich
from expectations.known_changes.accepted import applied, load_quality
from expectations.learned.past import NO_PAST, Past, attached_past
from expectations.marts import suites as marts
from expectations.publish import suites as publish
from expectations.raw import suites as raw
from expectations.raw.objects import ContractLike, raw_objects
from expectations.staging import suites as staging
from pipelines.runtime import keys
from pipelines.runtime.resources import PipelineResource

CHECK_NAME = "gate"

SuitesOf = Callable[[duckdb.DuckDBPyConnection, Day, Past], list[Suite]]
"""The suites of a boundary, for a business date and the last good build."""


@dataclass(frozen=True)
class Boundary:
    """A boundary: its name, the assets it checks and the suites that check them in a run."""

    name: str
    next_stage: str
    assets: tuple[dg.AssetKey, ...]
    suites: SuitesOf


def build_gates(
    contracts: Iterable[ContractLike], manifest: Mapping[str, Any]
) -> list[dg.AssetChecksDefinition]:
    """The gates in flow order.

    Args:
        contracts: The source contracts; each object gets a suite.
        manifest: dbt's manifest; each model of staging, core, marts and publish gets a suite.
    """
    return [_gate(boundary) for boundary in boundaries(contracts, manifest)]


def boundaries(contracts: Iterable[ContractLike], manifest: Mapping[str, Any]) -> list[Boundary]:
    """What is checked where."""
    objects = raw_objects(contracts)
    staged, kept, wide, published = (
        models_of(manifest, schema) for schema in ("staging", "core", "marts", "publish")
    )
    origins = {model.name: model.relation for model in (*kept, *wide)}
    return [
        Boundary(
            raw.BOUNDARY,
            keys.STAGING,
            tuple(keys.raw_key(described.source, described.name) for described in objects),
            lambda _, __, ___: raw.suites(objects),
        ),
        Boundary(
            staging.BOUNDARY,
            keys.IDENTITY,
            _keys(staged),
            lambda connection, day, past: staging.suites(
                staged, objects, day, past, columns_of(connection, "vault", "staging")
            ),
        ),
        Boundary(
            row_accounting.BOUNDARY,
            keys.CORE,
            (dg.AssetKey(row_accounting.ASSET),),
            lambda _, __, ___: row_accounting.suites(staged, objects),
        ),
        Boundary(
            identity.BOUNDARY,
            keys.CORE,
            (dg.AssetKey(identity.ASSET),),
            lambda _, __, past: identity.suites(past),
        ),
        Boundary(
            core.BOUNDARY,
            keys.ENRICH,
            _keys(kept),
            lambda _, day, past: core.suites(kept, day, past),
        ),
        Boundary(
            enrich.BOUNDARY,
            keys.MARTS,
            tuple(dg.AssetKey(asset) for asset in enrich.ASSETS),
            lambda _, day, past: enrich.suites(day, past),
        ),
        Boundary(
            marts.BOUNDARY,
            keys.PUBLISH,
            _keys(wide),
            lambda _, day, past: marts.suites(wide, day, past),
        ),
        Boundary(
            publish.BOUNDARY,
            "the publication",
            _keys(published),
            lambda connection, _, __: publish.suites(connection, published, origins),
        ),
    ]


def _keys(models: Sequence[Model]) -> tuple[dg.AssetKey, ...]:
    return tuple(dg.AssetKey(model.asset) for model in models)


def _gate(boundary: Boundary) -> dg.AssetChecksDefinition:
    @dg.multi_asset_check(
        name=f"gate_{boundary.name}",
        description=f"What must be true of {boundary.name} before {boundary.next_stage} starts.",
        specs=[
            dg.AssetCheckSpec(
                CHECK_NAME,
                asset=key,
                blocking=True,
                description=(
                    f"质量关口: what must be true of {key.to_user_string()} before "
                    f"{boundary.next_stage} starts."
                ),
            )
            for key in boundary.assets
        ],
        can_subset=True,
        op_tags=keys.CHECK_FIRST,
        pool=keys.WRITER_POOL,
    )
    def _check(
        context: dg.AssetCheckExecutionContext, pipeline: PipelineResource
    ) -> Iterator[dg.AssetCheckResult]:
        from expectations.engine.gate import run_suites

        settings = pipeline.settings()
        build = pipeline.build(context.run.run_id)
        day = Day(pipeline.as_of(context), settings.timezone, settings.first_date)
        folder = settings.home / "quality" / build.run_id
        quality = load_quality(settings.quality_path)
        wanted = {tuple(check.asset_key.path) for check in context.selected_asset_check_keys}
        with build.connect() as connection, _past(pipeline, connection, build.run_id, day) as past:
            known = applied(boundary.suites(connection, day, past), quality, day)
            suites = [suite for suite in known if suite.asset in wanted]
            results = run_suites(
                connection,
                suites,
                run_name=build.run_id,
                as_of=day.as_of,
                data_docs=folder / "data_docs" / boundary.name,
            )
            pictures = {suite.subject: pictures_of(connection, suite) for suite in suites}
        write_results(results, folder / f"{boundary.name}.json", build.run_id, day.as_of)
        write_history(results, settings.home, boundary.name, build.run_id, day.as_of)
        prune_history(settings.home, day.as_of, settings.quality_history_days)
        for result in results:
            for failure in result.failures:
                log = context.log.error if failure.blocks else context.log.warning
                log(f"{result.subject}: {failure.message}")
            docs = folder / "data_docs" / boundary.name / "index.html"
            yield _as_check_result(result, docs, pictures[result.subject])

    return _check


@contextmanager
def _past(
    pipeline: PipelineResource, connection: duckdb.DuckDBPyConnection, run_id: str, day: Day
) -> Iterator[Past]:
    """The live build, if its business date is not after tonight's."""
    as_of = pipeline.live_as_of(run_id)
    if as_of is None or as_of > day.as_of:
        yield NO_PAST
        return
    vault, warehouse = pipeline.live_vault(run_id), pipeline.live_warehouse(run_id)
    with attached_past(connection, vault, warehouse, as_of) as past:
        yield past


def _as_check_result(
    result: SuiteResult, data_docs: Any, pictures: Mapping[str, str]
) -> dg.AssetCheckResult:
    columns = (
        ("rule", "string"),
        ("it must hold that", "string"),
        ("holds", "bool"),
        ("rows against it", "int"),
        ("severity", "string"),
        ("if not", "string"),
        ("why only a warning", "string"),
    )
    return dg.AssetCheckResult(
        check_name=CHECK_NAME,
        asset_key=dg.AssetKey(result.asset),
        passed=result.passed,
        severity=dg.AssetCheckSeverity.ERROR if result.blocks else dg.AssetCheckSeverity.WARN,
        description=result.sentence,
        metadata={
            "result": dg.MetadataValue.md(failures_as_markdown(result)),
            "rules_checked": len(result.results),
            "rules_failed": len(result.failures),
            "rules": dg.MetadataValue.table(
                records=[dg.TableRecord(rule_record(rule)) for rule in result.failures_first],
                schema=dg.TableSchema(
                    columns=[dg.TableColumn(name, kind) for name, kind in columns]
                ),
            ),
            **{f"days of {name}": dg.MetadataValue.md(days) for name, days in pictures.items()},
            "data_docs": dg.MetadataValue.path(str(data_docs)),
        },
    )
