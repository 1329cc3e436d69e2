"""Rules of objects that come from systems: each seen passing, blocking or warning."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import pytest

from expectations.raw import suites as raw
from expectations.raw.objects import RawObject
from tests.unit.expectations.small_build import check, small_build

LEADS = RawObject("crm", "leads", is_stream=True, is_snapshot=True)

_TABLES = (
    "create table vault.raw.crm__leads as select range as id from range(5)",
    "create table vault.quarantine.crm__leads as select 'x' as rule, 'y' as reason where false",
    "insert into vault.accounting.landed "
    " select 'crm', 'leads', 5, 5, 0, 0, null, null, null, null, null",
    "create table vault.accounting.source_fields as select * from (values"
    " ('crm', 'leads', 'id', 'id', 'Number', 'bigint', 'bigint', 'declared'),"
    " ('crm', 'leads', 'Colour', 'colour', 'Colour', 'varchar', null, 'undeclared'),"
    " ('crm', 'contacts', 'Age', 'age', 'Age', null, 'bigint', 'missing'),"
    " ('shop', 'leads', 'Size', 'size', 'Size', null, null, 'new'))"
    " as t (source, object, field, column_name, label, system_type, declared_type, state)",
    "create table vault.accounting.pulls as select * from (values"
    " ('crm', 'leads', 'Leads', true, 1, 1, 5, 5, timestamp '2017-12-31 02:00:00'))"
    " as t (source, object, stream, is_configured, pull_count, page_count, record_count,"
    " usual_record_count, pulled_until)",
)
_NO_ROWS = (
    "delete from vault.raw.crm__leads",
    "update vault.accounting.landed set rows_read = 0, rows_loaded = 0 where source = 'crm'",
)
_ABSENT = (*_NO_ROWS, "update vault.accounting.pulls set is_configured = false")

BREAKS = {
    "not_empty": (_NO_ROWS, "no row was loaded into vault.raw.crm__leads"),
    "fields_as_declared": (
        ("update vault.accounting.source_fields set state = 'missing' where field = 'id'",),
        "field id is there no more",
    ),
    "not_shrunk": (
        ("update vault.accounting.pulls set record_count = 799, usual_record_count = 1000",),
        "799 records, usually 1,000",
    ),
    "no_new_fields": (
        ("update vault.accounting.source_fields set state = 'new' where field = 'Colour'",),
        "field Colour is new, kept as colour",
    ),
}


def build(*statements: str) -> duckdb.DuckDBPyConnection:
    connection = small_build()
    for statement in (*_TABLES, *statements):
        connection.execute(statement).fetchall()
    return connection


def failed(described: RawObject, *statements: str) -> dict[str, str]:
    results = check(build(*statements), raw.suites([described]), described.subject)
    return {name: result.message for name, result in results.items() if not result.passed}


def test_good_data_pass() -> None:
    assert failed(LEADS) == {}


@pytest.mark.parametrize("rule", BREAKS)
def test_broken_data_are_told(rule: str) -> None:
    statements, sentence = BREAKS[rule]
    result = check(build(*statements), raw.suites([LEADS]), "crm.leads")[rule]
    assert not result.passed
    assert result.blocks is (rule != "no_new_fields"), "a new field loses nothing"
    assert sentence in result.message
    assert result.action in result.message
    assert set(failed(LEADS, *statements)) == {rule}, "one thing is wrong, one rule says so"


def test_changes_have_no_usual_number() -> None:
    rules = {rule.name for rule in raw.suite(replace(LEADS, is_snapshot=False)).rules}
    assert "not_shrunk" not in rules
    assert "fields_as_declared" in rules


def test_every_rule_of_streams_was_seen() -> None:
    files = {rule.name for rule in raw.suite(replace(LEADS, is_stream=False)).rules}
    streams = {rule.name for rule in raw.suite(LEADS).rules}
    assert streams - files | {"not_empty"} == set(BREAKS)


def test_a_retyped_field_blocks_with_both_types() -> None:
    statement = (
        "update vault.accounting.source_fields"
        " set state = 'retyped', system_type = 'boolean' where field = 'id'"
    )
    told = failed(LEADS, statement)
    assert set(told) == {"fields_as_declared"}
    assert (
        "field id is boolean in the system and bigint in the contract" in told["fields_as_declared"]
    )


@pytest.mark.parametrize(("count", "usual"), [(800, 1_000), (5, 25), (5, "null"), (900, 800)])
def test_what_shrinks_a_little_or_is_small_passes(count: int, usual: int | str) -> None:
    statement = f"update vault.accounting.pulls set record_count = {count}"
    assert failed(LEADS, f"{statement}, usual_record_count = {usual}") == {}


def test_a_source_that_is_not_configured_passes() -> None:
    assert failed(LEADS, *_ABSENT, "delete from vault.accounting.source_fields") == {}


def test_a_stream_that_nobody_accounted_for_blocks() -> None:
    told = failed(LEADS, "delete from vault.accounting.pulls")
    assert set(told) == {"not_empty"}
    gone = failed(LEADS, *_NO_ROWS, "delete from vault.accounting.pulls")
    assert set(gone) == {"not_empty"}


def test_an_optional_stream_may_be_empty() -> None:
    assert failed(replace(LEADS, optional=True), *_NO_ROWS) == {}


def test_accounts_that_are_missing_block() -> None:
    told = failed(LEADS, "drop table vault.accounting.source_fields")
    assert {"fields_as_declared", "no_new_fields"} <= set(told)
