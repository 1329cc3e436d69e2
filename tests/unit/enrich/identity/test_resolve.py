from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.enrich.identity.inputs import IdentityInputError
from assets.enrich.identity.report import read_report
from assets.enrich.identity.rules import HUB_LIMIT, RULES
from assets.enrich.identity.schemas import COLUMNS

from .conftest import Vault, expected_key

SHOP, MEMBER, CONTACT = "orders.customers", "loyalty.members", "crm_zoho.contacts"
LEAD, PROFILE, TICKET = "crm_zoho.leads", "social.profiles", "service.tickets"


def test_one_person_through_four_systems(vault: Vault) -> None:
    vault.record(SHOP, "7", "2017-02-01", shop_customer_id="7", email="Li@Example.com")
    vault.record(MEMBER, "m1", "2017-03-01", shop_customer_id="7", phone="１３９１２３４５６７０")
    vault.record(CONTACT, "c1", "2017-01-05", phone="+86 139-1234-5670", unionid="oU12345678")
    vault.record(PROFILE, "wechat:x", "2017-04-01", unionid="oU12345678")
    vault.record(LEAD, "l1", "2017-05-01", email="someone.else@example.com")
    vault.resolve()
    keys = vault.keys()
    assert len({keys[record] for record in ("7", "m1", "c1", "wechat:x")}) == 1
    assert keys["l1"] != keys["7"]
    # The contact was known first, so it founds the customer.
    assert keys["7"] == expected_key(CONTACT, "c1")


def test_the_most_trusted_source_founds_at_the_same_instant(vault: Vault) -> None:
    vault.record(LEAD, "a", email="li.wei@example.com")
    vault.record(SHOP, "9", email="li.wei@example.com")
    vault.resolve()
    assert vault.keys()["a"] == expected_key(SHOP, "9")


def test_invalid_identifiers_never_link(vault: Vault) -> None:
    for number in range(3):
        vault.record(
            SHOP, str(number), phone="13800138000", email="info@example.com", unionid="null"
        )
    vault.resolve()
    assert len(set(vault.keys().values())) == 3
    assert vault.table("links") == []
    reasons = {row[5] for row in vault.table("identifiers")}
    assert reasons == {"filler", "role_address"}


@pytest.mark.parametrize(("carriers", "customers"), [(HUB_LIMIT, 1), (HUB_LIMIT + 1, 11)])
def test_an_identifier_on_too_many_records_is_shared(
    vault: Vault, carriers: int, customers: int
) -> None:
    for number in range(carriers):
        # The same number twice in one record is one carrier.
        vault.record(SHOP, f"{number:02}", phone="13912345670", phone2="+8613912345670")
    vault.resolve()
    assert len(set(vault.keys().values())) == customers
    links = read_report(vault.con).links
    assert links == [("same_phone", carriers - 1, 0) if customers == 1 else ("same_phone", 0, 10)]
    assert all(row[6] == (customers > 1) for row in vault.table("identifiers"))


def test_rejected_links_keep_their_reason_and_do_not_stop_others(vault: Vault) -> None:
    for number in range(HUB_LIMIT + 1):
        vault.record(SHOP, f"{number:02}", email="family@example.com")
    vault.record(CONTACT, "c", phone="13912345670")
    vault.record(MEMBER, "m", phone="13912345670", email="family@example.com")
    vault.resolve()
    assert vault.keys()["c"] == vault.keys()["m"]
    verdicts = {(row[5], row[9], row[10]) for row in vault.table("links")}
    assert verdicts == {("same_phone", True, None), ("same_email", False, "shared")}


def test_test_accounts_and_deleted_contacts_stand_alone(vault: Vault) -> None:
    vault.record(SHOP, "1", phone="13912345670")
    vault.record(SHOP, "99", phone="13912345670", linkable=False)
    vault.record(CONTACT, "gone", phone="13912345670", linkable=False)
    vault.resolve()
    assert len(set(vault.keys().values())) == 3
    assert vault.keys()["99"] == expected_key(SHOP, "99")
    assert vault.table("links") == []


def test_references_follow_people(vault: Vault) -> None:
    vault.record(SHOP, "1", shop_customer_id="1", phone="13912345670", email="li@example.com")
    vault.record(SHOP, "2", shop_customer_id="2", phone="13912345671", email="wu@example.com")
    vault.record(SHOP, "99", shop_customer_id="99", email="t@example.com", linkable=False)
    for number in range(HUB_LIMIT + 1):
        vault.record(LEAD, f"hub{number:02}", phone="13912345699")
    vault.reference(TICKET, "id", shop_customer_id="1")
    vault.reference(TICKET, "id wins", shop_customer_id="1", email="wu@example.com")
    vault.reference(TICKET, "agree", phone="139 1234 5670", email="LI@example.com")
    vault.reference(TICKET, "one known", phone="139 1234 5670", email="new@example.com")
    vault.reference(TICKET, "unknown id", shop_customer_id="555", email="li@example.com")
    vault.reference(TICKET, "test", shop_customer_id="99")
    vault.reference(TICKET, "test mail", email="t@example.com")
    vault.reference(TICKET, "conflict", phone="13912345670", email="wu@example.com")
    vault.reference(TICKET, "two ids", shop_customer_id="1", shop_customer_id2="2")
    vault.reference(TICKET, "shared", phone="13912345699")
    vault.reference(TICKET, "stranger", phone="13912345688")
    vault.reference(TICKET, "bad", email="nobody at home")
    vault.resolve()
    first, test = vault.keys()["1"], vault.keys()["99"]
    assert vault.referred() == {
        "id": (first, "same_shop_customer_id", None),
        "id wins": (first, "same_shop_customer_id", None),
        "agree": (first, "same_email", None),
        "one known": (first, "same_phone", None),
        "unknown id": (first, "same_email", None),
        "test": (test, "same_shop_customer_id", None),
        "test mail": (test, "same_email", None),
        "conflict": ("unknown", None, "conflicting_identifiers"),
        "two ids": ("unknown", None, "conflicting_identifiers"),
        "shared": ("unknown", None, "shared_identifier"),
        "stranger": ("unknown", None, "no_match"),
        "bad": ("unknown", None, "no_valid_identifier"),
    }


def test_the_shop_decides_who_owns_its_customer_number(vault: Vault) -> None:
    vault.record(SHOP, "99", shop_customer_id="99", linkable=False)
    vault.record(CONTACT, "c", shop_customer_id="99")
    vault.reference(TICKET, "t", shop_customer_id="99")
    vault.resolve()
    assert vault.referred()["t"][0] == vault.keys()["99"]


def test_a_reference_never_bridges_two_customers(vault: Vault) -> None:
    vault.record(SHOP, "1", phone="13912345670")
    vault.record(SHOP, "2", email="wu@example.com")
    vault.reference(TICKET, "t", phone="13912345670", email="wu@example.com")
    vault.resolve()
    assert vault.keys()["1"] != vault.keys()["2"]
    assert set(vault.keys()) == {"1", "2"}


def test_no_raw_identifier_in_links_or_maps(vault: Vault) -> None:
    vault.record(SHOP, "1", phone="13912345670", email="li.wei@example.com", unionid="oU12345678")
    vault.record(MEMBER, "m", phone="13912345670", email="li.wei@example.com", unionid="oU12345678")
    vault.reference(TICKET, "t", phone="13912345670")
    vault.resolve()
    assert len(vault.table("links")) == 3
    for table in ("links", "customers_map", "references_map"):
        text = str(vault.table(table)).lower()
        assert not any(value in text for value in ("3912345670", "li.wei", "ou12345678"))


def test_a_day_begins_in_the_business_time_zone(vault: Vault) -> None:
    vault.record(SHOP, "1", "2017-03-02T03:00:00")
    vault.record(SHOP, "2")
    vault.con.execute(
        "update vault.identity.int_identity_records set first_seen_at = null "
        "where source_record_id = '2'"
    ).fetchall()
    vault.resolve()
    assert [str(row[3]) for row in vault.table("customers_map")] == ["2017-03-01", "2017-12-31"]


def test_tables_have_the_columns_that_are_documented(vault: Vault) -> None:
    vault.resolve()
    for table, columns in COLUMNS.items():
        described = vault.con.execute(f"describe vault.identity.{table}").fetchall()
        assert [(row[0], row[1].lower()) for row in described] == [row[:2] for row in columns]


def test_no_scratch_table_is_left(vault: Vault) -> None:
    vault.record(SHOP, "1", phone="13912345670")
    vault.resolve()
    left = vault.con.execute("select table_name from duckdb_tables() where temporary").fetchall()
    assert left == []


def test_broken_inputs_are_named(vault: Vault) -> None:
    vault.record(SHOP, "1")
    vault.record(SHOP, "1")
    with pytest.raises(IdentityInputError, match="1 records twice"):
        vault.resolve()


def test_an_identifier_without_its_record_is_named(vault: Vault) -> None:
    vault._identifiers(SHOP, "1", {"phone": "13912345670"}, is_reference=False)
    with pytest.raises(IdentityInputError, match="1 identifiers of records") as caught:
        vault.resolve()
    assert "13912345670" not in str(caught.value)


def test_an_identifier_type_without_a_rule_is_named(vault: Vault) -> None:
    vault.record(SHOP, "1", passport="E1234567")
    with pytest.raises(IdentityInputError, match="passport"):
        vault.resolve()


def test_rules_fall_in_trust_and_name_each_type_once() -> None:
    weights = [rule.weight for rule in RULES]
    assert weights == sorted(set(weights), reverse=True)
    assert len({rule.identifier_type for rule in RULES}) == len(RULES)


PHONES = [f"1391234567{digit}" for digit in range(6)]
EMAILS = [f"li{digit}@example.com" for digit in range(6)]
RECORDS = st.lists(
    st.fixed_dictionaries(
        {
            "source": st.sampled_from([SHOP, CONTACT, LEAD]),
            "phone": st.sampled_from(PHONES),
            "email": st.sampled_from(EMAILS),
            "day": st.integers(1, 9),
            "linkable": st.sampled_from([True, True, True, False]),
        }
    ),
    max_size=12,
)


def fill(vault: Vault, rows: list[dict], order: list[int]) -> None:
    for number in order:
        row = rows[number]
        vault.record(
            row["source"],
            f"r{number}",
            f"2017-01-0{row['day']}",
            row["linkable"],
            phone=row["phone"],
            email=row["email"],
        )
        vault.reference(TICKET, f"t{number}", phone=row["phone"], email=row["email"])


@settings(max_examples=25, deadline=None)
@given(rows=RECORDS, seed=st.integers(0, 99))
def test_the_order_of_arrival_changes_nothing(rows: list[dict], seed: int) -> None:
    order = list(range(len(rows)))
    one, other = Vault(), Vault()
    fill(one, rows, order)
    random.Random(seed).shuffle(order)
    fill(other, rows, order)
    one.resolve()
    other.resolve()
    for table in COLUMNS:
        assert one.table(table) == other.table(table)


@settings(max_examples=25, deadline=None)
@given(rows=RECORDS, strangers=st.integers(1, 5))
def test_keys_stay_when_strangers_and_later_records_arrive(
    rows: list[dict], strangers: int
) -> None:
    before, after = Vault(), Vault()
    for vault in (before, after):
        fill(vault, rows, list(range(len(rows))))
    for number in range(strangers):
        after.record(SHOP, f"s{number}", "2016-01-01", email=f"stranger{number}@example.org")
    if rows:
        after.record(SHOP, "late", "2017-06-01", phone=rows[0]["phone"])
    before.resolve()
    after.resolve()
    kept = after.keys()
    assert all(kept[record] == key for record, key in before.keys().items())
