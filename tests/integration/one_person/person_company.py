"""The small company with one person in every source, after one good night and a bad one."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tests.integration.company import ROOT, Instance
from tests.integration.one_person import canary
from tests.integration.one_person.scan import in_bytes, in_landing, in_tables

UNCOMPRESSED = """
import duckdb, sys
con = duckdb.connect()
con.execute("set force_compression = 'uncompressed'").fetchall()
con.execute(f"attach '{sys.argv[1]}' as packed (read_only)").fetchall()
con.execute(f"attach '{sys.argv[2]}' as plain").fetchall()
con.execute("copy from database packed to plain").fetchall()
"""
"""What compression hides in a database becomes bytes. In a process of its own: DuckDB may fill
gaps of a block with what lay in its memory, and this one knows the person."""

KILLED = """
import importlib, os, sys
module = importlib.import_module(sys.argv[1])
setattr(module, sys.argv[2], lambda *_: os._exit(9))
importlib.import_module(sys.argv[3]).main(*[sys.argv[4:]] if sys.argv[4:] else [])
"""
"""A command that is killed where it would call a function of a module."""

JOB = """
import sys
import dagster
from pipelines.definitions import build_definitions
job = build_definitions().resolve_job_def("erase_customer")
config = {"file": sys.argv[1]}
done = job.execute_in_process(
    instance=dagster.DagsterInstance.get(),
    run_config={"ops": {"erase": {"config": config}}},
    raise_on_error=False,
)
print("succeeded" if done.success else "failed", done.job_def.name)
"""
"""The job as it is started in the UI, with what the configuration says by default."""

ERASE = ("-m", "pipelines.erase")
ANOTHER = "orders.customers/1"


@dataclass(frozen=True)
class Company:
    """The small company with the person in it: after one good night, and after a bad one."""

    instance: Instance
    good: subprocess.CompletedProcess[str]
    bad: subprocess.CompletedProcess[str]
    repository: Path
    password: Path

    @property
    def home(self) -> Path:
        return self.instance.home

    def command(self, *arguments: str, home: Path | None = None) -> str:
        """What a command says on success."""
        done = self.run(*arguments, home=home)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def run(self, *arguments: str, home: Path | None = None) -> subprocess.CompletedProcess[str]:
        environment = self.instance.environment | {
            "C360_BACKUP_REPOSITORY": str(self.repository),
            "C360_BACKUP_PASSWORD_FILE": str(self.password),
        }
        if home:
            environment |= {"C360_HOME": str(home)}
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )


def asked(home: Path) -> Path:
    """The request of the person, as it stands in a file."""
    requests = home / "requests"
    requests.mkdir(mode=0o700)
    request = requests / "request-1.json"
    request.write_text(json.dumps({"phone": canary.PHONE, "email": canary.EMAIL}))
    request.chmod(0o600)
    return request


def written(home: Path) -> dict[str, int]:
    """When each file was written last, but for locks."""
    return {
        str(it.relative_to(home)): it.stat().st_mtime_ns
        for it in home.rglob("*")
        if it.is_file() and not it.name.endswith(".lock")
    }


def published(instance: Instance) -> dict[str, list]:
    """All rows that readers see, by table."""
    with duckdb.connect(str(instance.current / "marts.duckdb"), read_only=True) as con:
        tables = con.execute(
            "select table_name from duckdb_tables() where table_name != 'publication'"
        ).fetchall()
        return {
            name: con.execute(
                f'select t::varchar, count(*) from publish."{name}" as t group by all'
            ).fetchall()
            for (name,) in tables
        }


def places(company: Company, home: Path, scratch: Path) -> list[str]:
    """Where an instance names the person: in bytes, what is sealed, tables, and tables unpacked."""
    found = [*in_bytes(home), *in_landing(home, scratch), *in_tables(home)]
    plain = scratch / "plain"
    plain.mkdir()
    databases = [it for it in home.rglob("*.duckdb") if not it.parent.is_symlink()]
    for number, file in enumerate(databases):
        company.command("-c", UNCOMPRESSED, str(file), str(plain / f"{number}.duckdb"))
    found += [f"unpacked {it}" for it in in_bytes(plain)]
    shutil.rmtree(plain)
    return found
