"""Nights of a small company that differ in one consent event, each built on the same deliveries.

The first night is landed, loaded and built as a whole. The others are copies of it in which the
consent log says one thing more; what reads a changed table is built anew, as the next run would.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import duckdb
import yaml

from assets.audiences.export import export_audience
from assets.enrich.identity.keys.commit import commit_keys
from assets.publish.exports import published_tables, write_publication
from assets.publish.switch import Publication, publishing, staging_folder, switch_to
from assets.raw.accounting import write_staged_accounting
from assets.raw.calendar.days import load_calendar
from assets.raw.contract import load_contracts
from assets.raw.defs import MADE
from assets.raw.landing import land_object
from assets.raw.loading import load_object
from assets.warehouse.defs import dbt_variables
from assets.warehouse.project import StageRun, dbt_build, read_manifest
from benchmarks.gate_score.changes import Changes
from benchmarks.gate_score.delivered import SOURCES, TIMEZONE
from benchmarks.gate_score.landing import load, raw_tables
from benchmarks.gate_score.project import STAGES, Project, compile_project
from benchmarks.gate_score.python_steps import python_steps
from benchmarks.gate_score.world import FIRST_DATE, evening_of
from pipelines.runtime.builds import Build
from pipelines.runtime.settings import Settings

AS_OF = FIRST_DATE.replace(year=2017, month=12, day=31)
CONSENTS = ("consent", "consent_events")
LOAD_ID = "night"
FIRST = "first"

AUDIENCES = {
    f"everybody_by_{channel}": {
        "description": "Everybody who may be written to there.",
        "description_zh": "所有可触达的客户",
        "purpose": "marketing",
        "channel": channel,
        "where": [],
        "labels": ["rfm_segment", "next_best_action.action"],
    }
    for channel in ("email", "sms", "wechat")
}


@dataclass(frozen=True)
class Event:
    """What somebody said of marketing on a channel, on the morning of the business date."""

    subject_type: str
    subject_value: str
    channel: str
    state: str

    @property
    def line(self) -> str:
        said = f"{self.subject_type},{self.subject_value},marketing,{self.channel},{self.state}"
        return f"THE-ONE,{said},v3,web,{AS_OF} 10:00:00\n"


@dataclass(frozen=True)
class Company:
    """The company's files, its instance, and the compiled dbt project."""

    settings: Settings
    project: Project

    def build(self, night: str) -> Build:
        return Build(self.settings.home / "builds" / night, threads=2)

    @contextmanager
    def opened(self, night: str) -> Iterator[duckdb.DuckDBPyConnection]:
        """A night's build with the warehouse of the first night beside it, as `before`."""
        with self.build(night).connect() as con:
            con.execute("set enable_progress_bar = false").fetchall()
            first = self.build(FIRST).warehouse_path
            if night != FIRST:
                con.execute(f"attach '{first}' as before (read_only)").fetchall()
            yield con


def first_night(data: Path, home: Path) -> Company:
    """Land, load and build everything, and commit the customer keys."""
    audiences = home / "audiences.yml"
    audiences.write_text(yaml.safe_dump({"audiences": AUDIENCES}))
    settings = Settings(  # type: ignore[call-arg]
        home=home,
        sources=SOURCES,
        data=data,
        timezone=TIMEZONE,
        reporting_currency="USD",
        first_date=FIRST_DATE,
        audience_minimum=2,
        audiences_file=audiences,
    )
    build = Build(home / "builds" / FIRST, threads=2)
    build.folder.mkdir(parents=True)
    variables = dbt_variables(settings, build, AS_OF.isoformat())
    seeds = StageRun("resource_type:seed", variables, build.folder / "dbt")
    assert dbt_build(seeds, lambda event: None) == []
    scratch = home / "dbt"
    company = Company(settings, compile_project(scratch, variables, with_tests=False))
    with company.opened(FIRST) as con:
        for relation in sorted(company.project.relations):
            con.execute(f"create schema if not exists {relation.rpartition('.')[0]}").fetchall()
        load(con, home, data, evening_of(AS_OF), settings.key_file)
        load_calendar(con, FIRST_DATE, AS_OF, LOAD_ID)
        _build(con, company, None)
        commit_keys(con, settings.key_ledger, FIRST)
    return company


def night_with(company: Company, night: str, event: Event) -> None:
    """The night after which the consent log holds one event more."""
    first, build = company.build(FIRST), company.build(night)
    build.folder.mkdir()
    shutil.copyfile(first.vault_path, build.vault_path)
    shutil.copyfile(first.warehouse_path, build.warehouse_path)
    contract = next(it for it in load_contracts(SOURCES) if it.source == CONSENTS[0])
    obj = contract.objects[CONSENTS[1]]
    drop = company.settings.home / "drops" / night
    file = drop / str(obj.path)
    file.parent.mkdir(parents=True)
    file.write_text((company.settings.data / str(obj.path)).read_text() + event.line)
    landed_at = (evening_of(AS_OF) + timedelta(hours=7)).replace(tzinfo=None)
    with company.opened(night) as con:
        landed = land_object(company.settings.home, drop, *CONSENTS, obj, landed_at)
        load_object(con, *CONSENTS, obj, landed, LOAD_ID, drop)
        _build(con, company, Changes(con, raw_tables(*CONSENTS)))


def _build(con: duckdb.DuckDBPyConnection, company: Company, changes: Changes | None) -> None:
    for stage in STAGES:
        for step in python_steps():
            if {"identity": "identity", "enrich": "marts"}[step.stage] != stage:
                continue
            if changes is None:
                step.work(con, company.settings, AS_OF, None)
            elif changes.concerns(step.needs):
                before = changes.prints_in(step.writes)
                step.work(con, company.settings, AS_OF, None)
                changes.compare(step.writes, before)
        for node in company.project.models(stage):
            if changes is not None and not changes.concerns(node.needs):
                continue
            before_print = None if changes is None else changes.print_of(node)
            for statement in node.statements(AS_OF):
                con.execute(statement).fetchall()
            if changes is not None:
                changes.rebuilt(node, before_print)
        if stage == "staging":
            write_staged_accounting(con, load_contracts(SOURCES), AS_OF, TIMEZONE, MADE)
            if changes is not None:
                changes.dirty.add("vault.accounting.staged")
    con.execute("create schema if not exists warehouse.of_the_vault").fetchall()
    for published, table in _published_of_the_vault(company):
        con.execute(f"create or replace table {table} as from {published}").fetchall()


def published_tables_of(company: Company) -> dict[str, str]:
    """The table behind each published one, as schema.table of the warehouse."""
    return {
        _name(node.relation): node.needs[0].removeprefix("warehouse.")
        for node in company.project.models("publish")
        if node.needs[0].startswith("warehouse.")
    } | {
        _name(view): table.removeprefix("warehouse.")
        for view, table in _published_of_the_vault(company)
    }


def _published_of_the_vault(company: Company) -> list[tuple[str, str]]:
    """Published views that read the vault, and where their rows are kept to be compared."""
    return [
        (node.relation, f"warehouse.of_the_vault.{_name(node.relation)}")
        for node in company.project.models("publish")
        if not node.needs[0].startswith("warehouse.")
    ]


def _name(relation: str) -> str:
    return relation.rpartition(".")[2]


def lists(company: Company, night: str) -> dict[str, list[bytes]]:
    """Publish of a night what the audiences ask, export each of them, and give their lines."""
    settings, manifest = company.settings, read_manifest()
    asked = {"customer_360", "next_best_action", "bridge_customer_consents"}
    tables = [table for table in published_tables(manifest) if table.name in asked]
    stamp = {"run_id": night, "as_of": AS_OF.isoformat(), "published_at": "2018-01-01"}
    folder = settings.publish_current.parent
    shutil.rmtree(folder, ignore_errors=True)
    with publishing(folder), company.opened(night) as con:
        partial = staging_folder(folder, night)
        counts = write_publication(con, partial, tables, stamp)
        switch_to(folder, partial, Publication(**stamp, tables=counts))
    found = {}
    for audience, declared in AUDIENCES.items():
        done = export_audience(settings, audience, manifest, lambda home: False)
        assert done.file is not None
        found[str(declared["channel"])] = done.file.read_bytes().splitlines()
    return found
