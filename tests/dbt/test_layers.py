"""Data flows one way: each layer reads only what stands before it."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.dbt.manifest import LAYERS, Manifest, layer_of

MAY_READ = {
    "staging": {"source raw", "seed"},
    "identity": {"staging", "identity", "source identity", "seed"},
    "handover": {
        "staging",
        "identity",
        "handover",
        "source identity",
        "source redaction",
        "source accounting",
        "seed",
    },
    "core": {"handover", "core", "seed"},
    "marts": {"core", "source enrich", "marts", "seed"},
    "publish": {"core", "marts"},
}
"""Which layers the models of a layer may reference; a new layer must be added here."""

ROW_ACCOUNTING = "int_row_accounting"
"""The one handover model that is published as it is: numbers of rows, no data."""

OPTION_LABELS = "stg_crm_fxiaoke__field_options"
"""The one staging model that others read: what the codes of the same source mean."""

SHOP_ACCOUNTS = "int_shop_customer_keys"
"""The one handover model that still has account numbers: for the other handover models only."""


@pytest.mark.parametrize("layer", LAYERS)
def test_layer_reads_only_what_stands_before_it(manifest: Manifest, layer: str) -> None:
    wrong = [
        f"{model['name']} reads {parent['name']} ({layer_of(parent)})"
        for model in manifest.models(layer)
        for parent in manifest.parents(model)
        if layer_of(parent) not in MAY_READ[layer]
        and not (layer == "publish" and parent["name"] == ROW_ACCOUNTING)
        and not (layer == "staging" and parent["name"] == OPTION_LABELS)
    ]
    assert not wrong


def test_every_model_is_in_a_known_layer(manifest: Manifest) -> None:
    unknown = [m["original_file_path"] for m in manifest.models() if layer_of(m) not in MAY_READ]
    assert not unknown


def test_every_layer_has_models(manifest: Manifest) -> None:
    empty = [layer for layer in LAYERS if not list(manifest.models(layer))]
    assert not empty


def test_staging_is_one_to_one_with_raw(manifest: Manifest) -> None:
    read = Counter(
        parent["unique_id"]
        for model in manifest.models("staging")
        for parent in manifest.parents(model)
        if layer_of(parent) == "source raw"
    )
    sources_of = {
        model["name"]: [
            f"stg_{p['source_name']}__" for p in manifest.parents(model) if "source_name" in p
        ]
        for model in manifest.models("staging")
    }
    misnamed = [
        name for name, stems in sources_of.items() if len(stems) != 1 or stems[0] not in name
    ]
    assert not misnamed, "a staging model reads one raw object and is named after its source"
    assert read == dict.fromkeys(manifest.raw_sources(), 1)


def test_labels_are_read_by_their_own_source(manifest: Manifest) -> None:
    source = OPTION_LABELS.partition("__")[0]
    strangers = [
        model["name"]
        for model in manifest.models()
        for parent in manifest.parents(model)
        if parent["name"] == OPTION_LABELS and not model["name"].startswith(f"{source}__")
    ]
    assert not strangers


def test_only_handover_crosses_from_the_vault(manifest: Manifest) -> None:
    crossing = [
        f"{model['name']} reads {parent['name']}"
        for model in manifest.models("core", "marts", "publish")
        for parent in manifest.parents(model)
        if parent["database"] == "vault" and layer_of(parent) != "handover"
    ]
    assert not crossing


def test_account_numbers_stay_in_the_handover(manifest: Manifest) -> None:
    reading = [
        f"{model['name']} reads {parent['name']}"
        for model in manifest.models()
        for parent in manifest.parents(model)
        if parent["name"] == SHOP_ACCOUNTS and layer_of(model) != "handover"
    ]
    crossing = [
        model["name"]
        for model in manifest.models("handover", "core", "marts", "publish")
        if "shop_customer_id" in model["columns"] and model["name"] != SHOP_ACCOUNTS
    ]
    assert not reading + crossing


def test_no_model_names_a_database_by_hand(manifest: Manifest) -> None:
    by_hand = [
        model["name"]
        for model in manifest.models()
        if re.search(r"\b(vault|warehouse)\s*\.\s*\w", _code(model["raw_code"]))
    ]
    assert not by_hand, "say ref() or source(): a name in the text escapes the layer rules"


def test_layers_are_in_their_database(manifest: Manifest) -> None:
    vault = {"staging", "identity", "handover"}
    misplaced = [
        model["name"]
        for model in manifest.models()
        if model["database"] != ("vault" if layer_of(model) in vault else "warehouse")
    ]
    assert not misplaced


def test_no_model_reads_the_clock(manifest: Manifest) -> None:
    clock = re.compile(r"\b(now|current_date|current_timestamp|today|get_current_time)\b")
    reading = [m["name"] for m in manifest.models() if clock.search(_code(m["raw_code"]).lower())]
    assert not reading


def _code(sql: str) -> str:
    return re.sub(r"--.*|'[^']*'", "", sql)


def test_every_model_is_built_anew(manifest: Manifest) -> None:
    """docs/decisions/0013-full-rebuilds.md: what is not built anew needs a test of its own."""
    kept = [
        model["name"]
        for model in manifest.models()
        if model["config"]["materialized"] not in {"table", "view"}
    ]
    snapshots = [
        n["name"] for n in manifest.content["nodes"].values() if "snapshot" in n["resource_type"]
    ]
    assert not kept + snapshots
