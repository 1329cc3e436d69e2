"""The business rules: dbt's own unit tests, each with its few hand-made rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets.warehouse.project import run_dbt
from pipelines.runtime.builds import Build
from pipelines.runtime.privacy import whole_catalogue
from pipelines.runtime.settings import PROJECT_ROOT
from tests.dbt.empty_world import write_empty_vault
from tests.dbt.manifest import DBT_PROJECT

DEMO_SOURCES = PROJECT_ROOT / "demo" / "sources"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """The folder of a build in which every table is there and empty, and what dbt said."""
    folder = tmp_path_factory.mktemp("build")
    write_empty_vault(folder, DEMO_SOURCES)
    places = ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
    scratch = ["--target-path", str(folder / "target"), "--log-path", str(folder / "log")]
    variables = ["--vars", json.dumps({"build_dir": str(folder)})]
    build = ["build", "--empty", "--exclude-resource-type", "test"]
    return folder, run_dbt(["--log-level", "none", *build, *places, *scratch, *variables])


def test_dbt_unit_tests_pass(built: tuple[Path, Any]) -> None:
    _, outcome = built
    results = getattr(outcome.result, "results", None) or []
    failed = [
        f"{result.node.name}: {result.message}"
        for result in results
        if str(result.status) not in {"success", "pass"}
    ]
    assert outcome.success, "\n".join(failed) or outcome.exception
    assert any(result.node.resource_type == "unit_test" for result in results)


def test_every_column_that_is_built_is_in_the_catalogue(
    built: tuple[Path, Any], parsed: Any
) -> None:
    folder, _ = built
    described = whole_catalogue(parsed.writable_manifest().to_dict(omit_none=False))
    known = {(*column.table, column.name) for column in described}
    with Build(folder).connect() as connection:
        columns = _columns(connection)
    forgotten = [
        ".".join(column)
        for column in columns
        if not {column, (*column[:3], "*"), (*column[:2], "*", "*")} & known
    ]
    assert not forgotten, f"say their class in dbt's meta: {forgotten}"
    assert len(columns) > 4_000


def _columns(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str, str]]:
    return connection.execute(
        "select database_name, schema_name, table_name, column_name from duckdb_columns()"
        " where database_name in ('vault', 'warehouse') and schema_name not in"
        " ('information_schema', 'pg_catalog', 'main')"
    ).fetchall()
