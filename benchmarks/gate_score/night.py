"""One night through the real gates, without Dagster and without dbt's overhead.

Every step is the function that the nightly run calls, in its order: landing and loading, the dbt
models and tests of each stage, identity, the value models, and each boundary's gate. A step whose
inputs are what they were in the base build is left out, for it would write the same tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial

import duckdb

from assets.raw.accounting import write_staged_accounting
from assets.raw.calendar import days as calendar
from assets.raw.contract import load_contracts
from assets.raw.defs import MADE
from benchmarks.gate_score.changes import Changes
from benchmarks.gate_score.delivered import SOURCES, TIMEZONE
from benchmarks.gate_score.gates import Finding, Gates, LastGood
from benchmarks.gate_score.project import Project
from benchmarks.gate_score.python_steps import PythonStep, python_steps
from pipelines.runtime.builds import Build
from pipelines.runtime.settings import Settings

LOAD_ID = "gate_score"
"""The same in every build, so that equal rows are equal."""


@dataclass(frozen=True)
class Plan:
    """What all nights of a score share.

    Attributes:
        project: The compiled dbt project.
        settings: Settings of the instance; its home has landing, ledger and key.
        gates: The gates.
    """

    project: Project
    settings: Settings
    gates: Gates


@dataclass
class Night:
    """One night on an open build.

    Attributes:
        plan: What all nights share.
        con: The build.
        build: Its files.
        as_of: Its business date.
        last: The last good build.
        changes: What differs from the base build; None where there is no base.
        findings: Everything that failed, warnings with it.
        upto: The last boundary that is asked.
    """

    plan: Plan
    con: duckdb.DuckDBPyConnection
    build: Build
    as_of: date
    last: LastGood | None
    changes: Changes | None = None
    findings: list[Finding] = field(default_factory=list)
    upto: str = "publish"

    def run(self, start: str = "raw", *, stops: bool = True) -> str:
        """Run from a step on; returns where it was blocked, or `published`.

        Without `stops` a blocked night goes on, to see whatever else it would have found.
        """
        self.con.execute("set enable_progress_bar = false").fetchall()
        steps = list(self._steps())
        names = [name for name, _ in steps]
        for name, step in steps[names.index(start) :]:
            found = step()
            self.findings += found
            if stops and any(each.blocks for each in found):
                return name
            if name == self.upto:
                return "depth"
        return "published"

    def _steps(self) -> Iterator[tuple[str, Callable[[], list[Finding]]]]:
        yield self._gate("raw")
        yield from self._dbt("staging")
        yield self._gate("staging")
        yield "accounts", self._accounts
        yield self._gate("row_accounting")
        yield from self._dbt("identity_inputs")
        yield from self._python("identity")
        yield self._gate("identity")
        yield from self._dbt("identity")
        yield from self._dbt("core")
        yield self._gate("core")
        yield from self._python("enrich")
        yield self._gate("enrich")
        yield from self._dbt("marts")
        yield self._gate("marts")
        yield from self._dbt("publish")
        yield self._gate("publish")

    def _gate(self, name: str) -> tuple[str, Callable[[], list[Finding]]]:
        def ask() -> list[Finding]:
            dirty = None if self.changes is None else frozenset(self.changes.dirty)
            return self.plan.gates.ask(name, self.con, self.as_of, self.last, dirty)

        return name, ask

    def _dbt(self, stage: str) -> Iterator[tuple[str, Callable[[], list[Finding]]]]:
        yield f"models of {stage}", lambda: self._models(stage)
        yield f"tests of {stage}", lambda: self._tests(stage)

    def _models(self, stage: str) -> list[Finding]:
        for node in self.plan.project.models(stage):
            if self.changes is not None and not self.changes.concerns(node.needs):
                continue
            before = None if self.changes is None else self.changes.print_of(node)
            try:
                for statement in node.statements(self.as_of):
                    self.con.execute(statement).fetchall()
            except duckdb.Error as error:
                return [Finding(f"dbt_{stage}", node.name, True, type(error).__name__)]
            if self.changes is not None:
                self.changes.rebuilt(node, before)
        return []

    def _tests(self, stage: str) -> list[Finding]:
        found = []
        for node in self.plan.project.tests(stage):
            if self.changes is not None and not self.changes.concerns(node.needs):
                continue
            query = f"select count(*) from ({node.select(self.as_of)}) as failing"
            try:
                [(count,)] = self.con.execute(query).fetchall()
            except duckdb.Error as error:
                found.append(Finding(f"dbt_{stage}", node.name, True, type(error).__name__))
            else:
                if count:
                    said = f"{count:,} rows"
                    found.append(Finding(f"dbt_{stage}", node.name, node.blocks, said))
        return found

    def _accounts(self) -> list[Finding]:
        if self.changes is None or self.changes.touches(("vault.raw.", "vault.staging.")):
            contracts = load_contracts(SOURCES)
            write_staged_accounting(self.con, contracts, self.as_of, TIMEZONE, MADE)
            if self.changes is not None:
                self.changes.dirty.add("vault.accounting.staged")
        return []

    def _python(self, stage: str) -> Iterator[tuple[str, Callable[[], list[Finding]]]]:
        for step in python_steps():
            if step.stage == stage:
                yield step.name, partial(self._run, step)

    def _run(self, step: PythonStep) -> list[Finding]:
        if self.changes is not None and not self.changes.concerns(step.needs):
            return []
        before = None if self.changes is None else self.changes.prints_in(step.writes)
        try:
            step.work(self.con, self.plan.settings, self.as_of, self.last)
        except Exception as error:
            # Whatever it is, the real step would fail there too.
            return [Finding(step.stage, step.name, True, f"{type(error).__name__}: {error}"[:200])]
        if self.changes is not None and before is not None:
            self.changes.compare(step.writes, before)
        return []


def load_calendar(con: duckdb.DuckDBPyConnection, first: date, as_of: date) -> None:
    """The calendar of a night."""
    calendar.load_calendar(con, first, as_of, LOAD_ID)
