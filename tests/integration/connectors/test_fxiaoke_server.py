"""The local 纷享销客 Fxiaoke behaves as documented, also by fxiaoke-python, which is not ours."""

from __future__ import annotations

import uuid
from functools import cache
from typing import Any

import httpx
import pytest

from demo.servers import fxiaoke_access as access
from demo.servers.fxiaoke import FxiaokeServer
from tests.integration.connectors.fxiaoke_tenant import Time, filled, foreign_client, lead

QUERY = "/cgi/crm/v2/data/query"
BY_ID = [{"fieldName": "_id", "isAsc": True}]


@pytest.fixture
def time() -> Time:
    return Time()


@cache
def client() -> httpx.Client:
    return httpx.Client()


def ask(server: FxiaokeServer, path: str, body: dict[str, Any], **headers: str) -> dict[str, Any]:
    answer = client().post(
        f"{server.url}{path}",
        params={"thirdTraceId": str(uuid.uuid4())},
        json=body,
        headers=headers,
    )
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def sign_in(server: FxiaokeServer) -> dict[str, str]:
    answer = ask(
        server,
        "/oauth2.0/token",
        {
            "appId": access.DEMO_APP_ID,
            "appSecret": access.DEMO_APP_SECRET,
            "permanentCode": access.DEMO_PERMANENT_CODE,
            "grantType": "app_secret",
        },
    )
    return {
        "authorization": f"Bearer {answer['accessToken']}",
        "x-fs-ea": answer["ea"],
        "x-fs-userid": access.DEMO_USER_ID,
    }


def query(**info: Any) -> dict[str, Any]:
    return {
        "data": {
            "dataObjectApiName": "LeadsObj",
            "find_explicit_total_num": False,
            "search_query_info": {"limit": 100, "offset": 0, "filters": [], "orders": BY_ID} | info,
        }
    }


def test_the_foreign_client_gets_every_record_and_the_describe(time: Time) -> None:
    with filled(time, 2_500) as server, foreign_client(server) as client:
        got = list(client.query("LeadsObj", orders=BY_ID))
        assert got == sorted(server.records["LeadsObj"].values(), key=lambda row: row["_id"])
        described = client.describe("LeadsObj")["describe"]["fields"]
        assert described["life_status"]["options"][-1] == {"value": "invalid", "label": "作废"}
        assert described["field_budget__c"]["define_type"] == "custom"
        first = got[0]["_id"]
        assert client.get(first, "LeadsObj") == got[0]


def test_the_foreign_client_filters_as_documented(time: Time) -> None:
    with filled(time, 300) as server, foreign_client(server) as client:
        server.edit("LeadsObj", lead(7)["_id"], leads_status="2", mobile=None)
        for operator, values, field, count in (
            ("EQ", ["2"], "leads_status", 1),
            ("N", ["1"], "leads_status", 1),
            ("IN", ["2", "3"], "leads_status", 1),
            ("NIN", ["2"], "leads_status", 299),
            ("IS", [], "mobile", 1),
            ("ISN", [], "mobile", 299),
            ("LIKE", ["0000-012"], "mobile", 10),
            ("STARTWITH", ["李29"], "name", 11),
            ("ENDWITH", ["99"], "name", 3),
            ("GT", [time.milliseconds - 1], "last_modified_time", 1),
            ("BETWEEN", ["0", str(time.milliseconds - 1)], "last_modified_time", 299),
            ("CONTAINS", [access.DEMO_OPEN_USER_ID], "owner", 300),
        ):
            one = {"field_name": field, "operator": operator, "field_values": values}
            assert len(list(client.query("LeadsObj", filters=[one]))) == count, operator


def test_custom_objects_have_a_path_of_their_own(time: Time) -> None:
    with filled(time, 30, "object_abc__c") as server, foreign_client(server) as client:
        assert len(list(client.query("object_abc__c"))) == 30
        assert server.count("/cgi/crm/custom/v2/data/query") == 1
        body = query()
        body["data"]["dataObjectApiName"] = "object_abc__c"
        assert ask(server, QUERY, body, **sign_in(server))["errorCode"] == 32000


def test_an_offset_ends_at_10_000_and_totals_only_come_when_asked_for(time: Time) -> None:
    with filled(time, 300) as server:
        headers = sign_in(server)
        for info, code in (
            ({"offset": 10_100}, 10013),
            ({"limit": 101}, 15002),
            ({"offset": 50}, 15002),
            ({"filters": [{"field_name": "name", "operator": "NE", "field_values": ["x"]}]}, 15002),
            ({"filters": [{"field_name": "name", "operator": "EQ", "field_values": "x"}]}, 15002),
        ):
            assert ask(server, QUERY, query(**info), **headers)["errorCode"] == code, info
        assert ask(server, QUERY, query(), **headers)["data"]["total"] == 0
        counted = query()
        counted["data"]["find_explicit_total_num"] = True
        assert ask(server, QUERY, counted, **headers)["data"]["total"] == 300


def test_a_projection_brings_labels_along_and_leaves_empty_values_out(time: Time) -> None:
    with filled(time, 1) as server:
        server.put("LeadsObj", lead(0, mobile=None))
        body = query(fieldProjection=["owner", "mobile"])
        (row,) = ask(server, QUERY, body, **sign_in(server))["data"]["dataList"]
        assert set(row) == {"_id", "owner", "owner__r"}


def test_voided_records_can_be_hidden_from_the_plain_listing(time: Time) -> None:
    with filled(time, 3, lists_voided=False) as server:
        server.void("LeadsObj", lead(1)["_id"])
        headers = sign_in(server)
        assert len(ask(server, QUERY, query(), **headers)["data"]["dataList"]) == 2
        voided = {"field_name": "life_status", "operator": "EQ", "field_values": ["invalid"]}
        answer = ask(server, QUERY, query(filters=[voided]), **headers)
        assert [row["name"] for row in answer["data"]["dataList"]] == ["李1"]
        server.restore("LeadsObj", lead(1)["_id"])
        assert len(ask(server, QUERY, query(), **headers)["data"]["dataList"]) == 3


def test_a_token_stays_the_same_while_it_is_cached(time: Time) -> None:
    with filled(time, 1) as server:
        first = sign_in(server)
        time.pass_by(seconds=6599)
        assert sign_in(server) == first
        time.pass_by(seconds=1)
        assert ask(server, QUERY, query(), **first)["errorCode"] == 0
        assert sign_in(server) != first
        assert ask(server, QUERY, query(), **first)["errorCode"] == 20016
        for _ in range(8):
            sign_in(server)
        with pytest.raises(KeyError):
            sign_in(server)
        assert server.codes[30004] == 1


def test_who_asks_wrongly_is_told_so_with_status_200(time: Time) -> None:
    with filled(time, 1) as server:
        headers = sign_in(server)
        assert ask(server, QUERY, query())["errorCode"] == 20017
        assert ask(server, QUERY, query(), **headers | {"x-fs-userid": "7"})["errorCode"] == 20012
        assert ask(server, QUERY, query(), **headers | {"x-fs-ea": "other"})["errorCode"] == 20016
        assert ask(server, "/oauth2.0/token", {"grantType": "app_secret"})["errorCode"] == 10002
        body = query()
        body["data"]["dataObjectApiName"] = "NoObj"
        assert ask(server, QUERY, body, **headers)["errorCode"] == 15002
        again = {"thirdTraceId": str(uuid.uuid4())}
        for code in (0, 32000):
            answer = client().post(
                f"{server.url}{QUERY}", params=again, json=query(), headers=headers
            )
            assert answer.json()["errorCode"] == code
        names = ask(server, "/cgi/crm/v2/object/list", {}, **headers)["data"]["objects"]
        assert [row["describeDisplayName"] for row in names] == ["销售线索"]


def test_calls_are_limited_in_20_seconds_and_in_a_day(time: Time) -> None:
    with filled(time, 1, calls=100, day_quota=150) as server:
        headers = sign_in(server)
        codes = [ask(server, QUERY, query(), **headers)["errorCode"] for _ in range(101)]
        assert codes == [0] * 100 + [30004]
        time.pass_by(seconds=21)
        codes = [ask(server, QUERY, query(), **headers)["errorCode"] for _ in range(51)]
        assert codes == [0] * 50 + [30002]
        # Ten in the morning in Beijing; the day ends there, not in UTC.
        time.pass_by(hours=14)
        headers = sign_in(server)
        assert ask(server, QUERY, query(), **headers)["errorCode"] == 0
        server.rates.is_bought = False
        assert ask(server, QUERY, query(), **headers)["errorCode"] == 30003
