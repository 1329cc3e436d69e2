"""The business rules: dbt's own unit tests, each with its few hand-made rows."""

from __future__ import annotations

import json
from pathlib import Path

from assets.warehouse.project import run_dbt
from pipelines.runtime.settings import PROJECT_ROOT
from tests.dbt.empty_world import write_empty_vault
from tests.dbt.manifest import DBT_PROJECT

DEMO_SOURCES = PROJECT_ROOT / "demo" / "sources"


def test_dbt_unit_tests_pass(tmp_path: Path) -> None:
    write_empty_vault(tmp_path, DEMO_SOURCES)
    places = ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
    scratch = ["--target-path", str(tmp_path / "target"), "--log-path", str(tmp_path / "log")]
    variables = ["--vars", json.dumps({"build_dir": str(tmp_path)})]
    build = ["build", "--empty", "--exclude-resource-type", "test"]
    outcome = run_dbt(["--log-level", "none", *build, *places, *scratch, *variables])
    results = getattr(outcome.result, "results", None) or []
    failed = [
        f"{result.node.name}: {result.message}"
        for result in results
        if str(result.status) not in {"success", "pass"}
    ]
    assert outcome.success, "\n".join(failed) or outcome.exception
    assert any(result.node.resource_type == "unit_test" for result in results)
