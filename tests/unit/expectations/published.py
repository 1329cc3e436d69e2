"""A published table with a free text, and its suites: what the tests of the last gate share."""

from __future__ import annotations

import duckdb

from expectations.engine.rules import Suite
from expectations.publish import suites as publish
from tests.unit.expectations.small_build import models

FEEDBACK = "warehouse.publish.fct_feedback"
SUBJECT = "publish.fct_feedback"


def said(text: str) -> str:
    """SQL: somebody said so in an answer."""
    return f"update {FEEDBACK} set comment_text = '{text}' where response_id = '7'"


def suites(connection: duckdb.DuckDBPyConnection) -> list[Suite]:
    """The suites of everything published."""
    origins = {model.name: model.relation for model in models(connection, "core")}
    return publish.suites(connection, models(connection, "publish"), origins)
