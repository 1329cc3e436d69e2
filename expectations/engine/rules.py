"""What a rule and a suite are, and the few kinds of check that rules are made of, as data.

Does not belong here: running them (gate.py), the rules themselves (raw.py, staging.py, ...).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """What a failed rule does: an error stops the next stage, a warning is only shown."""

    ERROR = "error"
    WARN = "warn"


@dataclass(frozen=True)
class Check:
    """One Great Expectations class by name, with its arguments."""

    expectation: str
    arguments: Mapping[str, object]

    @property
    def column(self) -> str:
        """The column that is looked at; empty for a rule about the whole table."""
        return str(self.arguments.get("column", ""))


def row_count(minimum: int) -> Check:
    """The table has at least this many rows."""
    return Check("ExpectTableRowCountToBeBetween", {"min_value": minimum})


def within(column: str, minimum: float, maximum: float) -> Check:
    """Every value lies between the two, both included."""
    return Check(
        "ExpectColumnValuesToBeBetween",
        {"column": column, "min_value": minimum, "max_value": maximum},
    )


def no_rows(query: str) -> Check:
    """The query finds nothing; it may read any table of the build.

    Only the constant 1 leaves the query for each offending row, so no value can be kept.
    """
    # A brace of SQL would be read as a placeholder, and a query without one as a mistake.
    escaped = query.replace("{", "{{").replace("}", "}}")
    return Check(
        "UnexpectedRowsExpectation",
        {"unexpected_rows_query": f"select 1 as unexpected from ({escaped}) /* {{batch}} */"},
    )


MEASURED = "measured_rows"
"""Stands in a check and its finding for the table that `measured` was kept as."""


def no_rows_measured(measured: str, query: str) -> Check:
    """The query finds nothing in what was measured, which is computed once and kept.

    Great Expectations asks a query twice, and the finding would be a third time: what is costly is
    kept as a table of the schema vault.gate, and may hold names of columns and figures only.

    Args:
        measured: SQL of what is measured.
        query: SQL that reads it as `MEASURED`.
    """
    check = no_rows(query)
    return Check(check.expectation, {**check.arguments, "measured": measured})


@dataclass(frozen=True)
class Rule:
    """One thing that must be true, in plain words.

    Attributes:
        name: Short name, unique in its suite.
        sentence: What must be true.
        action: What to do when it is not.
        check: How it is tested.
        severity: Whether a failure stops the next stage.
        reason: Why a failed warning may pass; a warning without one is refused.
        finding: SQL that says what was found, one text per row, asked only after a failure.
            It may return names of tables, columns and rules, counts and totals; never values.
        can_be_accepted: Whether a user may let it pass until a date (known_changes/accepted.py):
            rules that compare with the past can be, as the world may change; rules of accounting,
            keys and privacy cannot.
        with_tolerance: The same rule with a band that is so many times as wide; none if it has
            no band.
        days: SQL of the days behind a rule with a band, to be drawn beside its result: `day`,
            `value`, and of the business date `expected`, `lower_bound`, `upper_bound`. It may
            read what was `MEASURED`.
    """

    name: str
    sentence: str
    action: str
    check: Check
    severity: Severity = Severity.ERROR
    reason: str = ""
    finding: str = ""
    can_be_accepted: bool = False
    with_tolerance: Callable[[float], Rule] | None = field(default=None, compare=False)
    days: str = ""

    def __post_init__(self) -> None:
        """Refuse a warning that nobody justified."""
        if self.severity is Severity.WARN and not self.reason:
            raise ValueError(f"rule {self.name}: a warning needs a reason")


@dataclass(frozen=True)
class Relation:
    """A table or view of the build."""

    catalog: str
    schema: str
    table: str

    @property
    def sql(self) -> str:
        """The name as SQL."""
        return f'{self.catalog}.{self.schema}."{self.table}"'


@dataclass(frozen=True)
class Suite:
    """The rules of one asset at one boundary."""

    boundary: str
    subject: str
    asset: tuple[str, ...]
    relation: Relation
    rules: tuple[Rule, ...]

    def __post_init__(self) -> None:
        """Refuse two rules of one name: results are told apart by it."""
        names = [rule.name for rule in self.rules]
        if len(names) != len(set(names)):
            raise ValueError(f"{self.subject}: two rules have the same name")
