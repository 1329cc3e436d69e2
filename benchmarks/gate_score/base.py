"""The good nights before the fault: the last good build, and the build that faults are put into."""

from __future__ import annotations

import hashlib
import pickle
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assets.enrich.identity.keys.commit import commit_keys
from assets.warehouse.defs import dbt_variables
from assets.warehouse.project import StageRun, dbt_build
from benchmarks.gate_score.delivered import SOURCES, TIMEZONE
from benchmarks.gate_score.gates import Finding, Gates, LastGood
from benchmarks.gate_score.landing import load
from benchmarks.gate_score.night import Night, Plan, load_calendar
from benchmarks.gate_score.project import Project, compile_project
from benchmarks.gate_score.world import FIRST_DATE, evening, evening_of, make_company
from pipelines.runtime.builds import Build
from pipelines.runtime.settings import PROJECT_ROOT, Settings

CODE = ("assets", "benchmarks/gate_score", "dbt_project", "demo", "expectations", "pipelines")
"""What a score depends on."""


class OtherCodeError(Exception):
    """The folder holds what other code made; its figures may not be mixed with new ones."""


class NightFailedError(Exception):
    """A night that must be good was blocked."""


@dataclass(frozen=True)
class Instance:
    """One instance under a folder: company, evenings, builds, landing, ledger, seeds."""

    root: Path

    @property
    def settings(self) -> Settings:
        """Settings as of the demo company's env file, with a home of their own."""
        return Settings(  # type: ignore[call-arg]
            home=self.root / "home",
            sources=SOURCES,
            data=self.root / "company",
            timezone=TIMEZONE,
            reporting_currency="USD",
            first_date=FIRST_DATE,
            threads=1,
        )

    @property
    def company(self) -> Path:
        """The company's files at the end of the year."""
        return self.root / "company"

    def evening(self, as_of: date) -> Path:
        """The drop folder of an evening."""
        return self.root / "evenings" / as_of.isoformat()

    def build(self, as_of: date) -> Build:
        """The build of a night."""
        return Build(self.root / "home" / "builds" / as_of.isoformat(), threads=1)

    @property
    def seeds(self) -> Path:
        """A warehouse that holds the seeds only."""
        return self.root / "seeds.duckdb"

    @property
    def compiled(self) -> Path:
        """The compiled project."""
        return self.root / "project.pickle"

    def plan(self, home: Path | None = None) -> Plan:
        """What the nights share; `home` replaces that of the instance."""
        project: Project = pickle.loads(self.compiled.read_bytes())  # nosec B301 # our own file
        settings = self.settings
        if home is not None:
            settings = settings.model_copy(
                update={"home": home, "pseudonym_key_file": self.settings.key_file}
            )
        return Plan(project, settings, Gates())


def code_digest() -> str:
    """A digest of the files that a score depends on."""
    digest = hashlib.sha256()
    files = (
        file
        for folder in CODE
        for file in (PROJECT_ROOT / folder).rglob("*")
        if file.suffix in {".py", ".sql", ".yml", ".csv", ".md"} and "target" not in file.parts
    )
    for file in sorted(files):
        digest.update(file.relative_to(PROJECT_ROOT).as_posix().encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def prepare(instance: Instance) -> None:
    """Make the company, compile dbt, load the seeds; all of it is kept for the next run.

    Raises:
        OtherCodeError: the folder was prepared by other code.
    """
    instance.root.mkdir(parents=True, exist_ok=True)
    mark, digest = instance.root / "code", code_digest()
    if mark.exists():
        if mark.read_text() != digest:
            raise OtherCodeError(
                f"{instance.root} holds the score of other code; name another folder for --root"
            )
        return
    make_company(instance.company)
    build = Build(instance.root / "seeds_build", threads=1)
    build.folder.mkdir()
    variables = dbt_variables(instance.settings, build, FIRST_DATE.isoformat())
    failed = dbt_build(
        StageRun("resource_type:seed", variables, build.folder / "dbt"), lambda event: None
    )
    if failed:
        raise NightFailedError(" | ".join(failed[:5]))
    with build.connect():
        """Closing writes what is in the log of changes into the file."""
    shutil.move(build.warehouse_path, instance.seeds)
    for name in ("threads", "memory_limit"):
        variables.pop(name, None)
    # Every build has the same, so that equal rows are equal.
    variables["run_id"] = "gate_score"
    project = compile_project(instance.root / "dbt", variables)
    instance.compiled.write_bytes(pickle.dumps(project))
    mark.write_text(digest)


def good_night(
    instance: Instance,
    plan: Plan,
    as_of: date,
    last: LastGood | None,
    *,
    upto: str = "publish",
    commits: bool = True,
) -> tuple[LastGood, list[Finding]]:
    """A night on what the company delivered by that evening; returns the build and what failed.

    A rule that fails, and would have stopped the run, is noted, and the night goes on.
    """
    data = instance.evening(as_of)
    if not data.exists():
        evening(instance.company, data, as_of)
    build = instance.build(as_of)
    shutil.rmtree(build.folder, ignore_errors=True)
    build.folder.mkdir(parents=True)
    shutil.copyfile(instance.seeds, build.warehouse_path)
    with build.connect() as con:
        _schemas(con, plan.project.relations)
        load(con, plan.settings.home, data, evening_of(as_of), plan.settings.key_file)
        load_calendar(con, FIRST_DATE, as_of)
        night = Night(plan, con, build, as_of, last, upto=upto)
        night.run(stops=False)
        if commits:
            commit_keys(con, plan.settings.key_ledger, as_of.isoformat())
    return LastGood(build.folder, as_of), night.findings


def _schemas(con: object, relations: Sequence[str] | frozenset[str]) -> None:
    for schema in sorted({relation.rpartition(".")[0] for relation in relations}):
        con.execute(f"create schema if not exists {schema}").fetchall()  # type: ignore[attr-defined]
