"""Pulling a 纷享销客 Fxiaoke: nothing lost and nothing doubled, also past 10,000 records."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assets.raw.connector.pull import Wanted, pull
from assets.raw.fxiaoke.client import Fxiaoke
from demo.servers import fxiaoke_access as access
from demo.servers.base import Fault
from demo.servers.fxiaoke import FxiaokeServer
from tests.integration.connectors.fxiaoke_tenant import (
    Time,
    by_id,
    connection,
    filled,
    foreign_client,
    lead,
    pulled,
    records_of,
    request,
)

QUERY = "/data/query"


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def server(time: Time) -> Iterator[FxiaokeServer]:
    with filled(time, 350) as server:
        yield server


def test_the_same_records_as_the_foreign_client(time: Time, tmp_path: Path) -> None:
    order = [{"fieldName": "_id", "isAsc": True}]
    with filled(time, 5_000) as server, foreign_client(server) as client:
        theirs = list(client.query("LeadsObj", orders=order))
        ours = records_of(pulled(connection(server, tmp_path, time)))
    assert ours == theirs
    assert len(ours) == 5_000


def test_past_10_000_where_the_foreign_client_stops(time: Time, tmp_path: Path) -> None:
    with filled(time, 25_000) as server, foreign_client(server) as client:
        theirs: list[object] = []
        with pytest.raises(RuntimeError, match="10013"):
            theirs.extend(client.query("LeadsObj"))
        landed = pulled(connection(server, tmp_path, time))
        ours = records_of(landed)
        assert by_id(ours) == server.records["LeadsObj"]
    assert len(theirs) == 10_100
    assert len(ours) == 25_000
    assert landed.checkpoint.pages == 250


@pytest.mark.parametrize("auth", ["app_secret", "corp_token"])
def test_both_ways_to_sign_in_share_one_token(
    server: FxiaokeServer, time: Time, tmp_path: Path, auth: str
) -> None:
    for how in ({}, {"user": None, "user_mobile": access.DEMO_MOBILE}):
        landed = pulled(connection(server, tmp_path, time, auth=auth, **how))
        assert set(by_id(records_of(landed))) <= set(server.records["LeadsObj"])
    assert server.tokens.issued == 1
    time.pass_by(hours=2)
    pulled(connection(server, tmp_path, time, auth=auth))
    assert server.tokens.issued == 2
    assert not server.codes


def test_edits_of_the_same_second_and_late_ones_arrive(
    server: FxiaokeServer, time: Time, tmp_path: Path
) -> None:
    system = connection(server, tmp_path, time)
    assert len(records_of(pulled(system))) == 350
    server.edit("LeadsObj", lead(1)["_id"], name="same second")
    server.edit(
        "LeadsObj", lead(2)["_id"], name="late", last_modified_time=time.milliseconds - 99_000
    )
    server.edit("LeadsObj", lead(3)["_id"], name="same millisecond, again")
    server.put("LeadsObj", lead(900, last_modified_time=time.milliseconds))
    time.pass_by(hours=1)
    second = records_of(pulled(system))
    assert {row["name"] for row in second} == {
        "same second", "late", "same millisecond, again", "李900"
    }  # fmt: skip


def test_an_edit_between_two_pages_comes_now_or_next_time(
    server: FxiaokeServer, time: Time, tmp_path: Path
) -> None:
    system = connection(server, tmp_path, time)
    pulled(system)
    time.pass_by(hours=1)
    for number in range(250):
        server.edit("LeadsObj", lead(number)["_id"], name="changed")
    first, last = sorted(server.records["LeadsObj"])[0], sorted(server.records["LeadsObj"])[-1]

    def edit() -> None:
        time.pass_by(seconds=30)
        for record_id in (first, last):
            server.edit("LeadsObj", record_id, name="changed in between")

    server.plan(Fault(QUERY, skip=1, act=edit))
    seen = by_id(records_of(pulled(system)))
    time.pass_by(hours=1)
    seen |= by_id(records_of(pulled(system)))
    changed = {
        key: row for key, row in server.records["LeadsObj"].items() if "changed" in row["name"]
    }
    assert seen == changed


def test_a_voided_record_arrives_and_comes_back(
    server: FxiaokeServer, time: Time, tmp_path: Path
) -> None:
    system = connection(server, tmp_path, time)
    pulled(system)
    for change, state in ((server.void, "invalid"), (server.restore, "normal")):
        time.pass_by(hours=1)
        change("LeadsObj", lead(5)["_id"])
        (row,) = records_of(pulled(system))
        assert (row["_id"], row["life_status"]) == (lead(5)["_id"], state)


@pytest.mark.parametrize(
    ("voided", "count"), [("included", 49), ("separate", 50), ("excluded", 49)]
)
def test_voided_records_that_the_listing_hides_can_be_asked_for(
    time: Time, tmp_path: Path, voided: str, count: int
) -> None:
    with filled(time, 50, lists_voided=False) as server:
        server.void("LeadsObj", lead(5)["_id"])
        system = connection(server, tmp_path, time, voided=voided)
        assert len(records_of(pulled(system))) == count
        swept = records_of(pulled(system, "live_ids", "snapshot", objects=["LeadsObj"]))
        assert len(swept) == count


def test_the_sweep_of_ids_shows_hard_deletes_and_undeletes(
    server: FxiaokeServer, time: Time, tmp_path: Path
) -> None:
    server.put("object_abc__c", *(lead(number) for number in range(10)))
    system = connection(server, tmp_path, time)

    def sweep() -> set[tuple[str, str]]:
        rows = records_of(
            pulled(system, "live_ids", "snapshot", objects=["LeadsObj", "object_abc__c"])
        )
        return {(row["object"], row["record_id"]) for row in rows}

    everything = sweep()
    assert len(everything) == 360
    server.plan(Fault(QUERY, skip=1, act=lambda: server.delete("LeadsObj", lead(9)["_id"])))
    server.delete("object_abc__c", lead(3)["_id"])
    sweep()
    gone = {("LeadsObj", lead(9)["_id"]), ("object_abc__c", lead(3)["_id"])}
    assert everything - sweep() == gone
    time.pass_by(hours=1)
    pulled(system)
    time.pass_by(hours=1)
    server.restore("LeadsObj", lead(9)["_id"])
    assert everything - sweep() == {("object_abc__c", lead(3)["_id"])}
    assert [row["_id"] for row in records_of(pulled(system))] == [lead(9)["_id"]]


def test_options_and_fields_come_from_the_describe(
    server: FxiaokeServer, time: Time, tmp_path: Path
) -> None:
    server.describes["LeadsObj"] = {
        "leads_status": {
            "type": "select_one",
            "label": "状态",
            "options": [{"value": "1", "label": "未处理"}, {"value": "2", "label": "跟进中"}],
        },
        "field_empty__c": {"type": "currency", "label": "从未填写"},
    }
    system = connection(server, tmp_path, time)
    rows = records_of(pulled(system, "field_options", "snapshot", objects=["LeadsObj"]))
    assert [row["label"] for row in rows if row["field"] == "leads_status"] == ["未处理", "跟进中"]
    fields = {field.name: field.type for field in pulled(system).fields or []}
    assert fields["field_empty__c"] == "decimal(38,9)"
    assert fields["owner"] == "json"
    assert fields["version"] == "bigint"
    assert fields["last_modified_time"] == "epoch_ms"


def test_only_declared_fields_when_that_is_wanted(
    server: FxiaokeServer, time: Time, tmp_path: Path
) -> None:
    system = connection(server, tmp_path, time, fields="declared")
    with closing(Fxiaoke(system)) as connector:
        declared = ("_id", "name", "owner__r")
        landed = pull(system, connector, Wanted("LeadsObj", fields=declared))
        assert {field.name for field in landed.fields or []} == set(declared)
        expected = {"_id", "name", "owner", "owner__r", "last_modified_time"}
        assert {key for row in records_of(landed) for key in row} == expected
        # A field that is declared later has everything pulled again.
        again = pull(system, connector, Wanted("LeadsObj", fields=(*declared, "mobile")))
        assert len(records_of(again)) == 350


def test_a_tenant_may_be_asked_without_a_list_of_fields(
    server: FxiaokeServer, time: Time, tmp_path: Path
) -> None:
    landed = pulled(
        connection(server, tmp_path, time, fields="unnamed", window_operators="gte_lte")
    )
    assert by_id(records_of(landed)) == server.records["LeadsObj"]


def test_a_probe_says_what_there_is(server: FxiaokeServer, time: Time, tmp_path: Path) -> None:
    with closing(Fxiaoke(connection(server, tmp_path, time))) as connector:
        assert connector.probe(request()).endswith(" fields, about 350 records")
        assert server.count() == 3
        options = request("field_options", objects=["LeadsObj"])
        assert connector.probe(options).startswith("LeadsObj: ")
