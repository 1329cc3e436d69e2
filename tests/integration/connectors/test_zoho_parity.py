"""What the connector lands is what the official client of Zoho reads, record for record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from assets.raw.connector.model import Request, Window
from assets.raw.connector.strict_json import loads
from assets.raw.zoho_crm.client import ZohoCrm
from demo.servers.zoho import ZohoServer
from tests.integration.connectors.zoho_official import OfficialClient, plain
from tests.integration.connectors.zoho_world import START, Time, connection, fill, pages_of

COUNT = 5_230
FIELDS = [
    "id", "Owner", "Last_Name", "First_Name", "Account_Name", "Date_of_Birth", "Email_Opt_Out",
    "Visitor_Score", "Average_Time_Spent_Minutes", "Description", "Created_Time", "Modified_Time",
]  # fmt: skip


@pytest.fixture(scope="module")
def time() -> Time:
    return Time()


@pytest.fixture(scope="module")
def server(time: Time) -> Iterator[ZohoServer]:
    with ZohoServer(time, rows_a_bulk_page=2_000) as running:
        fill(running, COUNT)
        yield running


@pytest.fixture(scope="module")
def official(
    server: ZohoServer, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, Any]]:
    """All contacts by Zoho's own client, by id."""
    client = OfficialClient(server, tmp_path_factory.mktemp("official"))
    records = [plain(record) for record in client.records("Contacts", FIELDS)]
    assert len(records) == COUNT
    return {str(record["id"]): record for record in records}


def everything(stream: str = "Contacts", **options: Any) -> Request:
    return Request(stream, ("Last_Name",), options, Window(None, START + timedelta(days=30)))


def landed(connector: ZohoCrm, request: Request) -> dict[str, dict[str, Any]]:
    """Every record that is landed, by id."""
    found: dict[str, dict[str, Any]] = {}
    for page in pages_of(connector, request):
        for line in page:
            assert b"\n" not in line
            record = json.loads(line)
            assert record["id"] not in found, "no record comes twice while nothing changes"
            found[record["id"]] = record
    return found


def as_parsed(record: dict[str, Any]) -> dict[str, Any]:
    """A record of ours in the types of the official client."""
    parsed = {name: record[name] for name in FIELDS}
    for name in ("Created_Time", "Modified_Time"):
        parsed[name] = datetime.fromisoformat(parsed[name])
    if parsed["Date_of_Birth"]:
        parsed["Date_of_Birth"] = date.fromisoformat(parsed["Date_of_Birth"])
    return _with_numbers(parsed)


def _with_numbers(value: Any) -> Any:
    if isinstance(value, dict):
        return {n: int(v) if n == "id" else _with_numbers(v) for n, v in value.items()}
    return value


@pytest.mark.parametrize("full_by", ["modified_time", "page_token"])
def test_get_records_equals_the_official_client(
    server: ZohoServer,
    official: dict[str, dict[str, Any]],
    tmp_path: Path,
    time: Time,
    full_by: str,
) -> None:
    connector = ZohoCrm(connection(server, tmp_path, time, bulk_above=None, full_by=full_by))
    ours = landed(connector, everything())
    assert {name: as_parsed(record) for name, record in ours.items()} == official
    # Every field of the module is there, although one call gives fifty: an empty one is null.
    names = {field.name for field in connector.fields(everything()) or []}
    assert len(names) > 50
    assert all(set(record) == names for record in ours.values())


def test_bulk_read_equals_the_official_client(
    server: ZohoServer,
    official: dict[str, dict[str, Any]],
    tmp_path: Path,
    time: Time,
) -> None:
    connector = ZohoCrm(connection(server, tmp_path, time, bulk_above=5_000))
    before = server.count("GET /crm/v8/Contacts")
    ours = landed(connector, everything())
    assert server.count("/result") == 3
    # One count and one look at what was modified meanwhile: the rest came in bulk.
    assert server.count("GET /crm/v8/Contacts") - before <= 2
    assert set(ours) == set(official)
    for record_id, record in ours.items():
        theirs = official[record_id]
        for name, value in as_parsed(record).items():
            expected = theirs[name]
            if isinstance(expected, dict):
                expected = {"id": expected["id"]}
            assert value == expected, (record_id, name)
    assert not list(tmp_path.rglob("*.zip"))


def test_bulk_rows_equal_those_of_the_official_client(
    server: ZohoServer, tmp_path: Path, time: Time
) -> None:
    time.pass_by(minutes=5)
    client = OfficialClient(server, tmp_path / "official")
    theirs = {row["id"]: row for row in client.bulk("Contacts", FIELDS)}
    connector = ZohoCrm(connection(server, tmp_path, time, bulk_above=0))
    ours = landed(connector, everything())
    assert len(theirs) == COUNT
    for record_id, row in theirs.items():
        for name, cell in row.items():
            assert _cell(ours[record_id][name]) == cell, (record_id, name)


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case dict():
            return str(value["id"])
    return str(value)


def test_deletions_equal_those_of_the_official_client(tmp_path: Path) -> None:
    time = Time()
    with ZohoServer(time) as server:
        fill(server, 700)
        ids = list(server.store.modules["Contacts"].rows)
        for number, record_id in enumerate(ids[:450]):
            server.delete("Contacts", record_id, "permanent" if number % 3 == 0 else "recycle")
        client = OfficialClient(server, tmp_path / "official")
        theirs = {
            str(entry.get_id()): (entry.get_type(), entry.get_deleted_time())
            for entry in client.deleted("Contacts")
        }
        connector = ZohoCrm(connection(server, tmp_path, time))
        request = everything("deletions", modules=["Accounts", "Contacts"])
        ours = [loads(line) for page in pages_of(connector, request) for line in page]
    assert len(ours) == len(theirs) == 450
    kinds = {"recycle": "recycled", "permanent": "purged"}
    assert {
        entry["record_id"]: (entry["event"], datetime.fromisoformat(entry["happened_at"]))
        for entry in ours
    } == {record_id: (kinds[kind], moment) for record_id, (kind, moment) in theirs.items()}
    assert {entry["object"] for entry in ours} == {"Contacts"}
