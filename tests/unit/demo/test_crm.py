"""The records that the local CRM servers hand out: one state each, linked, labels for codes."""

import json
from collections import defaultdict
from datetime import datetime
from typing import Any

import pytest

from demo.fxiaoke_records import option_code
from demo.zoho_sales import STAGES

FXIAOKE_CHOICES = [
    ("crm_fxiaoke.accounts", "AccountObj", "industry"),
    ("crm_fxiaoke.accounts", "AccountObj", "field_size__c"),
    ("crm_fxiaoke.leads", "LeadsObj", "source"),
]


def streams(company: Any) -> list[str]:
    return [
        obj
        for obj, entry in company.objects()
        if "stream" in entry and company.served(obj).exists()
    ]


def jsonl(company: Any, name: str) -> list[dict[str, Any]]:
    lines = (company.out / "servers" / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def every_row(company: Any, obj: str) -> list[dict[str, Any]]:
    """Broken ones too: a server hands out all of them."""
    return jsonl(company, f"{company.served(obj).parent.name}/{company.served(obj).name}")


def deleted(company: Any) -> list[dict[str, Any]]:
    return jsonl(company, "zoho/_deleted.jsonl")


def described(company: Any) -> dict[str, Any]:
    return json.loads((company.out / "servers/fxiaoke/_describe.json").read_bytes())


def test_a_server_knows_one_state_of_each_record(company: Any) -> None:
    for obj in streams(company):
        key = "_id" if obj.startswith("crm_fxiaoke") else "id"
        ids = [row[key] for row in every_row(company, obj)]
        assert all(ids), obj
        assert len(ids) == len(set(ids)), obj


def test_rows_are_counted_as_they_are_served(company: Any) -> None:
    for obj in streams(company):
        assert company.figures["rows"][obj] == len(every_row(company, obj)), obj
    assert company.figures["rows"]["crm_zoho.deletions"] == len(deleted(company))


def test_zoho_links_lead_to_records_that_exist(company: Any) -> None:
    contacts = {row["id"] for row in company.rows("crm_zoho.contacts")}
    accounts = {row["id"] for row in company.rows("crm_zoho.accounts")}
    deals = {row["id"] for row in company.rows("crm_zoho.deals")}
    staff = {row["id"] for row in company.rows("crm_zoho.users")}
    for obj, field, known in [
        ("contacts", "Account_Name", accounts),
        ("deals", "Account_Name", accounts),
        ("deals", "Contact_Name", contacts),
        ("leads", "Converted_Contact", contacts),
        ("calls", "What_Id", deals),
        ("contacts", "Owner", staff),
    ]:
        links = [row[field] for row in company.rows(f"crm_zoho.{obj}") if row[field]]
        assert links, (obj, field)
        assert {link["id"] for link in links} <= known, (obj, field)


def test_zoho_times_carry_an_offset_and_amounts_are_numbers(company: Any) -> None:
    for row in company.rows("crm_zoho.deals"):
        assert datetime.fromisoformat(row["Modified_Time"]).utcoffset() is not None
        assert isinstance(row["Amount"], float)


def test_a_deleted_record_is_not_handed_out_any_more(company: Any) -> None:
    gone = deleted(company)
    assert {entry["type"] for entry in gone} <= {"recycle", "permanent"}
    assert {entry["module"] for entry in gone} == {"Contacts", "Leads", "Deals"}
    for module in ("contacts", "leads", "deals"):
        there = {row["id"] for row in every_row(company, f"crm_zoho.{module}")}
        assert not there & {entry["id"] for entry in gone}


def test_a_deal_went_through_its_stages_in_order(company: Any) -> None:
    entries = jsonl(company, "zoho/_stage_history.jsonl")
    assert company.figures["rows"]["crm_zoho.deal_stage_history"] == len(entries)
    reached: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for entry in entries:
        reached[entry["deal"]].append(entry)
    deals = {row["id"]: row for row in company.rows("crm_zoho.deals")}
    assert set(reached) == set(deals)
    places = [name for name, _ in STAGES]
    for number, newest_first in reached.items():
        stages = [step["Stage"] for step in reversed(newest_first)]
        times = [step["Modified_Time"] for step in reversed(newest_first)]
        assert stages[-1] == deals[number]["Stage"]
        assert stages[:-1] == places[: len(stages) - 1]
        assert times == sorted(times)
        assert deals[number]["Created_Time"] == times[0]
        assert times[-1] <= deals[number]["Modified_Time"]


@pytest.mark.parametrize(("obj", "api_name", "field"), FXIAOKE_CHOICES)
def test_fxiaoke_choices_are_codes_with_labels(
    company: Any, obj: str, api_name: str, field: str
) -> None:
    options = described(company)[api_name][field]["options"]
    labels = {option["value"]: option["label"] for option in options}
    assert len(labels) == len(options)
    used = {row[field] for row in company.rows(obj)}
    assert len(used) > 1
    assert used <= set(labels)
    assert not used & set(labels.values())


def test_another_seed_gives_other_codes() -> None:
    assert option_code(1, "industries", "零售") != option_code(2, "industries", "零售")


def test_every_fxiaoke_field_is_described(company: Any) -> None:
    for obj in streams(company):
        if obj.startswith("crm_fxiaoke"):
            api_name = company.entry(obj)["stream"]
            fields = set(described(company)[api_name])
            assert {name for name in company.rows(obj)[0] if "__r" not in name} <= fields, api_name


def test_some_fxiaoke_contacts_are_voided_or_deleted(company: Any) -> None:
    contacts = company.rows("crm_fxiaoke.contacts")
    marked = [c for c in contacts if c["is_deleted"] or c["life_status"] == "invalid"]
    assert 0 < len(marked) < len(contacts) / 10
