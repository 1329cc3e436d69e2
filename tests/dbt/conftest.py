"""The dbt manifest, parsed once: what the layer rules are read from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.dbt.manifest import DBT_PROJECT, Manifest


@pytest.fixture(scope="session")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    from dbt.cli.main import dbtRunner

    target: Path = tmp_path_factory.mktemp("dbt")
    places = ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
    scratch = ["--target-path", str(target), "--log-path", str(target / "log")]
    outcome = dbtRunner().invoke(["--log-level", "none", "parse", *places, *scratch])
    assert outcome.success, outcome.exception
    content: dict[str, Any] = json.loads((target / "manifest.json").read_bytes())
    return Manifest(content)
