"""Nothing reports home, however a process was started."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import dagster as dg
import yaml

from pipelines.runtime.telemetry import OFF

ROOT = Path(__file__).resolve().parents[3]
ASKED = """
import json, os, sys
import pipelines.definitions
from expectations.engine.gate import _great_expectations
with _great_expectations():
    pass
print(json.dumps(["posthog" in sys.modules, dict(os.environ)]))
"""


def test_the_code_location_switches_it_off_by_itself() -> None:
    """As `dg dev`, a sensor or a schedule loads it: without the variables that make sets."""
    bare = {name: value for name, value in os.environ.items() if name not in OFF}
    done = subprocess.run(
        [sys.executable, "-c", ASKED],
        cwd=ROOT,
        env={**bare, "C360_ENV_FILE": "demo/demo.env", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    reporter_loaded, environment = json.loads(done.stdout.splitlines()[-1])
    assert reporter_loaded is False
    assert {name: environment[name] for name in OFF} == OFF


def test_the_shipped_instance_has_it_off(tmp_path: Path) -> None:
    shutil.copy(ROOT / ".dagster_home" / "dagster.yaml", tmp_path)
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        assert instance.telemetry_enabled is False


def test_dbt_has_it_off_for_whoever_calls_it() -> None:
    flags = yaml.safe_load((ROOT / "dbt_project" / "dbt_project.yml").read_text())["flags"]
    assert flags["send_anonymous_usage_stats"] is False
    assert flags["version_check"] is False
