from __future__ import annotations

from datetime import date

import duckdb

from expectations.engine.history import failures, prune_history, write_history
from expectations.engine.results import RuleResult, SuiteResult
from expectations.engine.rules import Severity

NIGHT = date(2017, 12, 31)


def _results(passed: bool) -> list[SuiteResult]:
    rule = RuleResult(
        rule="day_volume",
        sentence="the day has rows",
        column="",
        passed=passed,
        unexpected_count=0 if passed else 1,
        observed="",
        severity=Severity.ERROR,
        reason="",
        action="Ask the source",
        expectation="UnexpectedRowsExpectation",
        finding="" if passed else "day_volume is 0",
    )
    return [SuiteResult("staging", "stg_x", ("staging", "stg_x"), "vault.staging.stg_x", (rule,))]


def test_every_rule_of_a_night_is_a_row(tmp_path):
    file = write_history(_results(False), tmp_path, "staging", "run1", NIGHT)
    rows = duckdb.sql(f"from '{file}'").fetchall()
    assert rows == [
        ("run1", NIGHT, "staging", "stg_x", "day_volume", "error", False, 1, "",
         "day_volume is 0. Ask the source"),
    ]  # fmt: skip
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_the_same_results_give_the_same_bytes(tmp_path):
    first = write_history(_results(False), tmp_path / "a", "staging", "run1", NIGHT)
    second = write_history(_results(False), tmp_path / "b", "staging", "run1", NIGHT)
    assert first.read_bytes() == second.read_bytes()


def test_what_failed_in_the_last_nights_is_found(tmp_path):
    assert failures(tmp_path, 14) == []
    write_history(_results(False), tmp_path, "staging", "run0", date(2017, 12, 1))
    write_history(_results(False), tmp_path, "staging", "run1", date(2017, 12, 30))
    write_history(_results(True), tmp_path, "staging", "run2", NIGHT)
    write_history([], tmp_path, "raw", "run2", NIGHT)
    found = failures(tmp_path, 14)
    assert [(row[0], row[1], row[4]) for row in found] == [
        (date(2017, 12, 30), "run1", "day_volume")
    ]


def test_files_are_kept_by_business_date(tmp_path):
    old = write_history(_results(True), tmp_path, "staging", "run0", date(2017, 1, 1))
    new = write_history(_results(True), tmp_path, "staging", "run1", NIGHT)
    assert prune_history(tmp_path, date(2017, 2, 1), 31) == 0
    assert prune_history(tmp_path, NIGHT, 31) == 1
    assert (old.exists(), new.exists()) == (False, True)
