"""The raw stage as Dagster assets: complete for who reads the UI, loud when a file is missing."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from assets.raw.contract import load_contracts
from assets.raw.defs import STAGED_KEY, build_raw_assets
from pipelines.runtime.resources import PipelineResource
from pipelines.runtime.settings import load_settings
from tests.unit.raw.test_load_command import company

__all__ = ["company"]

LINES = dg.AssetKey(["raw", "shop", "lines"])


def raw_assets() -> list[dg.AssetsDefinition]:
    settings = load_settings()
    return build_raw_assets(settings, load_contracts(settings.sources), lambda *_: 0)


def assets_by_key() -> dict[dg.AssetKey, dg.AssetsDefinition]:
    return {asset.key: asset for asset in raw_assets()}


def materialize(*keys: dg.AssetKey) -> dg.ExecuteInProcessResult:
    return dg.materialize(
        [assets_by_key()[key] for key in keys],
        resources={"pipeline": PipelineResource()},
        partition_key="2017-01-31",
        instance=dg.DagsterInstance.ephemeral(),
        raise_on_error=False,
    )


@pytest.mark.usefixtures("company")
def test_every_object_has_what_the_ui_shows() -> None:
    assets = assets_by_key()
    assert {key.to_user_string() for key in assets} == {
        "raw/shop/lines",
        "raw/shop/extras",
        "raw/calendar/days",
        "raw/row_accounting",
        "staging/row_accounting",
    }
    for key, asset in assets.items():
        spec = asset.get_asset_spec(key)
        assert spec.description is not None, key
        assert spec.description.startswith("One row per "), f"{key}: the grain comes first"
        assert spec.owners == ["team:data-platform"], key
        assert spec.group_name == key.path[0], key
        assert "duckdb" in spec.kinds, key
        assert spec.metadata["dagster/column_schema"].columns, key
    deps = {dep.asset_key for dep in assets[STAGED_KEY].get_asset_spec().deps}
    assert dg.AssetKey(["staging", "stg_calendar__days"]) in deps
    assert dg.AssetKey(["staging", "stg_shop__lines"]) in deps


@pytest.mark.usefixtures("company")
def test_a_run_says_how_many_rows_and_why_some_were_refused() -> None:
    result = materialize(LINES)
    assert result.success
    (event,) = result.asset_materializations_for_node("raw__shop__lines")
    metadata = {name: value.value for name, value in event.metadata.items()}
    assert (metadata["dagster/row_count"], metadata["rows_read"]) == (1, 2)
    assert metadata["rows_quarantined"] == 1
    assert "| wrong_type | column id is no bigint | 1 |" in metadata["quarantined_by_reason"]


def test_a_missing_file_fails_the_run_and_not_the_code_location(company: Path) -> None:
    (company / "data" / "lines.csv").unlink()
    result = materialize(LINES)
    assert not result.success
    (failure,) = result.filter_events(lambda event: event.is_step_failure)
    assert "shop.lines: no file at" in str(failure.event_specific_data.error)
    assert not result.filter_events(lambda event: event.is_step_up_for_retry)
