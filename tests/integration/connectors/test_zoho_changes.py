"""Edits, deletions and restores of Zoho records all arrive, also while pages are being read."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from assets.raw.connector.errors import SourceError
from demo.servers.base import Fault
from demo.servers.zoho import ZohoServer
from tests.integration.connectors.zoho_pulls import Puller, names, truth
from tests.integration.connectors.zoho_world import OWNER, START, Time, contact, fill


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def server(time: Time) -> Iterator[ZohoServer]:
    with ZohoServer(time, rows_a_bulk_page=400) as running:
        yield running


@pytest.fixture
def puller(server: ZohoServer, tmp_path: Path, time: Time) -> Puller:
    return Puller(server, tmp_path, time, bulk_above=None)


def test_a_second_edit_in_the_same_second_arrives(server: ZohoServer, puller: Puller) -> None:
    fill(server, 5)
    server.upsert("Contacts", {"id": contact(1)["id"], "Last_Name": "first"})
    puller.pull()
    server.upsert("Contacts", {"id": contact(1)["id"], "Last_Name": "second"})
    puller.time.pass_by(minutes=10)
    puller.pull()
    assert puller.state()[contact(1)["id"]]["Last_Name"] == "second"


def test_a_late_edit_inside_the_overlap_arrives(
    server: ZohoServer, puller: Puller, time: Time
) -> None:
    fill(server, 5)
    puller.pull()
    # Committed only now, with the time at which it began.
    began = (time() - timedelta(seconds=90)).isoformat()
    server.upsert("Contacts", contact(2, Last_Name="late", Modified_Time=began), touch=False)
    time.pass_by(minutes=10)
    assert [record["Last_Name"] for record in puller.pull()] == ["late"]


def test_nothing_new_is_an_empty_pull(server: ZohoServer, puller: Puller, time: Time) -> None:
    fill(server, 5)
    assert len(puller.pull()) == 5
    time.pass_by(minutes=10)
    assert puller.pull() == []
    assert puller.pull("Deals") == []


def test_a_deletion_and_a_restore_arrive(server: ZohoServer, puller: Puller, time: Time) -> None:
    fill(server, 5)
    server.upsert("Leads", {"Last_Name": "converted", "Converted__s": True})
    gone, purged = contact(1)["id"], contact(2)["id"]
    server.delete("Contacts", gone)
    server.delete("Contacts", purged, "permanent")
    modules = ["Leads", "Contacts"]
    deletions = puller.pull("deletions", modules=modules)
    assert {(d["object"], d["record_id"], d["event"]) for d in deletions} == {
        ("Contacts", gone, "recycled"),
        ("Contacts", purged, "purged"),
    }
    assert _ids(puller.pull("live_ids", "snapshot", modules=modules)) == {
        *server.store.modules["Leads"].rows,
        *(contact(number)["id"] for number in (0, 3, 4)),
    }
    time.pass_by(hours=2)
    server.undelete("Contacts", gone)
    assert gone not in _ids(puller.pull("deletions", modules=modules))
    assert gone in _ids(puller.pull("live_ids", "snapshot", modules=modules))
    assert [record["id"] for record in puller.pull()].count(gone) == 1


def _ids(records: list[dict[str, Any]]) -> set[str]:
    return {record["record_id"] for record in records}


def test_live_ids_are_complete_over_many_pages(
    server: ZohoServer, tmp_path: Path, time: Time
) -> None:
    fill(server, 730)
    fill(server, 450, "Leads", Converted__s=True)
    puller = Puller(server, tmp_path, time, limits={"coql_rows": 200})
    found = puller.pull("live_ids", "snapshot", modules=["Contacts", "Leads", "Deals"])
    counted = [(entry["object"], entry["record_id"]) for entry in found]
    assert {record_id for kind, record_id in counted if kind == "Contacts"} == set(truth(server))
    assert len({pair for pair in counted if pair[0] == "Leads"}) == 450


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("settings", [{}, {"increments": "coql"}])
def test_nothing_is_lost_when_records_move_while_pages_are_read(
    server: ZohoServer, tmp_path: Path, time: Time, seed: int, settings: dict[str, str]
) -> None:
    fill(server, 900)
    puller = Puller(server, tmp_path, time, bulk_above=None, **settings)
    dice = random.Random(seed)

    def change() -> None:
        time.pass_by(seconds=1)
        rows = list(server.store.modules["Contacts"].rows)
        for record_id in dice.sample(rows, 6):
            if dice.random() < 0.5:
                server.delete("Contacts", record_id)
            else:
                server.upsert("Contacts", {"id": record_id, "Last_Name": f"new {time()}"})
        server.upsert("Contacts", {"Last_Name": "created"})

    server.plan(Fault(path="/crm/v8/Contacts", times=12, act=change))
    puller.pull()
    time.pass_by(minutes=10)
    puller.pull()
    landed = names(puller.state())
    assert {record_id: landed.get(record_id) for record_id in truth(server)} == truth(server)


def test_more_records_in_one_second_than_in_a_page(server: ZohoServer, puller: Puller) -> None:
    moment = START.isoformat()
    for number in range(730):
        server.upsert("Contacts", contact(number, Modified_Time=moment), touch=False)
    puller.pull()
    assert names(puller.state()) == truth(server)


def test_a_page_token_that_expires_amid_one_second(server: ZohoServer, puller: Puller) -> None:
    for number in range(730):
        server.upsert("Contacts", contact(number, Modified_Time=START.isoformat()), touch=False)
    server.plan(Fault(path="/crm/v8/Contacts", skip=4, act=server.pages.expire))
    puller.pull()
    assert names(puller.state()) == truth(server)


def test_a_page_token_that_expires_begins_the_listing_again(
    server: ZohoServer, tmp_path: Path, time: Time
) -> None:
    fill(server, 730)
    puller = Puller(server, tmp_path, time, bulk_above=None, full_by="page_token")
    server.plan(Fault(path="/crm/v8/Contacts", skip=4, act=server.pages.expire))
    assert len(puller.pull()) > 730
    assert names(puller.state()) == truth(server)


def test_page_tokens_that_always_expire_end_with_words(
    server: ZohoServer, tmp_path: Path, time: Time
) -> None:
    fill(server, 730)
    puller = Puller(server, tmp_path, time, bulk_above=None, full_by="page_token")
    server.plan(Fault(path="/crm/v8/Contacts", times=1_000, act=server.pages.expire))
    with pytest.raises(SourceError, match=r"crm_zoho: .*page token.*EXPIRED_VALUE"):
        puller.pull()
    assert puller.state() == {}


def test_zoho_may_ignore_if_modified_since_one_day(
    server: ZohoServer, puller: Puller, time: Time
) -> None:
    server.honours_if_modified_since = False
    fill(server, 730)
    puller.pull()
    assert names(puller.state()) == truth(server)
    time.pass_by(minutes=10)
    server.upsert("Contacts", {"id": contact(7)["id"], "Last_Name": "edited"})
    changed = puller.pull()
    assert [record["Last_Name"] for record in changed] == ["edited"]
    assert set(changed[0]) == set(puller.state()[contact(8)["id"]])


def test_a_record_edited_between_two_groups_of_fields_is_whole(
    server: ZohoServer, puller: Puller, time: Time
) -> None:
    fill(server, 3)
    wide = {"id": contact(1)["id"], "Last_Name": "new", "Visitor_Score": 1000, "Twitter": "new"}
    server.upsert("Contacts", wide | {"Last_Name": "old", "Visitor_Score": 0, "Twitter": "old"})

    def edit() -> None:
        time.pass_by(seconds=5)
        server.upsert("Contacts", wide)

    server.plan(Fault(path="/crm/v8/Contacts", skip=1, act=edit))
    puller.pull()
    record = puller.state()[contact(1)["id"]]
    assert {name: record[name] for name in wide} == wide


def test_converted_leads_stages_staff_and_tables_inside_records(
    server: ZohoServer, puller: Puller
) -> None:
    server.upsert("Leads", {"Last_Name": "open"})
    server.upsert("Leads", {"Last_Name": "converted", "Converted__s": True})
    assert {lead["Last_Name"] for lead in puller.pull("Leads")} == {"open", "converted"}

    deal = server.upsert("Deals", {"Deal_Name": "d", "Stage": "Qualification", "Amount": 10.5})
    server.upsert("Deals", {"id": deal, "Stage": "Closed Won"})
    history = puller.pull("deal_stage_history")
    assert [(entry["Deal"]["id"], entry["Stage"]) for entry in history] == [
        (deal, "Closed Won"),
        (deal, "Qualification"),
    ]

    server.store.users = [OWNER | {"id": str(number)} for number in range(450)]
    assert len({user["id"] for user in puller.pull("Users", "snapshot")}) == 450

    items = [{"id": "1", "Product_Name": {"id": "9", "name": "tea"}, "Quantity": 2}]
    server.upsert("Sales_Orders", {"Subject": "o", "Ordered_Items": items})
    (order,) = puller.pull("Sales_Orders", subforms=["Ordered_Items"])
    assert order["Ordered_Items"] == items


def test_a_bulk_read_catches_what_is_modified_meanwhile(
    server: ZohoServer, tmp_path: Path, time: Time
) -> None:
    fill(server, 900)
    puller = Puller(server, tmp_path, time, bulk_above=500)

    def edit() -> None:
        time.pass_by(seconds=30)
        server.upsert("Contacts", {"id": contact(3)["id"], "Last_Name": "edited"})

    server.plan(Fault(path="/result", skip=2, act=edit))
    puller.pull()
    assert names(puller.state()) == truth(server)
