"""What readers get: known tables, a stable order, nothing that identifies a person."""

from __future__ import annotations

import re

from tests.dbt.manifest import Manifest

IDENTIFYING_WORDS = {
    *("mobile", "phone", "telephone", "fax", "wechat_id", "openid", "unionid", "uid", "nickname"),
    *("birth", "birthday", "birthdate", "street", "address", "postcode", "zip", "ip", "passport"),
    *("email", "surname", "respondent", "payload", "latitude", "longitude"),
}
IDENTIFYING_NAMES = {
    *("full_name", "first_name", "last_name", "customer_name", "contact_name", "owner_name"),
    *("user_name", "staff_name", "lead_name", "member_name", "name", "owner_id", "contact_id"),
    *("lead_id", "member_id", "profile_id", "device_id", "subject_value", "raw_value"),
    *("source_record_id", "identifier_value", "search_term", "shop_customer_id"),
}
HARMLESS = re.compile(r"^(is|has)_|_count$|_ratio$")
"""A flag or a count says nothing about how to reach a person, whatever the word in it."""


def test_no_column_is_named_after_an_identifier(manifest: Manifest) -> None:
    wrong = [
        f"{model['alias']}.{column}"
        for model in manifest.models("publish")
        for column in model["columns"]
        if not HARMLESS.search(column)
        and (column in IDENTIFYING_NAMES or IDENTIFYING_WORDS & set(column.split("_")))
    ]
    assert not wrong


def test_free_text_is_published_as_redacted_text_only(manifest: Manifest) -> None:
    free_text = {"subject", "description", "body", "comment", "note", "content", "resolution"}
    wrong = [
        f"{model['alias']}.{column}"
        for model in manifest.models("publish")
        for column in model["columns"]
        if column in free_text
    ]
    assert not wrong, "free text is redacted in the handover and is called <what>_text from there"


def test_rows_are_ordered_by_a_proven_key(manifest: Manifest) -> None:
    unproven = []
    for model in manifest.models("publish"):
        order_by = model["config"]["meta"].get("order_by") or []
        parents = manifest.parents(model)
        keys = [key for node in (model, *parents) for key in manifest.unique_keys(node)]
        if not order_by or set(order_by) - set(model["columns"]) or set(order_by) not in keys:
            unproven.append(model["alias"])
    assert not unproven


def test_a_published_table_is_one_core_table_or_mart(manifest: Manifest) -> None:
    wrong = [
        model["name"]
        for model in manifest.models("publish")
        if len(manifest.parents(model)) != 1 or model["name"] != f"publish_{model['alias']}"
    ]
    assert not wrong


def test_tables_are_described_in_the_same_words_as_before(manifest: Manifest) -> None:
    changed = [
        model["alias"]
        for model in manifest.models("publish")
        for parent in manifest.parents(model)
        if model["description"].split() != parent["description"].split()
    ]
    assert not changed


def test_columns_are_described_in_the_same_words_as_before(manifest: Manifest) -> None:
    changed = [
        f"{model['alias']}.{name}"
        for model in manifest.models("publish")
        for parent in manifest.parents(model)
        for name, column in model["columns"].items()
        if name in parent["columns"]
        and parent["columns"][name]["description"] != column["description"]
    ]
    assert not changed


def test_every_mart_is_published(manifest: Manifest) -> None:
    published = {model["alias"] for model in manifest.models("publish")}
    assert {model["name"] for model in manifest.models("marts")} <= published
