from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from assets.enrich.identity.defs import identity_resolution
from assets.enrich.identity.schemas import COLUMNS
from pipelines.runtime import keys
from pipelines.runtime.builds import Build
from pipelines.runtime.resources import PipelineResource
from pipelines.runtime.settings import Settings

from .conftest import Vault


class OneBuild(PipelineResource):
    """The pipeline of a test: fixed settings, one build."""

    folder: str

    def settings(self) -> Settings:
        return Settings(
            _env_file=None,
            sources=Path("s"),
            data=Path("d"),
            timezone="UTC",
            reporting_currency="USD",
            first_date="2017-01-01",
            as_of="2017-12-31",
        )

    def build(self, run_id: str) -> Build:
        return Build(Path(self.folder))


@pytest.fixture
def result(tmp_path: Path) -> dg.ExecuteInProcessResult:
    vault = Vault(str(tmp_path / "vault.duckdb"))
    vault.record("orders.customers", "1", phone="13912345670", email="li.wei@example.com")
    vault.record("crm_zoho.leads", "2", phone="+86 139 1234 5670")
    vault.record("crm_zoho.leads", "3", email="info@example.com")
    vault.reference("service.tickets", "t", email="li.wei@example.com")
    vault.con.close()
    return dg.materialize(
        [identity_resolution], resources={"pipeline": OneBuild(folder=str(tmp_path))}
    )


def test_every_table_is_materialised_with_its_row_count(result: dg.ExecuteInProcessResult) -> None:
    counts = {
        event.asset_key.path[-1]: event.materialization.metadata["dagster/row_count"].value
        for event in result.get_asset_materialization_events()
    }
    assert counts == {"identifiers": 5, "links": 1, "customers_map": 3, "references_map": 1}


def test_metadata_counts_and_names_nobody(result: dg.ExecuteInProcessResult) -> None:
    metadata = {
        event.asset_key.path[-1]: event.materialization.metadata
        for event in result.get_asset_materialization_events()
    }
    assert metadata["customers_map"]["customers"].value == 2
    assert metadata["references_map"]["resolved_ratio"].value == 1.0
    assert "| same_phone | 1 | 0 |" in metadata["links"]["links_by_rule"].value
    assert "| email | role_address | 1 |" in metadata["identifiers"]["verdicts"].value
    shown = str(metadata)
    assert not any(value in shown for value in ("39123", "li.wei", "example.com"))


def test_every_table_is_an_asset_that_explains_itself() -> None:
    specs = {spec.key: spec for spec in identity_resolution.specs}
    assert set(specs) == {dg.AssetKey([keys.IDENTITY, table]) for table in COLUMNS}
    for spec in specs.values():
        assert spec.group_name == keys.IDENTITY
        assert spec.owners == [keys.OWNER]
        assert spec.kinds >= {"python", "duckdb"}
        assert spec.description.startswith("One row per ")
        assert spec.metadata["dagster/column_schema"].columns
        assert {dep.asset_key.path[-1] for dep in spec.deps} == {
            "int_identity_records",
            "int_identity_identifiers_raw",
        }
