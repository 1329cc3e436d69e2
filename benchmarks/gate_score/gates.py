"""The real gates of the boundaries, asked only of what changed."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from assets.raw.contract import load_contracts
from assets.warehouse.project import read_manifest
from benchmarks.gate_score.delivered import SOURCES, TIMEZONE
from benchmarks.gate_score.project import relations_in
from benchmarks.gate_score.world import FIRST_DATE
from expectations.defs import Boundary, boundaries
from expectations.engine.day import Day
from expectations.engine.gate import run_suites
from expectations.engine.rules import Rule, Suite


@dataclass(frozen=True)
class Finding:
    """A rule or a test that failed.

    Attributes:
        boundary: The boundary or dbt stage that asked it.
        rule: Its name, with the table it was asked of.
        blocks: Whether the run ends there.
        said: What was found.
    """

    boundary: str
    rule: str
    blocks: bool
    said: str = ""


@dataclass(frozen=True)
class LastGood:
    """The last good build: its files and its business date."""

    folder: Path
    as_of: date


class Gates:
    """The gates by name."""

    def __init__(self) -> None:
        found = boundaries(load_contracts(SOURCES), read_manifest())
        self._boundaries: Mapping[str, Boundary] = {each.name: each for each in found}

    def ask(
        self,
        name: str,
        con: duckdb.DuckDBPyConnection,
        as_of: date,
        last: LastGood | None,
        dirty: frozenset[str] | None,
    ) -> list[Finding]:
        """What one gate finds.

        Args:
            name: The boundary.
            con: The build.
            as_of: Its business date.
            last: The last good build.
            dirty: The tables that changed; None: all of them.
        """
        day = Day(as_of, TIMEZONE, FIRST_DATE)
        with attached(con, last) as past:
            suites = suites_of(self._boundaries[name], con, day, past)
            if dirty is not None:
                suites = [each for each in (concerned(suite, dirty) for suite in suites) if each]
            results = run_suites(con, suites, run_name="gate_score", as_of=as_of) if suites else []
        return [
            Finding(
                name,
                f"{result.subject}.{failed.rule}",
                failed.blocks,
                failed.finding or failed.message,
            )
            for result in results
            for failed in result.failures
        ]


def attached(con: duckdb.DuckDBPyConnection, last: LastGood | None) -> AbstractContextManager[Any]:
    """The last good build for rules that compare with it; nothing where gates have no memory."""
    try:
        from expectations.learned.past import attached_past
    except ImportError:
        return nullcontext(None)
    if last is None:
        manager: AbstractContextManager[Any] = attached_past(con, None, None, None)
    else:
        manager = attached_past(
            con, last.folder / "vault.duckdb", last.folder / "warehouse.duckdb", last.as_of
        )
    return manager


def suites_of(
    boundary: Boundary, con: duckdb.DuckDBPyConnection, day: Day, past: Any
) -> list[Suite]:
    """The suites of a boundary, whether or not it looks at the past."""
    make: Callable[..., list[Suite]] = boundary.suites
    arguments = (con, day, past)
    return make(*arguments[: len(inspect.signature(make).parameters)])


def concerned(suite: Suite, dirty: frozenset[str]) -> Suite | None:
    """The suite with the rules that read a changed table; None when there is no such rule."""
    own = f"{suite.relation.catalog}.{suite.relation.schema}.{suite.relation.table}"
    if own in dirty:
        return suite
    rules = tuple(rule for rule in suite.rules if dirty & _read(rule))
    return replace(suite, rules=rules) if rules else None


def _read(rule: Rule) -> set[str]:
    texts = (value for value in rule.check.arguments.values() if isinstance(value, str))
    return relations_in(" ".join(texts))
