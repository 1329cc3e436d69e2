"""Who may read what in PostgreSQL is declared for every published table, once."""

from __future__ import annotations

import re
from collections import Counter

from assets.publish.exports import published_tables
from assets.publish.postgres.access import ACCESS_FILE, check_access, load_access
from tests.dbt.manifest import Manifest

ACCESS = load_access()
IDENTITY = {
    *("identity_audit", "bridge_customer_identities", "bridge_customer_keys"),
    *("customer_key_events", "fct_consents"),
}
"""Tables that link records, keys and identifiers: for the steward alone."""

OWN_KEYS = {"customer_key", "shop_customer_key"}


def columns(manifest: Manifest) -> dict[str, set[str]]:
    return {model["alias"]: set(model["columns"]) for model in manifest.models("publish")}


def test_every_published_table_is_declared_and_no_other(manifest: Manifest) -> None:
    names = {table.name for table in published_tables(manifest.content)}
    check_access(ACCESS, names | {"publication"})


def test_no_table_is_declared_twice() -> None:
    named = Counter(re.findall(r"^    (\w+): \[", ACCESS_FILE.read_text(), flags=re.MULTILINE))
    assert [name for name, count in named.items() if count > 1] == []
    assert set(named) == set(ACCESS.tables)


def test_tables_of_identity_are_for_the_steward_alone() -> None:
    assert {table: ACCESS.tables[table] for table in IDENTITY} == dict.fromkeys(
        IDENTITY, ("steward",)
    )


def test_what_is_declared_to_be_no_free_text_is_a_published_column(manifest: Manifest) -> None:
    published = columns(manifest)
    for name in ACCESS.no_free_text:
        table, _, column = name.partition(".")
        assert column in published[table], name
        assert column.endswith("_text"), name


def test_a_table_of_free_text_only_is_for_nobody() -> None:
    assert ACCESS.tables["fct_notes"] == ()


def test_marketing_meets_no_key_of_a_customer_whose_consent_is_not_asked_for(
    manifest: Manifest,
) -> None:
    """The row rule asks for `customer_key`; a second customer in the row would come along."""
    strangers = {
        f"{table}.{column}"
        for table, names in columns(manifest).items()
        for column in names
        if "marketing" in ACCESS.tables[table]
        and "customer_key" in column
        and column not in OWN_KEYS
    }
    assert strangers == set()


def test_free_text_is_left_out_by_its_name(manifest: Manifest) -> None:
    texts = {
        f"{table}.{column}"
        for table, names in columns(manifest).items()
        for column in names
        if ACCESS.is_free_text(table, column)
    }
    assert {"customer_360.last_note_text", "fct_feedback.comment_text"} <= texts
    assert "churn_risk.reason_text" not in texts
