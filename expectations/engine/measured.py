"""What costly rules measure, computed once for a rule and kept as a table of the gate.

The check and the finding then read a few rows. The tables hold names of columns and figures, never
values, so pictures and reports may read them too.
"""

from __future__ import annotations

from dataclasses import replace

import duckdb

from expectations.engine.rules import MEASURED, Check, Relation, Rule, Suite


def kept_as(suite: Suite, rule: Rule) -> Relation:
    """The table that a rule's measures are kept as."""
    return Relation("vault", "gate", f"{suite.boundary}__{suite.subject}__{rule.name}")


def measured(connection: duckdb.DuckDBPyConnection, suite: Suite, rule: Rule) -> Rule:
    """The rule as it is asked: with its measures computed, if it has any.

    Raises:
        duckdb.Error: They could not be computed.
    """
    arguments = dict(rule.check.arguments)
    query = arguments.pop("measured", None)
    if query is None:
        return rule
    table = kept_as(suite, rule).sql
    connection.execute("create schema if not exists vault.gate").fetchall()
    connection.execute(f"create or replace table {table} as {query}").fetchall()
    asked = {name: str(text).replace(MEASURED, table) for name, text in arguments.items()}
    return replace(
        rule,
        check=Check(rule.check.expectation, asked),
        finding=rule.finding.replace(MEASURED, table),
    )
