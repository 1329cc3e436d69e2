"""Each text is looked at once, and told of every table and column in which it stands."""

from __future__ import annotations

import duckdb
import pytest

from expectations.publish.sweep import ACCUSATIONS
from tests.unit.expectations.published import FEEDBACK, SUBJECT, suites
from tests.unit.expectations.small_build import CANARY_NAME, CANARY_PHONE, check, small_build

CONSENTS = "warehouse.publish.bridge_customer_consents"


def _accused(connection: duckdb.DuckDBPyConnection) -> set[tuple]:
    suites(connection)
    return set(
        connection.execute(
            f"select table_name, column_name, rule, text_count from {ACCUSATIONS.sql}"
        ).fetchall()
    )


def test_a_text_is_told_of_every_column_that_has_it():
    connection = small_build()
    for table in (FEEDBACK, CONSENTS):
        connection.execute(f"alter table {table} add column label varchar").fetchall()
        connection.execute(f"update {table} set label = 'tel 13512345678'").fetchall()
    assert _accused(connection) == {
        ("fct_feedback", "label", "no_identifier_patterns", 1),
        ("bridge_customer_consents", "label", "no_identifier_patterns", 1),
    }


def test_a_value_that_is_harmless_in_one_column_is_found_in_another():
    connection = small_build()
    connection.execute(
        f"update {FEEDBACK} set order_id = '13512345678', comment_text = '13512345678'"
    ).fetchall()
    assert _accused(connection) == {
        ("fct_feedback", "comment_text", "no_identifier_patterns", 1),
    }


def test_a_name_inside_a_text_counts_where_people_write():
    connection = small_build()
    connection.execute(f"alter table {FEEDBACK} add column label varchar").fetchall()
    connection.execute(f"update {FEEDBACK} set label = 'to 王小丽 now'").fetchall()
    assert _accused(connection) == set()
    connection.execute(f"update {FEEDBACK} set comment_text = 'to 王小丽 now'").fetchall()
    assert _accused(connection) == {("fct_feedback", "comment_text", "no_other_name", 1)}


@pytest.mark.parametrize(
    ("text", "is_accused"),
    [("王 小丽", False), ("王小丽", True), (f" {CANARY_NAME} ", True), ("Quillon,Ambervale", True)],
)
def test_a_value_that_is_a_name_is_found_in_any_column(text, is_accused):
    connection = small_build()
    connection.execute(f"update {FEEDBACK} set response_id = ?", [text]).fetchall()
    assert (
        ("fct_feedback", "response_id", "no_known_name_alone", 1) in _accused(connection)
    ) is is_accused


def test_a_table_that_cannot_be_read_is_kept_back_without_its_values():
    connection = small_build()
    connection.execute(f"create table warehouse.core.texts as from {FEEDBACK}").fetchall()
    connection.execute(f"drop table {FEEDBACK}").fetchall()
    connection.execute(
        f"create view {FEEDBACK} as select cast('{CANARY_PHONE}x' as integer) as score,"
        " comment_text || cast(comment_text as integer) as comment_text"
        " from warehouse.core.texts"
    ).fetchall()
    result = check(connection, suites(connection), SUBJECT)["no_identifier_patterns"]
    assert result.blocks
    assert "could not be searched (ConversionException)" in result.message
    assert CANARY_PHONE not in result.message


def test_no_text_is_kept_in_the_build():
    connection = small_build()
    connection.execute(f"update {FEEDBACK} set comment_text = '{CANARY_PHONE}'").fetchall()
    suites(connection)
    databases = connection.execute("select database_name from duckdb_databases()").fetchall()
    assert ("sweep",) not in databases
    ((kept,),) = connection.execute(f"select count(*) from {ACCUSATIONS.sql}").fetchall()
    assert kept == 2
    said = str(connection.execute(f"from {ACCUSATIONS.sql}").fetchall())
    assert CANARY_PHONE not in said


def test_what_was_mended_is_no_longer_accused():
    connection = small_build()
    connection.execute(f"update {FEEDBACK} set comment_text = '{CANARY_PHONE}'").fetchall()
    assert _accused(connection)
    connection.execute(f"update {FEEDBACK} set comment_text = 'fine'").fetchall()
    assert not _accused(connection)
