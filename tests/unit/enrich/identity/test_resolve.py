from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from assets.enrich.identity.inputs import IdentityInputError
from assets.enrich.identity.report import read_report
from assets.enrich.identity.rules import Clusters, default_rules
from assets.enrich.identity.schemas import COLUMNS
from tests.unit.enrich.identity.conftest import Vault, expected_key

SHOP, MEMBER, CONTACT = "orders.customers", "loyalty.members", "crm_zoho.contacts"
LEAD, PROFILE, TICKET = "crm_zoho.leads", "social.profiles", "service.tickets"
RAW_VALUES = {"identifiers", "attributes"}
"""Tables that hold personal values by purpose; they stay in the vault."""


def test_who_founds_a_customer(vault: Vault) -> None:
    vault.record(SHOP, "7", "2017-02-01", full_name="李晓燕", email="li.xy@example.com")
    vault.record(CONTACT, "c1", "2017-01-05", full_name="李晓燕", email="li.xy@example.com")
    vault.record(LEAD, "a", full_name="周文静", email="zhou.wj@example.com")
    vault.record(SHOP, "9", full_name="周文静", email="zhou.wj@example.com")
    vault.record(SHOP, "late", "2017-03-02T03:00:00")
    vault.record(SHOP, "timeless", None)
    vault.resolve()
    assert vault.customers() == ["7 c1", "9 a", "late", "timeless"]
    # The contact was known first; at the same instant the most trusted source founds.
    assert vault.keys()["7"] == expected_key(CONTACT, "c1")
    assert vault.keys()["a"] == expected_key(SHOP, "9")
    # A day begins in the business time zone, or tonight where no source knows better.
    begun = dict(vault.rows("customers_map", "source_record_id", "valid_from::varchar"))
    assert (begun["late"], begun["timeless"]) == ("2017-03-01", "2017-12-31")


def test_nobody_at_all(vault: Vault) -> None:
    vault.resolve()
    assert vault.customers() == []
    for table, columns in COLUMNS.items():
        described = vault.con.execute(f"describe vault.identity.{table}").fetchall()
        assert [(row[0], row[1].lower()) for row in described] == [row[:2] for row in columns]
    left = vault.con.execute(
        "select table_name from duckdb_tables()"
        " where temporary and table_name <> 'identity_changes'"
    ).fetchall()
    assert left == []


def test_references_follow_people(vault: Vault) -> None:
    one: dict[str, Any] = {
        "full_name": "郑海燕",
        "phone": "13912345670",
        "email": "zheng@example.com",
    }
    other: dict[str, Any] = {
        "full_name": "钱国栋",
        "phone": "13912345671",
        "email": "qian@example.com",
    }
    vault.record(SHOP, "1", shop_customer_id="1", **one)
    vault.record(SHOP, "2", shop_customer_id="2", **other)
    vault.record(SHOP, "99", shop_customer_id="99", email="t@example.com", linkable=False)
    # The shop alone says who its customer 77 is, though a contact claims the number.
    vault.record(SHOP, "77", shop_customer_id="77", linkable=False)
    vault.record(CONTACT, "claims", shop_customer_id="77")
    for number, name in enumerate(("孙雪梅", "韩志强", "冯玉兰", "朱建华", "何淑芬", "郭子豪")):
        vault.record(LEAD, f"hub{number}", phone="13912345699", full_name=name)
    tickets = {
        "id": {"shop_customer_id": "1"},
        "id wins": {"shop_customer_id": "1", "email": "qian@example.com"},
        "agree": {"phone": "139 1234 5670", "email": "ZHENG@example.com"},
        "one known": {"phone": "139 1234 5670", "email": "new@example.com"},
        "unknown id": {"shop_customer_id": "555", "email": "zheng@example.com"},
        "test": {"shop_customer_id": "99"},
        "test mail": {"email": "t@example.com"},
        "issued": {"shop_customer_id": "77"},
        "conflict": {"phone": "13912345670", "email": "qian@example.com"},
        "two ids": {"shop_customer_id": "1", "shop_customer_id_2": "2"},
        "shared": {"phone": "13912345699"},
        "stranger": {"phone": "13912345688"},
        "bad": {"email": "nobody at home"},
        "nothing": {},
    }
    for name, values in tickets.items():
        vault.reference(TICKET, name, **values)
    vault.resolve()
    keys = vault.keys()
    first, test = keys["1"], keys["99"]
    assert vault.referred() == {
        "id": (first, "same_shop_customer_id", None),
        "id wins": (first, "same_shop_customer_id", None),
        "agree": (first, "same_email", None),
        "one known": (first, "same_phone", None),
        "unknown id": (first, "same_email", None),
        "test": (test, "same_shop_customer_id", None),
        "test mail": (test, "same_email", None),
        "issued": (keys["77"], "same_shop_customer_id", None),
        "conflict": ("unknown", None, "conflicting_identifiers"),
        "two ids": ("unknown", None, "conflicting_identifiers"),
        "shared": ("unknown", None, "shared_identifier"),
        "stranger": ("unknown", None, "no_match"),
        "bad": ("unknown", None, "no_valid_identifier"),
    }
    # A ticket with the details of two people makes them no one person.
    assert keys["1"] != keys["2"]
    assert not set(keys) & set(tickets)
    carried = vault.con.execute(
        "select count(*) from vault.identity.identifiers where is_reference"
    ).fetchall()
    assert carried == [(sum(map(len, tickets.values())),)]


def test_no_personal_value_leaves_in_links_maps_or_reports(vault: Vault) -> None:
    values: dict[str, Any] = {
        "full_name": "Quillon Ambervale",
        "birth_date": "1977-08-13",
        "address": "41 Peregrine Crescent",
        "postcode": "83702",
        "phone": "13912345670",
        "email": "quillon.ambervale@example.com",
        "unionid": "oUcanary12345678",
        "national_id": "K44719823",
        "device_id": "canary-device-77",
    }
    vault.record(SHOP, "1", **values)
    vault.record(MEMBER, "m", **values)
    vault.record(LEAD, "n", full_name="Mr Ambervale", phone=values["phone"])
    vault.record(CONTACT, "b", full_name="Tobias Fernhollow", email=values["email"])
    vault.reference(TICKET, "t", phone=values["phone"])
    vault.decide("always_link", (SHOP, "1"), (MEMBER, "m"))
    vault.resolve()
    assert len(vault.table("links")) >= 8
    canaries = [
        *("ambervale", "fernhollow", "1977", "peregrine", "83702", "3912345670"),
        *("oucanary", "k44719823", "canary-device", "example.com"),
    ]
    for table in COLUMNS.keys() - RAW_VALUES:
        text = str(vault.table(table)).lower()
        assert not [canary for canary in canaries if canary in text], table
    report = str(read_report(vault.con)).lower()
    assert not [canary for canary in canaries if canary in report]


def test_a_customer_over_the_maximum_is_held_by_strong_links_only(vault: Vault) -> None:
    for number in range(6):
        strong: dict[str, Any] = {"unionid": "oUnion4010dd"} if number < 3 else {}
        vault.record(LEAD, f"r{number}", full_name="梁志强", phone="13912344010", **strong)
    vault.record(LEAD, "large", full_name="唐美玲", phone="13912344011", unionid="oUnion4011ee")
    for number in range(4):
        vault.record(SHOP, f"l{number}", full_name="唐美玲", unionid="oUnion4011ee")
    vault.record(LEAD, "always", full_name="梁志强", phone="13912344010")
    vault.decide("always_link", (LEAD, "always"), (LEAD, "r5"))
    rules = msgspec.structs.replace(default_rules(), clusters=Clusters(review_above=2, maximum=4))
    vault.resolve(rules=rules)
    assert vault.customers() == ["always r5", "l0 l1 l2 l3 large", "r0 r1 r2", "r3", "r4"]
    assert ("same_phone", False, "over_cap") in vault.verdicts()
    reviewed = {(row[0], row[1], row[2]) for row in vault.table("review")}
    keys = vault.keys()
    assert (keys["large"], "over_maximum", 5) in reviewed
    assert (keys["r0"], "large", 3) in reviewed
    assert (keys["r0"], "over_cap", 3) in reviewed
    assert vault.figures()["customers_over_maximum"] == 1
    assert vault.figures()["largest_customer"] == 5


def test_a_common_name_and_a_birth_date_are_weighed(vault: Vault) -> None:
    for number in range(30):
        vault.record(LEAD, f"r{number:02}", full_name="王芳", birth_date=f"19{50 + number}-01-15")
    vault.record(LEAD, "again", full_name="王芳", birth_date="1963-01-15")
    rules = default_rules()
    for bits, rule in ((6, {("weighted_evidence", True, None)}), (13, set())):
        evidence = msgspec.structs.replace(rules.evidence, minimum_bits=bits)
        vault.resolve(rules=msgspec.structs.replace(rules, evidence=evidence))
        assert vault.verdicts() == rule
        assert len(vault.customers()) == (30 if rule else 31)


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ("insert into {people} select * from {people}", "1 records twice"),
        ("update {people} set source_record_id = null", "1 records without source or id"),
        ("update {people} set is_linkable = null", "1 records that do not say"),
        ("alter table {people} add column shoe_size varchar", "column shoe_size is no identifier"),
        ("delete from vault.accounting.pseudonym_pads", "-1 rows of pseudonym pads"),
    ],
)
def test_broken_inputs_are_named_without_values(vault: Vault, broken: str, message: str) -> None:
    from assets.enrich.identity.resolve import resolve

    vault.record(SHOP, "1", phone="13912345670", full_name="叶知秋")
    inputs = vault.write_inputs()
    vault.con.execute(broken.format(people=inputs.people)).fetchall()
    with pytest.raises(IdentityInputError, match=message) as caught:
        resolve(vault.con, inputs, date(2017, 12, 31), "UTC")
    assert "13912345670" not in str(caught.value)
    assert "叶知秋" not in str(caught.value)


def test_nothing_is_left_on_the_connection_but_the_ledger_and_the_changes(vault: Vault) -> None:
    vault.record("a", "one", full_name="张伟", phone="13912345670")
    vault.resolve()
    left = vault.con.execute(
        "select table_name as name from duckdb_tables() where temporary"
        " union all select view_name from duckdb_views() where temporary and not internal"
        " order by all"
    ).fetchall()
    assert left == [("identity_changes",), ("identity_ledger",)]
