from __future__ import annotations

import json
from pathlib import Path

import pytest

from expectations.engine.gate import run_suites
from expectations.engine.report import failures_as_markdown, rule_record, write_results
from expectations.engine.rules import (
    Check,
    Relation,
    Rule,
    Severity,
    Suite,
    no_rows,
    row_count,
    within,
)
from expectations.publish import suites as publish
from expectations.raw import suites as raw
from tests.unit.expectations.small_build import (
    CANARY_EMAIL,
    CANARY_NAME,
    CANARY_PHONE,
    DAY,
    REFUNDS,
    check,
    models,
    small_build,
)

CANARIES = (CANARY_NAME, CANARY_PHONE, CANARY_EMAIL, "Ambervale", "canary.example")
PEOPLE = Relation("vault", "vault", "customer_pii")


def _suite(*rules: Rule) -> Suite:
    return Suite("raw", "people", ("vault", "people"), PEOPLE, rules)


def _rule(name, check_, **more) -> Rule:
    return Rule(name, f"rule {name} holds", "Mend it", check_, **more)


def _values(kind: str, column: str, **more: object) -> Check:
    return Check(f"ExpectColumnValuesTo{kind}", {"column": column, **more})


def _columns(*names: str) -> Check:
    return Check("ExpectTableColumnsToMatchSet", {"column_set": list(names), "exact_match": False})


def _people():
    connection = small_build()
    connection.execute(f"update {PEOPLE.sql} set full_name = '{CANARY_NAME}'").fetchall()
    return connection


def test_a_table_of_an_attached_catalog_is_read_where_it_is():
    results = check(
        small_build(),
        [
            _suite(
                _rule("rows", row_count(3)),
                _rule("columns", _columns("full_name")),
                _rule("key", _values("BeUnique", "customer_key")),
                _rule("pattern", _values("MatchRegex", "customer_key", regex="^C[0-9a-f]{16}$")),
                _rule("present", _values("NotBeNull", "full_name")),
            )
        ],
        "people",
    )
    assert all(result.passed for result in results.values())
    assert results["rows"].observed == "3"


def test_patterns_are_searched_anywhere_in_the_value():
    connection = small_build()
    found = check(
        connection,
        [_suite(_rule("part", _values("MatchRegex", "customer_key", regex="[0-9a-f]{16}")))],
        "people",
    )
    assert found["part"].passed


def test_the_session_is_utc_whatever_the_machine_says():
    rule = _rule("utc", no_rows("select 1 where current_setting('timezone') <> 'UTC'"))
    connection = small_build()
    connection.execute("set timezone = 'Asia/Shanghai'").fetchall()
    assert check(connection, [_suite(rule)], "people")["utc"].passed


def test_two_suites_of_different_catalogs_run_in_one_context():
    connection = small_build()
    other = Relation("warehouse", "core", "dim_stores")
    results = run_suites(
        connection,
        [
            _suite(_rule("rows", row_count(3))),
            Suite("raw", "stores", ("a",), other, (_rule("rows", row_count(2)),)),
        ],
        run_name="test",
        as_of=DAY.as_of,
    )
    assert [result.passed for result in results] == [True, False]


def test_the_connection_stays_open():
    connection = small_build()
    check(connection, [_suite(_rule("rows", row_count(1)))], "people")
    assert connection.execute("select 1").fetchall() == [(1,)]


def test_a_missing_table_blocks():
    gone = Suite(
        "raw", "gone", ("a",), Relation("vault", "raw", "gone"), (_rule("r", row_count(1)),)
    )
    result = check(small_build(), [gone], "gone")["exists"]
    assert result.blocks
    assert 'vault.raw."gone" does not exist' in result.message


def test_a_warning_does_not_block_and_needs_a_reason():
    with pytest.raises(ValueError, match="a warning needs a reason"):
        _rule("warned", row_count(9), severity=Severity.WARN)
    rule = _rule("warned", row_count(9), severity=Severity.WARN, reason="it is early")
    result = check(small_build(), [_suite(rule)], "people")["warned"]
    assert not result.passed
    assert not result.blocks


def test_a_warning_that_cannot_be_asked_blocks():
    rule = _rule(
        "warned", _values("NotBeNull", "absent"), severity=Severity.WARN, reason="it is early"
    )
    result = check(small_build(), [_suite(rule)], "people")["warned"]
    assert result.blocks
    assert "could not be asked of" in result.message
    assert "a column is missing" in result.message


def test_two_rules_of_one_name_are_refused():
    with pytest.raises(ValueError, match="the same name"):
        _suite(_rule("same", row_count(1)), _rule("same", row_count(2)))


def test_braces_of_sql_are_no_placeholders():
    rule = _rule("braces", no_rows("select 1 where regexp_matches('aa', '^a{3}$')"))
    assert check(small_build(), [_suite(rule)], "people")["braces"].passed


def test_a_query_is_asked_once():
    connection = small_build()
    connection.execute("create sequence warehouse.main.asked").fetchall()
    counted = no_rows("select 1 from (select nextval('warehouse.main.asked') as n) where n < 0")
    assert check(connection, [_suite(_rule("counted", counted))], "people")["counted"].passed
    assert connection.execute("select nextval('warehouse.main.asked')").fetchall() == [(2,)]


FAILING = [
    _rule(
        "conversion", no_rows(f"select full_name::int from {PEOPLE.sql} where full_name::int > 0")
    ),
    _rule("rows", no_rows(f"select full_name from {PEOPLE.sql}")),
    _rule("pattern", _values("MatchRegex", "full_name", regex="^$")),
    _rule("unique", _values("BeUnique", "full_name")),
    _rule("range", within("customer_key", 1, 2)),
    _rule("absent", _values("NotBeNull", "absent")),
    _rule("columns", _columns("absent")),
]


def test_no_value_is_kept_anywhere(tmp_path: Path, caplog, capfd):
    connection = _people()
    connection.execute(
        "update warehouse.publish.fct_feedback set comment_text ="
        f" 'call {CANARY_NAME}, {CANARY_PHONE}, {CANARY_EMAIL}'"
    ).fetchall()
    connection.execute("update vault.accounting.landed set rows_quarantined = 9").fetchall()
    suites = [
        _suite(*FAILING),
        *raw.suites([REFUNDS]),
        *publish.suites(connection, models(connection, "publish"), {}),
    ]
    results = run_suites(
        connection, suites, run_name="canary", as_of=DAY.as_of, data_docs=tmp_path / "data_docs"
    )
    write_results(results, tmp_path / "raw.json", "canary", DAY.as_of)

    failed = {rule.rule for result in results for rule in result.failures}
    assert {rule.name for rule in FAILING} <= failed
    assert {"quarantine_small", "no_known_contact", "no_identifier_patterns"} <= failed
    pages = list(tmp_path.rglob("*.html"))
    assert len(pages) == len(suites) + 1, "a page for each suite, and the index"
    said = [failures_as_markdown(result) for result in results]
    said += [str(rule_record(rule)) for result in results for rule in result.results]
    said += [str(result) for result in results]
    said += [caplog.text, *capfd.readouterr()]
    said += [
        file.read_bytes().decode("utf-8", "ignore")
        for file in tmp_path.rglob("*")
        if file.is_file()
    ]
    for text in said:
        for canary in CANARIES:
            assert canary.lower() not in text.lower()


def test_the_results_are_kept_as_json(tmp_path: Path):
    connection = small_build()
    suites = [_suite(_rule("rows", row_count(3)), _rule("more", row_count(4)))]
    results = run_suites(connection, suites, run_name="r", as_of=DAY.as_of)
    file = tmp_path / "quality" / "raw.json"
    write_results(results, file, "r", DAY.as_of)
    kept = json.loads(file.read_text())
    assert (kept["run_id"], kept["as_of"]) == ("r", "2017-12-31")
    assert (kept["blocks"], kept["rules"], kept["failed"]) == (True, 2, 1)
    assert [rule["holds"] for rule in kept["suites"][0]["rules"]] == [True, False]
    assert file.stat().st_mode & 0o077 == 0


def test_the_pages_say_the_rules_in_plain_words(tmp_path: Path):
    suites = [_suite(_rule("rows", row_count(3)), _rule("absent", _values("NotBeNull", "absent")))]
    run_suites(small_build(), suites, run_name="r", as_of=DAY.as_of, data_docs=tmp_path)
    page = next(tmp_path.rglob("customer_pii.html")).read_text()
    assert "rule rows holds. If not: Mend it" in page
    assert "rule absent holds. If not: Mend it" in page or "a column is missing" in page
