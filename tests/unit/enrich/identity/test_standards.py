from __future__ import annotations

from datetime import date

import msgspec

from assets.enrich.identity import standards
from assets.enrich.identity.inputs import number_records
from assets.enrich.identity.rules import default_rules
from tests.unit.enrich.identity.conftest import Vault

RULES = default_rules()


def standardised(vault: Vault) -> dict[str, dict]:
    """Record id to its row of `identity_attributes`."""
    inputs = vault.write_inputs()
    number_records(vault.con, inputs, RULES, "made")
    standards.standardise(vault.con, inputs, RULES, "CN", date(2017, 12, 31), None)
    rows = vault.con.sql(
        "select source_record_id, attributes.* from identity_attributes as attributes"
        " inner join identity_nodes as nodes on attributes.node = nodes.node"
    )
    return {row[0]: dict(zip(rows.columns, row, strict=True)) for row in rows.fetchall()}


def test_a_name_is_read_from_what_the_source_has(vault: Vault) -> None:
    vault.record("a", "full", full_name="張偉先生")
    vault.record("a", "parts", given_name="伟", family_name="张")
    vault.record("a", "both", full_name="张伟", given_name="娜", family_name="李")
    vault.record("a", "family only", family_name="张")
    vault.record("a", "none", phone="13912345670")
    found = standardised(vault)
    assert [found[name]["name_han"] for name in ("full", "parts", "both")] == ["张伟"] * 3
    assert found["none"]["name_kind"] is None
    assert len(found) == 5


def test_only_a_name_that_tells_people_apart_makes_a_record_named(vault: Vault) -> None:
    told = {
        "张伟": True,
        "Zhang Wei": True,
        "Ottoline Brackenbury": True,
        "O. Brackenbury": False,
        "王先生": False,
        "微信用户": False,
    }
    for number, name in enumerate(told):
        vault.record("a", str(number), full_name=name)
    found = standardised(vault)
    assert [found[str(number)]["is_named"] for number in range(len(told))] == list(told.values())


def test_the_parts_of_an_address_are_read_together(vault: Vault) -> None:
    vault.record("a", "free", address="浙江省杭州市西湖区文三路90号3幢502室")
    vault.record(
        "a", "parts", region="浙江", city="杭州", address="文三路", house_number="90-3-502"
    )
    vault.record("a", "lines", address="14 Willowmere Lane", address_2="Flat 2", postcode="05401")
    found = standardised(vault)
    for key in ("region_key", "city_key", "street_key", "number_key"):
        assert found["free"][key] == found["parts"][key] is not None
    assert found["lines"]["postcode"] == "05401"
    assert found["lines"]["street_key"] is not None


def test_a_birth_date_after_tonight_is_none(vault: Vault) -> None:
    vault.record("a", "past", birth_date="1980-02-03")
    vault.record("a", "future", birth_date="2018-02-03")
    found = standardised(vault)
    assert found["past"]["birth_date"] == date(1980, 2, 3)
    assert found["future"]["birth_date"] is None


def test_a_value_that_a_record_has_twice_is_one_identifier(vault: Vault) -> None:
    vault.record("a", "1", phone="13912345670", phone_2="+86 139 1234 5670", email="a@example.com")
    vault.reference("t", "t", phone="13912345670", phone_2="0086-13912345670")
    standardised(vault)
    found = vault.con.execute(
        "select node, identifier_type, count(*) from identity_identifiers group by all order by all"
    ).fetchall()
    assert found == [(0, "email", 1), (0, "phone", 1), (1, "phone", 1)]


def test_a_column_may_hold_a_list(vault: Vault) -> None:
    con = vault.con
    vault.record("a", "1", phone="13912345670")
    inputs = vault.write_inputs()
    con.execute(
        "create or replace table vault.identity.int_identity_people as"
        " select * replace ([phone, '13912345671', null] as phone)"
        " from vault.identity.int_identity_people"
    ).fetchall()
    number_records(con, inputs, RULES, "made")
    standards.standardise(con, inputs, RULES, "CN", date(2017, 12, 31), None)
    found = con.execute("select identifier_value from identity_identifiers order by all").fetchall()
    assert found == [("+8613912345670",), ("+8613912345671",)]


def test_what_made_the_values_names_all_they_depend_on() -> None:
    said = standards.made_by(RULES, "CN")
    assert "phone:phone" in said
    assert all(library in said for library in ("opencc-", "phonenumbers-", "pypinyin-"))
    assert standards.made_by(RULES, "US") != said
    fewer = msgspec.structs.replace(RULES, identifiers=RULES.identifiers[1:])
    assert standards.made_by(fewer, "CN") != said
    dearer = msgspec.structs.replace(RULES, version=99)
    assert standards.made_by(dearer, "CN") == said, "other weights clean no value otherwise"
