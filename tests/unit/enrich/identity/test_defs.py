from __future__ import annotations

from datetime import date
from pathlib import Path

import dagster as dg
import pytest

from assets.enrich.identity.defs import identity_resolution
from assets.enrich.identity.schemas import COLUMNS
from pipelines.runtime import keys
from pipelines.runtime.builds import Build
from pipelines.runtime.resources import PipelineResource
from pipelines.runtime.settings import Settings
from tests.unit.enrich.identity.conftest import Vault


class OneBuild(PipelineResource):
    """The pipeline of a test: fixed settings, one build, and the live one of the night before."""

    folder: str
    live: str | None = None
    accepted: str | None = None

    def settings(self) -> Settings:
        return Settings(
            _env_file=None,
            home=Path(self.folder),
            sources=Path("s"),
            data=Path("d"),
            timezone="UTC",
            reporting_currency="USD",
            first_date=date(2017, 1, 1),
            as_of=date(2017, 12, 31),
            identity_changes_accepted=None
            if self.accepted is None
            else date.fromisoformat(self.accepted),
        )

    def build(self, run_id: str) -> Build:
        return Build(Path(self.folder))

    def live_vault(self, run_id: str) -> Path | None:
        return None if self.live is None else Path(self.live)


def write_vault(folder: Path) -> Path:
    path = folder / "vault.duckdb"
    vault = Vault(str(path))
    phones = {"1": "13912345670", "2": "+86 139 1234 5670"}
    for record, phone in phones.items():
        vault.record("orders.customers", record, full_name="Quillon Ambervale", phone=phone)
    vault.record("crm_zoho.leads", "3", email="info@example.com")
    vault.reference("service.tickets", "t", phone=phones["1"])
    vault.write_inputs()
    vault.con.close()
    return path


def run(folder: Path, **options: str) -> dg.ExecuteInProcessResult:
    pipeline = OneBuild(folder=str(folder), **options)
    return dg.materialize([identity_resolution], resources={"pipeline": pipeline})


def limits(folder: Path) -> list[tuple]:
    with Build(folder).connect() as con:
        return con.execute(
            "select count(*), count(upper_limit) from vault.identity.night_report"
        ).fetchall()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("build")
    write_vault(made)
    return made


@pytest.fixture(scope="module")
def result(folder: Path) -> dg.ExecuteInProcessResult:
    return run(folder)


def metadata_of(result: dg.ExecuteInProcessResult) -> dict[str, dict]:
    return {
        event.materialization.asset_key.path[-1]: dict(event.materialization.metadata)
        for event in result.get_asset_materialization_events()
    }


def test_every_table_is_materialised_with_its_row_count(result: dg.ExecuteInProcessResult) -> None:
    counts = {
        table: values["dagster/row_count"].value for table, values in metadata_of(result).items()
    }
    assert counts.keys() == COLUMNS.keys()
    assert counts["customers_map"] == counts["ledger_changes"] == 3
    assert (counts["identifiers"], counts["links"], counts["references_map"]) == (4, 1, 1)


def test_metadata_counts_and_names_nobody(result: dg.ExecuteInProcessResult) -> None:
    metadata = metadata_of(result)
    assert metadata["customers_map"]["customers"].value == 2
    assert metadata["references_map"]["resolved_ratio"].value == 1.0
    assert "| same_phone | 1 | 0 |" in metadata["links"]["links_by_rule"].value
    assert "| email | role_address | 1 |" in metadata["identifiers"]["verdicts"].value
    assert "| same_phone | 0.95 | Same phone" in metadata["rules"]["rules"].value
    shown = str(metadata)
    assert not any(value in shown for value in ("39123", "ambervale", "Ambervale", "example.com"))


def test_the_night_is_shown_with_its_limits_and_a_picture(
    result: dg.ExecuteInProcessResult,
) -> None:
    night = metadata_of(result)["night_report"]
    assert "| new_customers | 2 |  |" in night["changes"].value
    assert "| changed_records_ratio | 0 | 0.02 |" in night["changes"].value
    assert night["picture"].value.startswith("![Changes of the night](data:image/png;base64,")
    assert "| 2 |" in night["largest_customers"].value


def test_the_run_may_commit_what_it_resolved(
    result: dg.ExecuteInProcessResult, folder: Path
) -> None:
    with Build(folder).connect() as con:
        noted = con.execute("select run_id, sequence from vault.identity.ledger_commit").fetchall()
    assert noted == [(result.run_id, 1)]


@pytest.mark.parametrize(("accepted", "left"), [("2017-12-31", 0), ("2017-12-30", 3)])
def test_accepting_the_changes_of_this_date_lifts_the_limits(
    tmp_path: Path, folder: Path, accepted: str, left: int, result: dg.ExecuteInProcessResult
) -> None:
    write_vault(tmp_path)
    # The build of the night before serves as cache, and is left as it was.
    live = folder / "vault.duckdb"
    before = live.read_bytes()
    assert run(tmp_path, accepted=accepted, live=str(live)).success
    assert limits(tmp_path) == [(14, left)]
    assert live.read_bytes() == before


def test_every_table_is_an_asset_that_explains_itself() -> None:
    specs = {spec.key: spec for spec in identity_resolution.specs}
    assert set(specs) == {dg.AssetKey([keys.IDENTITY, table]) for table in COLUMNS}
    for spec in specs.values():
        assert spec.group_name == keys.IDENTITY
        assert spec.owners == [keys.OWNER]
        assert spec.kinds >= {"python", "duckdb"}
        assert spec.description is not None
        assert spec.description.startswith("One row per ")
        assert spec.metadata["dagster/column_schema"].columns
        assert {dep.asset_key.path[-1] for dep in spec.deps} == {
            "int_identity_people",
            "int_identity_references",
            "int_identity_decisions",
        }
