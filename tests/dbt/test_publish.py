"""What readers get: known tables, a stable order, nothing that identifies a person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from assets.publish.contracts import EXPOSURE, MODELS, publish_models
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


READ_BY_ENRICH = {"customer_purchase_days"}
"""Steps that Python reads: assets/enrich/purchase_days.py names them."""


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


def test_published_models_are_as_written_from_their_origins() -> None:
    texts = publish_models(MODELS)
    found = {
        path.relative_to(MODELS): path.read_text()
        for path in (MODELS / "publish").rglob("*.*")
        if path.parent.name != "publish" or path.stem == EXPOSURE.stem
    }
    differing = [str(path) for path in {**texts, **found} if texts.get(path) != found.get(path)]
    assert not differing, "make publish-models writes them"


def test_a_step_is_read_by_another_model_and_published_by_none(manifest: Manifest) -> None:
    steps = {m["unique_id"] for m in manifest.models("core", "marts") if _is_step(m)}
    read = {node for m in manifest.models("core", "marts") for node in m["depends_on"]["nodes"]}
    published = {
        parent["unique_id"] for m in manifest.models("publish") for parent in manifest.parents(m)
    }
    assert steps
    assert not {manifest.find(step)["name"] for step in steps - read} - READ_BY_ENRICH
    assert not steps & published


def test_what_is_no_step_is_published(manifest: Manifest) -> None:
    published = {model["alias"] for model in manifest.models("publish")}
    whole = {m["name"] for m in manifest.models("core", "marts") if not _is_step(m)}
    assert not whole - published


def _is_step(model: Mapping[str, Any]) -> bool:
    return bool(model["config"]["meta"].get("is_step"))
