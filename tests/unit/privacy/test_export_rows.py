"""Rows of a person come out whole, less what they say of other people."""

from __future__ import annotations

import duckdb
import pytest

from assets.privacy.export.model import OTHER
from assets.privacy.export.rows import known_staff, rows_of, shown, without_others
from assets.privacy.subject.leads import Leading, leads_of
from assets.privacy.subject.search import Search
from tests.unit.privacy.people import SHARED_PHONE, WEI

STAFF_RECORD = {"id": "900", "name": "Anna Sales", "email": "anna@shop.example"}


def shown_rows(search: Search, values: str, columns: list[Leading]) -> list[dict[str, object]]:
    names = ", ".join(column.name for column in columns)
    leads = [lead for column in columns for lead in leads_of("crm", column)]
    relation = f"(select * from (values {values}) as t ({names})) as read"
    staff = known_staff(search)
    return [shown(row, staff) for row in rows_of(search, relation, leads)]


def test_identifiers_are_found_however_they_are_typed(search: Search) -> None:
    rows = shown_rows(
        search,
        "(' WEI@example.com', 'a'), ('li@example.com', 'b'), (null, 'c')",
        [Leading("email", identifier="email"), Leading("label")],
    )
    assert rows == [{"email": " WEI@example.com", "label": "a"}]


def test_a_phone_of_the_family_finds_nothing_and_is_shown_as_their_own(search: Search) -> None:
    columns = [Leading("email", identifier="email"), Leading("phone", identifier="phone")]
    rows = shown_rows(
        search,
        f"('wei@example.com', '139 0755 2468'), ('li@example.com', '{SHARED_PHONE}')",
        columns,
    )
    assert rows == [{"email": "wei@example.com", "phone": "139 0755 2468"}]


def test_the_other_side_of_a_row_is_hidden(search: Search) -> None:
    columns = [Leading("one", identifier="email"), Leading("two", identifier="email")]
    rows = shown_rows(
        search,
        "('wei@example.com', 'li@example.com'), ('LI@example.com', 'wei@example.com'),"
        " ('wei@example.com', 'long-gone@example.com'), ('wei@example.com', 'no address')",
        columns,
    )
    assert {(row["one"], row["two"]) for row in rows} == {
        ("wei@example.com", OTHER),
        (OTHER, "wei@example.com"),
        ("wei@example.com", "long-gone@example.com"),
        ("wei@example.com", "no address"),
    }


def test_records_and_keys_of_others_are_hidden(search: Search) -> None:
    columns = [Leading("key_a", person="customer"), Leading("key_b", person="customer")]
    leads = [lead for column in columns for lead in leads_of(None, column)]
    relation = (
        f"(values ('{WEI}', 'C00000000000000b2'), ('C00000000000000c3', '{WEI}'))"
        " as t (key_a, key_b)"
    )
    staff = known_staff(search)
    rows = [shown(row, staff) for row in rows_of(search, relation, leads)]
    assert rows == [
        {"key_a": WEI, "key_b": OTHER},
        {"key_a": "C00000000000000c3", "key_b": WEI},
    ]


def test_a_value_that_may_be_of_two_kinds_is_theirs_by_one_of_them(search: Search) -> None:
    columns = [Leading("who", person=["crm.leads", "crm.contacts"]), Leading("text")]
    rows = shown_rows(search, "('1', 'about Wei'), ('2', 'about Li')", columns)
    assert rows == [{"who": "1", "text": "about Wei"}]


def test_a_row_that_only_names_them_is_shown(search: Search) -> None:
    columns = [Leading("contact", person="crm.contacts", on_erasure="clear"), Leading("deal")]
    rows = shown_rows(search, "('1', 'big one'), ('2', 'other')", columns)
    assert rows == [{"contact": "1", "deal": "big one"}]


def test_staff_keep_their_number_only(search: Search) -> None:
    staff = known_staff(search)
    record = {
        "id": "900",
        "Owner": dict(STAFF_RECORD),
        "log": [{"by": dict(STAFF_RECORD)}],
        "Account": {"id": "55", "name": "Harbor Foods"},
        "decided_by": "Anna Sales",
        "Full_Name": "Wei Zhang",
    }
    hidden = {"id": "900", "name": OTHER, "email": OTHER}
    assert without_others(record, [], staff) == {
        "id": "900",
        "Owner": hidden,
        "log": [{"by": hidden}],
        "Account": {"id": "55", "name": "Harbor Foods"},
        "decided_by": OTHER,
        # A member of staff has the same name; it is the person's own here.
        "Full_Name": "Wei Zhang",
    }


def test_a_record_inside_goes_whole_with_its_number(search: Search) -> None:
    record = {"Referrer": {"id": "2", "name": "Li Si"}, "a.b": "2", "flat": "2"}
    told = without_others(record, ["Referrer.id", "a.b", "flat", "absent.id"], known_staff(search))
    assert told == {"Referrer": {"id": OTHER, "name": OTHER}, "a.b": OTHER, "flat": OTHER}


def test_rows_named_by_what_landed_are_added_unless_they_are_anothers(search: Search) -> None:
    assert search.add_rows("row:crm.contacts", ["1", "2", "3", "3"]) == 1
    assert search.add_rows("row:crm.contacts", ["3"]) == 0
    assert search.add_rows("row:desk.tickets", ["T2", "T9"]) == 2
    assert search.add_rows("row:shop.orders", []) == 0


def test_nothing_to_find_is_nothing(con: duckdb.DuckDBPyConnection, search: Search) -> None:
    con.execute("create table vault.identity.empty (customer_key varchar)")
    lead = next(leads_of(None, Leading("customer_key", person="customer")))
    assert rows_of(search, "vault.identity.empty", [lead]) == []
    with pytest.raises(duckdb.CatalogException):
        rows_of(search, "vault.identity.absent", [lead])
