"""How dbt is run: joins keep their sides, and databases are closed whatever became of a node."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from assets.warehouse import project
from assets.warehouse.project import StageRun, dbt_build
from pipelines.runtime.builds import Build

PROFILES = Path(__file__).resolve().parents[2] / "dbt_project" / "profiles.yml"


@pytest.mark.parametrize("with_settings", [True, False])
def test_a_left_join_is_not_turned_round(with_settings: bool) -> None:
    """Without the profile's settings DuckDB builds its table from the smaller, left side."""
    settings = yaml.safe_load(PROFILES.read_text())["customer_360"]["outputs"]["run"]["settings"]
    with duckdb.connect() as con:
        for name, value in settings.items() if with_settings else ():
            con.execute(f"set {name} = '{value}'").fetchall()
        con.execute("create table few as select range as key from range(10)").fetchall()
        con.execute("create table many as select range as key from range(100000)").fetchall()
        [(_, plan)] = con.execute("explain from few left join many using (key)").fetchall()
    assert ("Join Type: LEFT" in plan, "Join Type: RIGHT" in plan) == (
        with_settings,
        not with_settings,
    )


@pytest.mark.parametrize(
    ("opened_date", "failed"),
    [
        ("date '2010-01-01'", "Got 1 result"),
        ("'2010-01-01'", "enforced contract"),
        ("cast(case when random() > 2 then '2010-01-01' else 'x' end as date)", "Conversion Error"),
    ],
    ids=["a test fails", "a contract fails", "a query fails"],
)
def test_after_a_failure_the_next_connection_is_served(
    opened_date: str,
    failed: str,
    parsed: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(project, "_parsed", lambda: parsed)
    build = Build(tmp_path)
    with build.connect() as con:
        for statement in (
            "create schema warehouse.core",
            "create schema vault.handover",
            "create table warehouse.core.dim_geographies as select 'g' as geography_key,"
            " 'US' as country, 'NY' as region, 'New York' as city",
            "create view vault.handover.int_stores_keyed as select 's' as store_id,"
            f" 'S' as store_name, 'g' as geography_key, {opened_date} as opened_date from range(2)",
        ):
            con.execute(statement).fetchall()
    variables = {"build_dir": str(tmp_path), "as_of": "2017-12-31"}
    lines = dbt_build(StageRun("dim_stores", variables, tmp_path / "dbt"), lambda _: None)
    assert any(failed in line for line in lines), lines
    with Build(tmp_path, memory_limit="1GB").connect() as con:
        assert con.execute("select count(*) from warehouse.core.dim_geographies").fetchall()
