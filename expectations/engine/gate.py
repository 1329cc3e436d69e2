"""Runs the suites of one boundary with Great Expectations and says in typed results what held.

Belongs here: the only use of Great Expectations. Results carry counts and names, never values:
the result format keeps none, offending rows are reduced to the constant 1 before they leave SQL,
and the text of a database error, which may quote a value, is replaced by its type.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from expectations.engine.data_docs import write_data_docs
from expectations.engine.measured import measured
from expectations.engine.results import RuleResult, SuiteResult
from expectations.engine.rules import Relation, Rule, Severity, Suite
from expectations.engine.unasked import error_type, raised, without_text
from pipelines.runtime import telemetry

RESULT_FORMAT = {"result_format": "BASIC", "partial_unexpected_count": 0}
"""Counts of what is against a rule, and none of the values."""

FINDING_LIMIT = 5


def run_suites(
    connection: duckdb.DuckDBPyConnection,
    suites: Sequence[Suite],
    *,
    run_name: str,
    as_of: date,
    data_docs: Path | None = None,
) -> list[SuiteResult]:
    """Run every suite in one ephemeral context, on cursors of the run's own connection.

    Args:
        connection: Open connection with the catalogs that the suites name.
        suites: The suites of one boundary.
        run_name: Names the run in the Data Docs.
        as_of: Business date of the run; the time shown in the Data Docs.
        data_docs: Folder for the boundary's Data Docs site; none is written without it.
    """
    with _great_expectations() as gx:
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}
        # It would write its whole configuration as YAML, to nowhere, twice for every table.
        context.variables.save = lambda: None
        session = _Session(connection, context)
        try:
            outcomes = [session.run(suite) for suite in suites]
            if data_docs is not None:
                write_data_docs(context, session.validations, run_name, as_of, data_docs)
        finally:
            session.close()
    return outcomes


@contextmanager
def _great_expectations() -> Iterator[Any]:
    """Import it late (4 s), without telemetry, and keep its deprecation noise out of the log."""
    telemetry.switch_off()
    # It logs what a rule raised, and an error of the database may quote a value.
    logger = logging.getLogger("great_expectations")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import great_expectations

        yield great_expectations


class _Session:
    """One context, and one datasource for each schema that suites look at."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, context: Any) -> None:
        self.connection = connection
        self.context = context
        self.validations: list[tuple[Suite, Any]] = []
        self._sources: dict[tuple[str, str], Any] = {}

    def run(self, suite: Suite) -> SuiteResult:
        """Validate one suite; a missing table is a result, not an exception."""
        if not self._exists(suite.relation):
            results = [_missing(suite)]
        else:
            asked, refused = self._measured(suite)
            validation = self._validate(asked)
            self.validations.append((asked, validation))
            by_name = {found.expectation_config.meta["rule"]: found for found in validation.results}
            results = [self._result(asked, rule, by_name[rule.name]) for rule in asked.rules]
            results += refused
        return SuiteResult(
            suite.boundary, suite.subject, suite.asset, suite.relation.sql, tuple(results)
        )

    def close(self) -> None:
        """Give the cursors back; the connection stays open."""
        for source in self._sources.values():
            source.get_engine().dispose()
            source.get_execution_engine().close()

    def _exists(self, relation: Relation) -> bool:
        return bool(
            self.connection.execute(
                "select 1 from information_schema.tables"
                " where table_catalog = ? and table_schema = ? and table_name = ?",
                [relation.catalog, relation.schema, relation.table],
            ).fetchall()
        )

    def _source(self, relation: Relation) -> Any:
        place = (relation.catalog, relation.schema)
        if place not in self._sources:
            from expectations.engine.dialect import URL, cursors_of

            self._sources[place] = self.context.data_sources.add_sql(
                ".".join(place),
                connection_string=URL,
                kwargs={"creator": cursors_of(self.connection, *place)},
            )
        return self._sources[place]

    def _measured(self, suite: Suite) -> tuple[Suite, list[RuleResult]]:
        """The suite with what its rules measure, and the rules that could not be measured."""
        rules, refused = [], []
        for rule in suite.rules:
            try:
                rules.append(measured(self.connection, suite, rule))
            except duckdb.Error as error:
                refused.append(_not_asked(suite, rule, error_type(str(error))))
        return replace(suite, rules=tuple(rules)), refused

    def _validate(self, suite: Suite) -> Any:
        import great_expectations as gx

        asset = self._source(suite.relation).add_table_asset(
            suite.subject, table_name=suite.relation.table
        )
        batch = asset.add_batch_definition_whole_table("all").get_batch()
        expectations = [_expectation(rule) for rule in suite.rules]
        validation = batch.validate(
            gx.ExpectationSuite(name=suite.subject, expectations=expectations),
            result_format=RESULT_FORMAT,
        )
        for found in validation.results:
            found.exception_info = without_text(found.exception_info)
        return validation

    def _result(self, suite: Suite, rule: Rule, found: Any) -> RuleResult:
        passed = bool(found.success)
        kind = raised(found.exception_info)
        measured = found.result or {}
        observed = str(measured.get("observed_value", ""))
        count = measured.get("unexpected_count", 0)
        if rule.check.expectation == "UnexpectedRowsExpectation":
            count = measured.get("observed_value", 0)
        if kind:
            return _not_asked(suite, rule, kind)
        return RuleResult(
            rule=rule.name,
            sentence=rule.sentence,
            column=rule.check.column,
            passed=passed,
            unexpected_count=int(count or 0),
            observed=observed if isinstance(measured.get("observed_value"), int | float) else "",
            severity=rule.severity,
            reason=rule.reason,
            action=rule.action,
            expectation=rule.check.expectation,
            finding="" if passed else self._finding(rule),
        )

    def _finding(self, rule: Rule) -> str:
        if not rule.finding:
            return ""
        rows = self.connection.execute(rule.finding).fetchmany(FINDING_LIMIT)
        return "; ".join(str(row[0]) for row in rows)


def _expectation(rule: Rule) -> Any:
    import great_expectations.expectations as gxe

    from expectations.engine.counted_rows import CountedRowsExpectation

    name = rule.check.expectation
    asked_once = name == "UnexpectedRowsExpectation"
    kind: Any = CountedRowsExpectation if asked_once else getattr(gxe, name)
    severity = "critical" if rule.severity is Severity.ERROR else "warning"
    return kind(
        **rule.check.arguments,
        description=f"{rule.sentence}. If not: {rule.action}",
        severity=severity,
        meta={"rule": rule.name},
    )


def _not_asked(suite: Suite, rule: Rule, kind: str) -> RuleResult:
    """A rule that could not be asked blocks whatever its severity: nothing is known."""
    return RuleResult(
        rule=rule.name,
        sentence=rule.sentence,
        column=rule.check.column,
        passed=False,
        unexpected_count=0,
        observed="",
        severity=Severity.ERROR,
        reason=rule.reason,
        action=rule.action,
        expectation=rule.check.expectation,
        finding=f"rule {rule.name} could not be asked of {suite.relation.sql} ({kind})",
    )


def _missing(suite: Suite) -> RuleResult:
    return RuleResult(
        rule="exists",
        sentence="the table exists",
        column="",
        passed=False,
        unexpected_count=0,
        observed="",
        severity=Severity.ERROR,
        reason="",
        action="Look in this run's log for the step that should have written it",
        expectation="",
        finding=f"{suite.relation.sql} does not exist",
    )
