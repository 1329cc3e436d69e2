"""Records that are listed and then not given by id: deleted ones are left out, no others are.

And converted leads, which come whatever COQL says of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assets.raw.connector.errors import SourceError
from assets.raw.connector.model import Request, Window
from assets.raw.zoho_crm.client import ZohoCrm
from demo.servers.base import Answer, Fault
from demo.servers.zoho import CLIENT_SECRET, REFRESH_TOKEN, ZohoServer
from tests.integration.connectors.zoho_pulls import Puller, names, truth
from tests.integration.connectors.zoho_world import Time, connection, contact, fill

PATH = "/crm/v8/Contacts"
WAYS = [{}, {"increments": "coql"}, {"full_by": "page_token"}]


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def server(time: Time) -> Iterator[ZohoServer]:
    with ZohoServer(time) as running:
        yield running


def puller(server: ZohoServer, home: Path, time: Time, **settings: Any) -> Puller:
    """Pulls in small pages."""
    limits = {"per_page": 20, "ids_per_call": 10, "coql_rows": 20}
    return Puller(server, home, time, **({"bulk_above": None, "limits": limits} | settings))


@pytest.mark.parametrize("page", [0, 1])
def test_a_whole_page_that_is_deleted_amid_reading_does_not_end_the_walk(
    server: ZohoServer, tmp_path: Path, time: Time, page: int
) -> None:
    fill(server, 130)

    def delete() -> None:
        for number in range(page * 20, page * 20 + 20):
            if contact(number)["id"] in server.store.modules["Contacts"].rows:
                server.delete("Contacts", contact(number)["id"])

    # A page is one call for the list and two for the other fields of its records.
    server.plan(Fault(path=PATH, skip=3 * page + 1, act=delete))
    pulling = puller(server, tmp_path, time)
    pulling.pull()
    landed = names(pulling.state())
    assert {record_id: landed.get(record_id) for record_id in truth(server)} == truth(server)


@pytest.mark.parametrize("settings", WAYS)
def test_zoho_may_give_nothing_by_ids(
    server: ZohoServer, tmp_path: Path, time: Time, settings: dict[str, Any]
) -> None:
    fill(server, 70)
    server.gives_by_ids = False
    pulling = puller(server, tmp_path, time, **settings)
    pulling.pull()
    assert names(pulling.state()) == truth(server)
    record = pulling.state()[contact(1)["id"]]
    assert (record["Mobile"], "Twitter" in record) == (contact(1)["Mobile"], True)


@pytest.mark.parametrize("settings", WAYS)
def test_records_that_are_listed_and_never_given_end_with_words(
    server: ZohoServer, tmp_path: Path, time: Time, settings: dict[str, Any]
) -> None:
    fill(server, 30)
    server.gives_by_ids = False
    server.plan(Fault(path=f"{PATH}/", times=10_000, answer=Answer(204)))
    pulling = puller(server, tmp_path, time, **settings)
    words = r"^crm_zoho: Contacts: records of Contacts are listed and not given by their ids"
    with pytest.raises(SourceError, match=words):
        pulling.pull()
    assert pulling.state() == {}
    server.forget_faults()
    server.gives_by_ids = True
    pulling.pull()
    assert names(pulling.state()) == truth(server)


def test_one_record_that_vanishes_is_left_out_and_costs_two_calls(
    server: ZohoServer, tmp_path: Path, time: Time
) -> None:
    fill(server, 10)
    gone = contact(3)["id"]
    server.plan(Fault(path=PATH, skip=1, act=lambda: server.delete("Contacts", gone)))
    pulling = puller(server, tmp_path, time)
    pulling.pull()
    assert names(pulling.state()) == truth(server)
    assert server.count(f"GET {PATH}") == 2 + 2


def test_an_empty_page_that_promises_more_is_no_end(
    server: ZohoServer, tmp_path: Path, time: Time
) -> None:
    fill(server, 30)
    empty = Answer(200, b'{"data":[],"info":{"more_records":true}}', _JSON)
    server.plan(Fault(path=PATH, answer=empty))
    pulling = puller(server, tmp_path, time)
    pulling.pull()
    assert names(pulling.state()) == truth(server)


def test_tables_of_records_that_cannot_be_asked_for_alone_end_with_words(
    server: ZohoServer, tmp_path: Path, time: Time
) -> None:
    fill(server, 3)
    server.plan(Fault(path=f"{PATH}/", times=10_000, answer=Answer(204)))
    with pytest.raises(SourceError, match="listed and cannot be asked for alone"):
        puller(server, tmp_path, time).pull(subforms=["Some_Table"])


def no_switch(server: ZohoServer) -> None:
    """Zoho as it is documented."""


def no_header(server: ZohoServer) -> None:
    server.honours_if_modified_since = False


@pytest.mark.parametrize("trait", [no_switch, no_header])
@pytest.mark.parametrize("settings", [*WAYS, {"closed_to_coql": ["Leads"], "increments": "coql"}])
def test_converted_leads_come_although_coql_hides_them(
    server: ZohoServer,
    tmp_path: Path,
    time: Time,
    settings: dict[str, Any],
    trait: Callable[[ZohoServer], None],
) -> None:
    server.coql_hides_converted = True
    trait(server)
    fill(server, 90, "Leads")
    for number in range(0, 90, 3):
        server.upsert("Leads", contact(number, Converted__s=True), touch=False)
    pulling = puller(server, tmp_path, time, **settings)
    pulling.pull("Leads")
    assert names(pulling.state("Leads")) == truth(server, "Leads")

    live = pulling.pull("live_ids", "snapshot", modules=["Leads", "Contacts"])
    assert {entry["record_id"] for entry in live} == set(truth(server, "Leads"))

    time.pass_by(minutes=10)
    for number in (3, 4):
        server.upsert("Leads", {"id": contact(number)["id"], "Last_Name": f"edited {number}"})
    server.upsert("Leads", {"id": contact(7)["id"], "Last_Name": "now", "Converted__s": True})
    changed = pulling.pull("Leads")
    assert sorted(lead["Last_Name"] for lead in changed) == ["edited 3", "edited 4", "now"]
    assert names(pulling.state("Leads")) == truth(server, "Leads")
    assert server.count("/coql") <= 1  # of the contacts' ids


def test_a_query_of_an_older_version_goes_on_by_get_records(
    server: ZohoServer, tmp_path: Path, time: Time
) -> None:
    server.coql_hides_converted = True
    fill(server, 5, "Leads", Converted__s=True)
    connector = ZohoCrm(connection(server, tmp_path, time))
    request = Request("Leads", (), {}, Window(None, time()))
    since = "2000-01-01T00:00:00+00:00"
    page = connector.page(request, {"by": "query", "since": since, "after": "17"})
    connector.close()
    assert len(list(page.records)) == 5


def test_a_token_server_that_is_down_is_asked_again(
    server: ZohoServer, tmp_path: Path, time: Time
) -> None:
    fill(server, 3)
    told = f'{{"error":"invalid_client","echo":"{REFRESH_TOKEN} {CLIENT_SECRET}"}}'.encode()
    for status in (503, 429, 500):
        server.plan(Fault(path="/oauth", answer=Answer(status, told, _JSON)))
    pulling = puller(server, tmp_path, time)
    pulling.pull()
    assert names(pulling.state()) == truth(server)

    server.plan(Fault(path="/oauth", times=1_000, answer=Answer(503, told, _JSON)))
    with pytest.raises(SourceError, match=r"^crm_zoho: .*503.*run again later") as caught:
        puller(server, tmp_path / "other", time).pull()
    assert REFRESH_TOKEN not in str(caught.value)
    assert CLIENT_SECRET not in str(caught.value)


_JSON = {"Content-Type": "application/json"}
