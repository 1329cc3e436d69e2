"""Names are found however people write them, and only where they are names."""

from __future__ import annotations

import pytest

from tests.unit.expectations.published import FEEDBACK, SUBJECT, said, suites
from tests.unit.expectations.small_build import CANARY_NAME, check, small_build


@pytest.mark.parametrize(
    "text",
    [
        f"spoke with {CANARY_NAME} today",
        f"Dear {CANARY_NAME.lower()}, thank you",
        "please ask Anna Maria Fuentes about it",
    ],
)
def test_names_of_several_words_are_found_anywhere(text):
    connection = small_build()
    connection.execute(
        "update vault.identity.int_identity_records set record_name = 'Anna Maria Fuentes'"
        " where record_name = '李娜'"
    ).fetchall()
    connection.execute(said(text)).fetchall()
    assert check(connection, suites(connection), SUBJECT)["no_other_name"].blocks


COMPANIES = "insert into warehouse.core.dim_accounts values ('A1', '{}')"


@pytest.mark.parametrize(
    ("name", "company", "text"),
    [
        ("沈阳远", "沈阳远大贸易有限公司", "沈阳远大贸易有限公司 - 年货采购"),
        ("沈阳", "沈阳远大贸易有限公司", "沈阳远大贸易有限公司 - 年货采购"),
        ("Baker Hughes", "Baker Hughes Ltd", "offer for BAKER  HUGHES Ltd."),
    ],
)
def test_the_name_of_a_company_is_not_the_person_whose_name_it_holds(name, company, text):
    connection = small_build()
    connection.execute(
        "update vault.identity.int_identity_records set record_name = ?", [name]
    ).fetchall()
    connection.execute(COMPANIES.format(company)).fetchall()
    connection.execute(said(text)).fetchall()
    results = check(connection, suites(connection), SUBJECT)
    assert [result.message for result in results.values() if not result.passed] == []


@pytest.mark.parametrize(
    ("name", "company", "text"),
    [
        ("沈阳远", "沈阳远大贸易有限公司", "沈阳远大贸易有限公司 - 联系沈阳远"),
        ("沈阳远", "沈阳远", "沈阳远 - 年货采购"),
        ("沈阳远", "远大贸易有限公司", "沈阳远大贸易有限公司"),
        ("Anna Smith", "Anna Smith Ltd", "Anna Smith of Anna Smith Ltd"),
        ("Anna Smith", "Anna Smith Ltd", "Anna Smith Limited"),
    ],
)
def test_a_person_beside_a_company_is_found(name, company, text):
    connection = small_build()
    connection.execute(
        "update vault.identity.int_identity_records set record_name = ?", [name]
    ).fetchall()
    connection.execute(COMPANIES.format(company)).fetchall()
    connection.execute(said(text)).fetchall()
    assert check(connection, suites(connection), SUBJECT)["no_other_name"].blocks


NAMES_AS_WRITTEN = [
    ("王 小丽", "我是王小丽，你好"),
    ("王小丽女士", "我是王小丽，你好"),
    ("Smith, Anna", "yours, Anna Smith."),
    ("Anna Smith", "signed: SMITH, ANNA"),
    ("Ms. Anna Smith", "Anna Smith wrote"),
    ("Sean O'Brien", "this is O'Brien, Sean"),
]


@pytest.mark.parametrize(("known", "text"), NAMES_AS_WRITTEN)
def test_own_names_are_found_however_they_are_written(known, text):
    connection = small_build()
    connection.execute("update vault.vault.customer_pii set full_name = ?", [known]).fetchall()
    connection.execute(
        f"update {FEEDBACK} set comment_text = ? where response_id = '7'", [text]
    ).fetchall()
    assert check(connection, suites(connection), SUBJECT)["no_own_name"].blocks


@pytest.mark.parametrize(("known", "text"), NAMES_AS_WRITTEN[:-1])
def test_names_of_others_are_found_however_they_are_written(known, text):
    connection = small_build()
    connection.execute(
        "update vault.identity.int_identity_records set record_name = ?", [known]
    ).fetchall()
    connection.execute(
        f"update {FEEDBACK} set comment_text = ? where response_id = '7'", [text]
    ).fetchall()
    assert check(connection, suites(connection), SUBJECT)["no_other_name"].blocks


@pytest.mark.parametrize("known", ["Mr Rose", "Rose", "李总", "Li"])
def test_a_word_that_holds_a_name_is_no_name(known):
    connection = small_build()
    connection.execute("update vault.vault.customer_pii set full_name = ?", [known]).fetchall()
    connection.execute(said("roses for the delivery, 送李子")).fetchall()
    assert check(connection, suites(connection), SUBJECT)["no_own_name"].passed
