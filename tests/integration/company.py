"""A company under test: its files, its instance, and the commands that a user types."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[2]

BESIDE_SYSTEMS = ("demo.servers", sys.executable, "-m")


@dataclass(frozen=True)
class Instance:
    """A company's files and the instance that runs them, driven by the commands a user types."""

    data: Path
    home: Path

    @property
    def current(self) -> Path:
        return self.home / "publish" / "current"

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("C360_")}
        return {
            **kept,
            "C360_ENV_FILE": "demo/demo.env",
            "C360_DATA": str(self.data),
            "C360_HOME": str(self.home),
            "DAGSTER_HOME": str(self.home / "dagster"),
            "DO_NOT_TRACK": "1",
            "GX_ANALYTICS_ENABLED": "False",
        }

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """`make run` without make: the CRM systems are there for as long as the run lasts."""
        return self._python(*BESIDE_SYSTEMS, "pipelines.run", *arguments, **environment)

    def run_without_systems(
        self, *arguments: str, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """The nightly job where no CRM system is configured."""
        return self._python("pipelines.run", *arguments, **environment)

    def rollback(self) -> subprocess.CompletedProcess[str]:
        return self._python("pipelines.rollback")

    def export_customer(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`make export-customer`."""
        return self._python("pipelines.export_customer", *arguments)

    def ingest(self, source: str) -> subprocess.CompletedProcess[str]:
        """The job that lands one source, as the UI or the file-drop sensor starts it."""
        return self._python("demo.servers", sys.executable, "-c", _ingest(source))

    def ingest_without_systems(self, source: str) -> subprocess.CompletedProcess[str]:
        """The same where no CRM system is configured."""
        return self._command("-c", _ingest(source))

    def query(self, sql: str) -> list[tuple]:
        """What a BI tool reads."""
        with duckdb.connect(str(self.current / "marts.duckdb"), read_only=True) as reader:
            return reader.execute(sql).fetchall()

    def _python(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return self._command("-m", *arguments, **environment)

    def _command(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            check=False,
        )


def _ingest(source: str) -> str:
    return (
        "import sys, dagster as dg; from pipelines.definitions import build_definitions; "
        f"job = build_definitions().resolve_job_def('ingest_{source}'); "
        "done = job.execute_in_process(instance=dg.DagsterInstance.get(), "
        "partition_key='2017-12-31', raise_on_error=False); "
        "print('RUN', done.run_id); sys.exit(0 if done.success else 1)"
    )


def copy_of(instance: Instance, folder: Path) -> Instance:
    """The same company, as far as it has come, with files of its own."""
    shutil.copytree(instance.data, folder / "data")
    shutil.copytree(instance.home, folder / "home", symlinks=True)
    return Instance(folder / "data", folder / "home")


def new_instance(data: Path, home: Path) -> Instance:
    (home / "dagster").mkdir(parents=True)
    shutil.copy(ROOT / ".dagster_home" / "dagster.yaml", home / "dagster" / "dagster.yaml")
    return Instance(data, home)
