"""Several nights: keys that stay, cached standard values, merges, and what a steward undoes."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from assets.enrich.identity.rules import default_rules
from assets.enrich.identity.schemas import COLUMNS
from tests.unit.enrich.identity.conftest import Vault

SHOP, CONTACT, LEAD, TICKET = (
    "orders.customers",
    "crm_zoho.contacts",
    "crm_zoho.leads",
    "service.tickets",
)
FIRST, SECOND, THIRD = (date(2017, 12, day) for day in (29, 30, 31))
BEFORE = "before.identity"


def keep_cache(vault: Vault) -> None:
    """The vault of last night, as the live build holds it."""
    vault.con.execute("attach if not exists ':memory:' as before").fetchall()
    vault.con.execute(f"create schema if not exists {BEFORE}").fetchall()
    for table in ("attributes", "identifiers"):
        vault.con.execute(
            f"create or replace table {BEFORE}.{table} as from vault.identity.{table}"
        ).fetchall()


def mark_cache(vault: Vault) -> None:
    """Make the cache tell that it was used."""
    vault.con.execute(f"update {BEFORE}.attributes set name_han = '缓存'").fetchall()
    vault.con.execute(
        f"update {BEFORE}.identifiers set identifier_value = 'cached ' || identifier_value"
    ).fetchall()


def names(vault: Vault) -> list[str]:
    return [row[0] for row in vault.rows("attributes", "name_han")]


def values(vault: Vault) -> list[str]:
    return [row[0] for row in vault.rows("identifiers", "identifier_value")]


def test_unchanged_records_take_the_standard_values_of_last_night(vault: Vault) -> None:
    vault.record(SHOP, "1", full_name="邵婉婷", phone="13912345670", phone_2=None)
    vault.record(SHOP, "2", full_name="邵婉婷", phone="13912345671", phone_2="13912345670")
    vault.reference(TICKET, "t", phone="139 1234 5671")
    vault.resolve(FIRST)
    keep_cache(vault)
    fresh = {table: vault.table(table) for table in COLUMNS}
    vault.resolve(FIRST, cache_schema=BEFORE)
    assert {table: vault.table(table) for table in COLUMNS} == fresh
    mark_cache(vault)
    vault.resolve(SECOND, cache_schema=BEFORE)
    assert names(vault) == ["缓存", "缓存"]
    assert values(vault) == [*["cached +8613912345670"] * 2, *["cached +8613912345671"] * 2]
    # What changed is cleaned anew, a record and a ticket alike; a new record is, too.
    vault.change("2", phone="13912345672")
    vault.references[0]["phone"] = "13912345679"
    vault.record(SHOP, "3", full_name="段宏伟")
    vault.resolve(SECOND, cache_schema=BEFORE)
    assert names(vault) == ["段宏伟", "缓存", "邵婉婷"]
    assert values(vault) == [
        *("+8613912345670", "+8613912345672", "+8613912345679", "cached +8613912345670"),
    ]


def test_values_made_otherwise_are_cleaned_anew(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.record(SHOP, "1", full_name="邵婉婷", phone="020 7946 0018")
    vault.resolve()
    keep_cache(vault)
    mark_cache(vault)
    vault.resolve(cache_schema=BEFORE, default_region="GB")
    assert names(vault) == ["邵婉婷"]
    assert values(vault) == ["+442079460018"]
    rules = default_rules()
    kinds = [
        msgspec.structs.replace(kind, standardiser="handle") if kind.type == "phone" else kind
        for kind in rules.identifiers
    ]
    vault.resolve(cache_schema=BEFORE, rules=msgspec.structs.replace(rules, identifiers=kinds))
    assert (names(vault), values(vault)) == (["邵婉婷"], ["020 7946 0018"])
    monkeypatch.setattr("assets.enrich.identity.standards._code_digest", lambda: "other code")
    vault.resolve(cache_schema=BEFORE)
    assert names(vault) == ["邵婉婷"]


def test_a_cache_of_an_older_release_is_passed_over(vault: Vault) -> None:
    vault.record(SHOP, "1", full_name="邵婉婷")
    vault.con.execute("attach ':memory:' as before").fetchall()
    vault.con.execute(f"create schema {BEFORE}").fetchall()
    vault.con.execute(f"create table {BEFORE}.identifiers (source varchar)").fetchall()
    vault.resolve(cache_schema=BEFORE)
    assert names(vault) == ["邵婉婷"]


def test_keys_stay_when_strangers_and_older_records_arrive(nightly: Vault) -> None:
    for number, phone in enumerate(("13912345670", "13912345670", "13912345671")):
        nightly.record(CONTACT, f"r{number}", full_name="龙思琪", phone=phone)
    nightly.resolve(FIRST)
    before = nightly.keys()
    assert nightly.customers() == ["r0 r1", "r2"]
    assert nightly.commit("first") == 3
    for number in range(4):
        nightly.record(SHOP, f"s{number}", "2016-01-01", email=f"stranger{number}@example.org")
    nightly.record(SHOP, "older", "2015-01-01", full_name="龙思琪", phone="13912345670")
    nightly.record(LEAD, "later", "2017-06-01", full_name="龙思琪", phone="13912345671")
    nightly.resolve(SECOND)
    after = nightly.keys()
    assert {record: after[record] for record in before} == before
    assert after["older"] == before["r0"]
    assert after["later"] == before["r2"]
    assert nightly.figures()["changed_records"] == 0
    assert nightly.figures()["joined_records"] == 2
    assert nightly.figures()["new_customers"] == 4
    assert nightly.commit("second") == 6
    assert nightly.table("key_events") == []


def test_a_merge_and_its_undoing(nightly: Vault) -> None:
    nightly.record(CONTACT, "a", "2017-01-01", full_name="史文博", phone="13912345670")
    nightly.record(CONTACT, "a2", "2017-01-02", full_name="史文博", phone="13912345670")
    nightly.record(CONTACT, "b", "2017-01-03", full_name="史文博", email="shi.wb@example.com")
    nightly.resolve(FIRST)
    nightly.commit("first")
    apart = nightly.keys()
    assert nightly.customers() == ["a a2", "b"]

    bridge: dict[str, Any] = {
        "full_name": "史文博",
        "phone": "13912345670",
        "email": "shi.wb@example.com",
    }
    nightly.record(LEAD, "bridge", "2017-12-30", **bridge)
    nightly.resolve(SECOND)
    assert nightly.customers() == ["a a2 b bridge"]
    assert set(nightly.keys().values()) == {apart["a"]}
    assert nightly.rows("key_events", "event_type", "customer_key", "other_customer_key") == [
        ("merged", apart["b"], apart["a"])
    ]
    alias = (apart["b"], apart["a"], "merged")
    assert nightly.rows("key_aliases", "customer_key_before", "customer_key", "reason") == [alias]
    assert nightly.figures()["merged_keys"] == 1
    assert nightly.figures()["changed_records"] == 1
    nightly.commit("second")

    # Looking back shows how it was, and commits nothing.
    nightly.drop("bridge")
    nightly.resolve(FIRST)
    assert nightly.keys() == apart
    assert nightly.table("ledger_changes") == []
    assert nightly.commit("look-back") == 0

    nightly.record(LEAD, "bridge", "2017-12-30", **bridge)
    nightly.decide("do_not_link", (CONTACT, "a"), (CONTACT, "b"))
    nightly.resolve(THIRD)
    kept = nightly.keys()
    assert {record: kept[record] for record in apart} == apart
    assert nightly.table("key_aliases") == []
    assert nightly.figures()["restored_keys"] == 1
    held = nightly.rows("customers_map", "source_record_id", "customer_key", "valid_to")
    assert [row for row in held if row[0] == "b"] == sorted(
        [("b", apart["a"], SECOND), ("b", apart["b"], FIRST), ("b", apart["b"], None)],
        key=lambda row: (row[1], row[2] is None, row[2] or FIRST),
    )


def test_the_same_night_run_again_is_judged_against_what_was_committed(nightly: Vault) -> None:
    nightly.record(CONTACT, "a", "2017-01-01", full_name="史文博", phone="13912345670")
    nightly.record(CONTACT, "b", "2017-01-03", full_name="史文博", email="shi.wb@example.com")
    nightly.resolve(FIRST)
    nightly.commit("first")
    nightly.record(
        LEAD, "bridge", full_name="史文博", phone="13912345670", email="shi.wb@example.com"
    )
    nightly.resolve(FIRST)
    figures = nightly.figures()
    assert figures["changed_records"] == 1
    assert figures["compared_records"] == 2
    assert figures["changed_records_ratio"] == 0.5
