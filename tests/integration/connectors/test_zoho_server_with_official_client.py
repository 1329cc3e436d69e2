"""The local Zoho CRM is used by the official client of Zoho, which nobody here wrote."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from demo.servers.base import Fault
from demo.servers.zoho import ZohoServer
from tests.integration.connectors.zoho_official import OfficialClient, plain
from tests.integration.connectors.zoho_world import START, Time, contact, fill

FIELDS = [
    "id", "Owner", "Last_Name", "First_Name", "Account_Name", "Date_of_Birth", "Email_Opt_Out",
    "Visitor_Score", "Average_Time_Spent_Minutes", "Description", "Tag", "Created_Time",
    "Modified_Time",
]  # fmt: skip


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def server(time: Time) -> Iterator[ZohoServer]:
    with ZohoServer(time, rows_a_bulk_page=1_000) as running:
        yield running


@pytest.fixture
def client(server: ZohoServer, tmp_path: Path) -> OfficialClient:
    return OfficialClient(server, tmp_path / "official")


def test_client_gets_a_token_and_all_records_past_the_two_thousandth(
    server: ZohoServer, client: OfficialClient
) -> None:
    fill(server, 2_450)
    records = [plain(record) for record in client.records("Contacts", FIELDS)]
    assert len(records) == len({record["id"] for record in records}) == 2_450
    assert server.tokens.issued == 1
    first = records[-1]
    assert first["Last_Name"] == "李0"
    assert first["Owner"]["email"] == "wang.fang@example.com"
    assert first["Account_Name"] == {"id": 3652397020000000001, "name": "蓝天公司"}
    assert first["Created_Time"] == START
    assert first["Email_Opt_Out"] is True
    assert records[-3]["Average_Time_Spent_Minutes"] == 0.5
    assert first["Tag"][0]["name"] == "VIP"


def test_client_asks_for_what_changed(server: ZohoServer, client: OfficialClient) -> None:
    fill(server, 300)
    since = START + timedelta(seconds=90)
    changed = [plain(record)["id"] for record in client.records("Contacts", ["id"], since)]
    # Inclusive: the three records of that very second are among them.
    assert changed == [int(contact(number)["id"]) for number in range(299, 269, -1)]
    late = START + timedelta(days=1)
    assert client.call("Contacts", late, fields="id").get_status_code() == 304
    assert client.call("Leads", fields="id").get_status_code() == 204


def test_client_gets_deleted_records_with_nulls(
    server: ZohoServer, client: OfficialClient, time: Time
) -> None:
    fill(server, 450)
    server.upsert("Contacts", {"id": "3652397010000000777", "Created_By": None})
    for number in range(230):
        server.delete("Contacts", contact(number)["id"])
    time.pass_by(minutes=20)
    server.delete("Contacts", contact(300)["id"], "permanent")
    server.delete("Contacts", "3652397010000000777", "permanent")
    server.undelete("Contacts", contact(5)["id"])
    deleted = {record.get_id(): record for record in client.deleted("Contacts")}
    assert len(deleted) == 231
    nameless = deleted[3652397010000000777]
    assert nameless.get_display_name() is None
    assert nameless.get_created_by() is None
    assert nameless.get_deleted_by() is None
    assert deleted[int(contact(300)["id"])].get_type() == "permanent"
    assert deleted[int(contact(7)["id"])].get_type() == "recycle"
    assert len(list(client.deleted("Contacts", since=time()))) == 2


def test_client_reads_in_bulk(server: ZohoServer, client: OfficialClient) -> None:
    fill(server, 2_300)
    rows = list(client.bulk("Contacts", ["id", "Owner", "Description", "Email_Opt_Out"]))
    assert len({row["id"] for row in rows}) == 2_300
    assert rows[13]["Description"] == "line one\nline two, 13"
    assert rows[0] == {
        "id": contact(0)["id"],
        "Owner": "3652397000000000011",
        "Description": "line one\nline two, 0",
        "Email_Opt_Out": "true",
    }


def test_client_asks_in_coql(server: ZohoServer, client: OfficialClient) -> None:
    fill(server, 30)
    since = (START + timedelta(seconds=5)).isoformat()
    text = (
        "select id, Modified_Time, Account_Name from Contacts "
        f"where ((Modified_Time = '{since}' and id > {contact(15)['id']}) "
        f"or Modified_Time > '{since}') order by Modified_Time asc, id asc limit 3"
    )
    answer = client.query(text)
    found = [plain(record)["id"] for record in answer.get_data()]
    assert found == [int(contact(number)["id"]) for number in (16, 17, 18)]
    assert answer.get_info().get_more_records() is True
    three = "select id from Contacts where id > 1 and id > 2 and id > 3"
    assert client.query(three).get_code().get_value() == "SYNTAX_ERROR"


def test_client_counts_and_reads_staff_and_stages(
    server: ZohoServer, client: OfficialClient
) -> None:
    fill(server, 12)
    assert client.count("Contacts") == 12
    server.store.users = [
        {"id": "11", "full_name": "王芳", "email": "wang.fang@example.com", "status": "active"},
        {"id": "12", "full_name": "Ann", "email": "ann@example.com", "status": "disabled"},
    ]
    assert [user.get_full_name() for user in client.staff()] == ["王芳", "Ann"]
    deal = server.upsert("Deals", {"Deal_Name": "d", "Stage": "Qualification", "Amount": 10.5})
    server.upsert("Deals", {"id": deal, "Stage": "Closed Won", "Amount": 12.0})
    stages = client.stages(deal)
    assert [stage["Stage"] for stage in stages] == ["Closed Won", "Qualification"]
    assert [stage["Amount"] for stage in stages] == [12.0, 10.5]


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({}, "REQUIRED_PARAM_MISSING"),
        ({"fields": ",".join(f"Field_{n}" for n in range(51))}, "LIMIT_EXCEEDED"),
        ({"fields": "id", "page": 11, "per_page": 200}, "DISCRETE_PAGINATION_LIMIT_EXCEEDED"),
        ({"fields": "id", "page_token": "unheard-of"}, "INVALID_DATA"),
    ],
)
def test_client_understands_refusals(
    client: OfficialClient, params: dict[str, object], code: str
) -> None:
    response = client.call("Contacts", **params)
    assert response.get_status_code() == 400
    assert response.get_object().get_code().get_value() == code


def test_client_understands_what_befalls_page_tokens(
    server: ZohoServer, client: OfficialClient, time: Time
) -> None:
    fill(server, 250)
    token = client.call("Contacts", fields="id").get_object().get_info().get_next_page_token()
    other = client.call("Contacts", fields="id,Email", page_token=token).get_object()
    assert other.get_code().get_value() == "TOKEN_BOUND_DATA_MISMATCH"
    time.pass_by(hours=25)
    server.tokens.live.clear()
    old = client.call("Contacts", fields="id", page_token=token)
    assert old.get_object().get_code().get_value() == "INVALID_TOKEN"


def test_client_understands_a_missing_scope_and_a_wrong_module(
    server: ZohoServer, tmp_path: Path
) -> None:
    server.tokens.scope = "ZohoCRM.modules.Contacts.READ ZohoCRM.settings.fields.READ"
    client = OfficialClient(server, tmp_path / "other")
    fill(server, 3)
    assert len(list(client.records("Contacts", ["id"]))) == 3
    refused = client.call("Accounts", fields="id")
    assert refused.get_status_code() == 401
    assert refused.get_object().get_code().get_value() == "OAUTH_SCOPE_MISMATCH"


def test_faults_reach_the_client(server: ZohoServer, client: OfficialClient) -> None:
    fill(server, 3)
    client.call("Contacts", fields="id")
    server.plan(Fault(path="/crm/v8/Contacts", reset=True))
    with pytest.raises(Exception, match=r"(?i)connection"):
        client.call("Contacts", fields="id")
