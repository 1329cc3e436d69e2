"""Where a run's build comes from: nothing, or a copy of the live build of the same date."""

import json
from pathlib import Path

import dagster as dg
import pytest

from pipelines.runtime import keys
from pipelines.runtime.builds import Build
from pipelines.runtime.resources import PipelineResource


@dg.asset
def tables_of_the_build(context: dg.AssetExecutionContext, pipeline: PipelineResource) -> int:
    with pipeline.build(context.run_id).connect() as connection:
        return len(connection.execute("select * from duckdb_tables()").fetchall())


@pytest.fixture
def live_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("C360_HOME", str(tmp_path))
    (tmp_path / "builds" / "live").mkdir(parents=True)
    with Build(tmp_path / "builds" / "live").connect() as connection:
        connection.execute("create table vault.main.t as select 1 as one").fetchall()
    (tmp_path / "publish" / "live").mkdir(parents=True)
    stamp = {"run_id": "live", "as_of": "2017-12-31", "published_at": "", "tables": {}}
    (tmp_path / "publish" / "live" / "publication.json").write_text(json.dumps(stamp))
    (tmp_path / "publish" / "current").symlink_to("live")


def run(as_of: str, tags: dict[str, str]) -> dg.ExecuteInProcessResult:
    return dg.materialize(
        [tables_of_the_build],
        resources={"pipeline": PipelineResource()},
        tags={"dagster/partition": as_of, **tags},
        raise_on_error=False,
    )


@pytest.mark.usefixtures("live_build")
def test_a_run_of_some_assets_continues_from_the_live_build() -> None:
    assert run("2017-12-31", {}).output_for_node("tables_of_the_build") == 1


@pytest.mark.usefixtures("live_build")
def test_a_job_that_lands_its_sources_starts_from_nothing() -> None:
    assert run("2017-10-01", keys.LANDS_ANEW).output_for_node("tables_of_the_build") == 0


@pytest.mark.usefixtures("live_build")
def test_business_dates_are_never_mixed() -> None:
    with pytest.raises(dg.DagsterResourceFunctionError) as error:
        dg.materialize(
            [tables_of_the_build],
            resources={"pipeline": PipelineResource()},
            tags={"dagster/partition": "2017-10-01"},
        )
    assert "The live build is of 2017-12-31, this run of 2017-10-01" in str(error.value.__cause__)
