"""The dbt project, parsed once: what the layer rules are read from, and what dbt is run with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assets.warehouse.project import run_dbt
from tests.dbt.manifest import DBT_PROJECT, Manifest


@pytest.fixture(scope="session")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The manifest as dbt itself uses it."""
    target: Path = tmp_path_factory.mktemp("dbt")
    places = ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
    scratch = ["--target-path", str(target), "--log-path", str(target / "log")]
    outcome = run_dbt(["--log-level", "none", "parse", *places, *scratch])
    assert outcome.success, outcome.exception
    return outcome.result


@pytest.fixture(scope="session")
def manifest(parsed: Any) -> Manifest:
    return Manifest(parsed.writable_manifest().to_dict(omit_none=False))
