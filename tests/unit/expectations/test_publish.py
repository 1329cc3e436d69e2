from __future__ import annotations

import pytest
import sqlalchemy

from expectations.engine.rules import Severity
from expectations.publish import privacy
from expectations.publish import suites as publish
from tests.unit.expectations.published import FEEDBACK, SUBJECT, said, suites
from tests.unit.expectations.small_build import (
    CANARY_EMAIL,
    CANARY_NAME,
    CANARY_PHONE,
    check,
    models,
    orders_only,
    small_build,
)

FIRST = f"customer_key = (select min(customer_key) from {FEEDBACK})"

CONTACT = "phone, e-mail address or handle of a person of the vault in column comment_text"
BREAKS = {
    "columns_are_classified": (
        f"alter table {FEEDBACK} add column new_column varchar",
        "new_column has no class",
    ),
    "rows_as_origin": (
        f"insert into {FEEDBACK} select * from {FEEDBACK}",
        "core has rows: 20, but publish: 40",
    ),
    "no_identifier_columns": (
        f"alter table {FEEDBACK} add column contact_email varchar",
        "columns called like a direct identifier: contact_email",
    ),
    "no_identifier_patterns": (
        f"update {FEEDBACK} set response_id = 'x-13512345678' where response_id = '7'",
        "Chinese mobile in column response_id: 1 different texts",
    ),
    "numbers_are_no_mobiles": (
        f"update {FEEDBACK} set score = 13512345678",
        "no whole number is a Chinese mobile number (20 rows against it)",
    ),
    "no_known_contact": (said(f"call me: {CANARY_PHONE}"), f"{CONTACT}: 1 different texts"),
    "no_known_name_alone": (
        said("王小丽"),
        "nothing but the full name of a person of the vault in column comment_text: 1 different",
    ),
    "no_own_name": (
        f"update {FEEDBACK} set comment_text = 'yours, {CANARY_NAME.upper()}!', customer_key ="
        f" (select customer_key from vault.vault.customer_pii where full_name = '{CANARY_NAME}')"
        " where response_id = '7'",
        "no text holds the name of the customer it belongs to (1 rows against it)",
    ),
    "no_other_name": (
        said("我和王小丽一起去的"),
        "full name of a person of the vault in column comment_text: 1 different texts",
    ),
    "no_short_name": (
        said("我是李娜，电话见上。"),
        "two-character name of a person of the vault in column comment_text: 1 different texts",
    ),
}


def test_good_data_pass():
    connection = small_build()
    for suite in suites(connection):
        results = check(connection, [suite], suite.subject)
        assert [result.message for result in results.values() if not result.passed] == []


@pytest.mark.parametrize("rule", BREAKS)
def test_broken_data_are_caught(rule):
    statement, sentence = BREAKS[rule]
    connection = small_build()
    connection.execute(statement).fetchall()
    result = check(connection, suites(connection), SUBJECT)[rule]
    assert not result.passed
    assert sentence in result.message
    assert result.blocks is not (result.severity is Severity.WARN)


def test_a_direct_identifier_is_not_published():
    connection = small_build()
    connection.execute(f"alter table {FEEDBACK} add column contact_email varchar").fetchall()
    result = check(connection, suites(connection), SUBJECT)["columns_are_classified"]
    assert "contact_email is a direct identifier" in result.message
    assert result.blocks


def test_every_rule_was_seen_failing():
    suite = next(s for s in suites(small_build()) if s.subject == SUBJECT)
    assert {rule.name for rule in suite.rules} == set(BREAKS)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("tel 13812345678", "Chinese mobile"),
        ("+86 138 1234 5678", "Chinese mobile"),
        ("8613812345678", "Chinese mobile"),
        ("电话１３８１２３４５６７８。", "Chinese mobile"),
        ("138-1234-5678", "Chinese mobile"),
        ("(201) 555-1234", "US phone"),
        ("201.555.1234", "US phone"),
        ("mail zhang＠qq.com", "e-mail address"),
        ("a.b+c@sub.example.org", "e-mail address"),
        ("身份证110101199003077758", "Chinese ID card"),
        ("1１010119900307774X", "Chinese ID card"),
        ("yesterday: [unscanned]", "text that redaction did not look at"),
    ],
)
def test_what_looks_like_an_identifier_is_found(text, kind):
    connection = small_build()
    connection.execute(said(text)).fetchall()
    result = check(connection, suites(connection), SUBJECT)["no_identifier_patterns"]
    assert result.blocks
    assert f"{kind} in column comment_text: 1 different texts" in result.message


@pytest.mark.parametrize(
    "text",
    [
        "order 31198570044 came late",
        "流水979494202302145983，条码6915077577493，热线400-603-0911",
        "邮箱格式要求含@和.com",
        "2017-12-31 11:22, 5 of 10",
        "[phone] and [email], call [name]",
        "@shop see you",
        "7.5 % off, code 20171231",
        "ref CO-13812345678abcde and 7f13812345678abc",
        "王小 丽",
    ],
)
def test_ordinary_text_passes(text):
    connection = small_build()
    connection.execute(said(text)).fetchall()
    results = check(connection, suites(connection), SUBJECT)
    assert [result.message for result in results.values() if not result.passed] == []


@pytest.mark.parametrize(
    "text",
    [
        "+86 139-0001-2345",
        f"call {CANARY_PHONE}, now",
        f"{CANARY_EMAIL.upper()}",
        "id oUnion7788KanariaTestId seen",
    ],
)
def test_known_contacts_are_found_however_they_are_written(text):
    connection = small_build()
    connection.execute(said(text)).fetchall()
    assert check(connection, suites(connection), SUBJECT)["no_known_contact"].blocks


def test_texts_inside_lists_are_searched():
    connection = small_build()
    connection.execute(
        f"create or replace table {FEEDBACK} as select *, ['fine', '{CANARY_EMAIL}'] as tags"
        f" from {FEEDBACK}"
    ).fetchall()
    results = check(connection, suites(connection), SUBJECT)
    assert "column tags: 1 different" in results["no_identifier_patterns"].message


def test_facts_about_identifiers_may_be_published():
    connection = small_build()
    for column in ("has_phone boolean", "email_count bigint", "is_email_opt_out boolean"):
        connection.execute(f"alter table {FEEDBACK} add column {column}").fetchall()
    assert check(connection, suites(connection), SUBJECT)["no_identifier_columns"].passed


def test_every_column_that_is_left_out_says_why():
    assert all(proven.reason for proven in privacy.PROVEN_COLUMNS.values())


def test_an_order_number_with_letters_is_published():
    connection = small_build()
    connection.execute(f"update {FEEDBACK} set order_id = 'SH-2024-1'").fetchall()
    results = check(connection, suites(connection), SUBJECT)
    assert [result.message for result in results.values() if not result.passed] == []


@pytest.mark.parametrize("text", ["SH-13812345678", CANARY_EMAIL, CANARY_NAME])
def test_what_is_no_order_number_is_swept_under_its_name(text):
    connection = small_build()
    connection.execute(
        f"update {FEEDBACK} set order_id = '{text}' where response_id = '7'"
    ).fetchall()
    assert any(r.blocks for r in check(connection, suites(connection), SUBJECT).values())


def test_a_table_may_be_empty_when_its_origin_is():
    connection = orders_only()
    for suite in suites(connection):
        results = check(connection, [suite], suite.subject)
        assert [result.message for result in results.values() if not result.passed] == []


def test_a_table_that_loses_all_rows_blocks():
    connection = small_build()
    connection.execute(f"delete from {FEEDBACK}").fetchall()
    assert check(connection, suites(connection), SUBJECT)["rows_as_origin"].blocks


def test_a_table_without_origin_must_have_rows():
    connection = small_build()
    connection.execute(f"delete from {FEEDBACK}").fetchall()
    without_origin = publish.suites(connection, models(connection, "publish"), {})
    assert check(connection, without_origin, SUBJECT)["not_empty"].blocks


def test_no_pattern_holds_what_sqlalchemy_reads_as_a_parameter():
    """Gates of other stages ask with them through Great Expectations."""
    query = f"select 1 where regexp_matches('', '{privacy.SWEEP}')"
    assert not sqlalchemy.text(query).compile().params
