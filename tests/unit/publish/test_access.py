"""The declaration of access: a mistake in it is one line, before anything is loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.publish.postgres.access import Access, check_access, load_access
from assets.publish.postgres.errors import PostgresError

GOOD = """
audiences:
    analyst: {role: bi_analyst, customers: all}
    marketing: {role: bi_marketing, customers: consented}
no_free_text: [churn.reason_text]
tables:
    publication: [analyst, marketing]
    dim_customers: [analyst]
    bridge_customer_consents: [analyst]
    notes: []
"""
TABLES = {"publication", "dim_customers", "bridge_customer_consents", "notes"}


def declared(folder: Path, text: str = GOOD) -> Access:
    file = folder / "access.yml"
    file.write_text(text)
    return load_access(file)


def test_a_declaration_says_roles_tables_and_free_text(tmp_path: Path) -> None:
    access = declared(tmp_path)
    check_access(access, TABLES)
    assert [audience.role for audience in access.roles("publication")] == [
        "bi_analyst",
        "bi_marketing",
    ]
    assert access.loaded() == ["bridge_customer_consents", "dim_customers", "publication"]
    assert access.is_free_text("notes", "title_text")
    assert not access.is_free_text("churn", "reason_text")
    assert not access.is_free_text("notes", "note_kind")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "notes: []",
            "notes: [sales]",
            "notes is for 'sales', which is none of analyst, marketing",
        ),
        (
            "customers: all",
            "customers: some",
            r"access.yml: audiences.analyst.customers: .*mend it",
        ),
        ("no_free_text:", "free_text:", r"access.yml: no_free_text: Field required; mend it"),
        ("audiences:", "audiences: [", "access.yml is no YAML: .* line"),
    ],
)
def test_a_mistake_is_one_line(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(PostgresError, match=words) as error:
        declared(tmp_path, GOOD.replace(old, new))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("published", "words"),
    [
        (TABLES | {"invoices", "debts"}, "who may read debts, invoices; declare each"),
        (TABLES - {"notes"}, "declares notes, which is not published; remove it"),
    ],
)
def test_declaration_and_publication_must_agree(
    tmp_path: Path, published: set[str], words: str
) -> None:
    with pytest.raises(PostgresError, match=words):
        check_access(declared(tmp_path), published)


def test_what_the_rules_read_must_be_loaded(tmp_path: Path) -> None:
    access = declared(tmp_path, GOOD.replace("dim_customers: [analyst]", "dim_customers: []"))
    with pytest.raises(PostgresError, match="keeps dim_customers from everybody, but row rules"):
        check_access(access, TABLES)
