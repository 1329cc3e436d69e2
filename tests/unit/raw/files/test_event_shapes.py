"""Event files in the shapes of GA4, Segment and Snowplow load by the templates as they stand."""

# ruff: noqa: DTZ001 (raw timestamps are UTC without a zone)

from __future__ import annotations

import gzip
import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import yaml

from assets.raw.contract_model import SourceContract
from tests.unit.raw.conftest import LOADED_AT, Workbench

TEMPLATES = Path(__file__).parents[4] / "assets" / "raw" / "files" / "templates"


def template(name: str, **changes: Any) -> dict[str, Any]:
    """The object `events` of a template, after the whole contract was checked."""
    content = yaml.safe_load((TEMPLATES / f"{name}.yml").read_text(encoding="utf-8"))
    SourceContract.model_validate(content)
    keys: dict[str, Any] = content["objects"]["events"] | changes
    return keys


def write_parquet(file: Path, select: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    duckdb.execute(f"copy ({select}) to '{file}' (format parquet)").fetchall()


GA4_EVENT = """
    select
        '{id}' as event_id, '20170601' as event_date,
        1496318400123456 as event_timestamp, 'purchase' as event_name,
        [
            {{'key': 'ga_session_id', 'value': {{'string_value': null::varchar,
              'int_value': 9007199254740993, 'float_value': null::double,
              'double_value': null::double}}}},
            {{'key': 'page_title', 'value': {{'string_value': '购物车 "1"', 'int_value': null,
              'float_value': null, 'double_value': null}}}}
        ] as event_params,
        null::bigint as event_previous_timestamp, 12.5::double as event_value_in_usd,
        -1::bigint as event_bundle_sequence_id, 4300000 as event_server_timestamp_offset,
        '1001' as user_id, {pseudo} as user_pseudo_id,
        {{'analytics_storage': 'Yes', 'ads_storage': 'No', 'uses_transient_token': 'No'}}
            as privacy_info,
        []::struct(key varchar, value struct(string_value varchar))[] as user_properties,
        1496318300000000 as user_first_touch_timestamp,
        {{'revenue': 12.5, 'currency': 'USD'}} as user_ltv,
        {{
            'category': 'mobile', 'mobile_brand_name': 'Xiaomi', 'operating_system': 'Android',
            'language': 'zh-cn', 'web_info': {{'browser': 'Chrome', 'hostname': 'www.example.com'}}
        }} as device,
        {{'country': 'China', 'region': 'Shanghai', 'city': null::varchar, 'metro': ''}} as geo,
        null::struct(id varchar) as app_info,
        {{'name': '(direct)', 'medium': '(none)', 'source': '(direct)'}} as traffic_source,
        {{'gclid': null::varchar, 'manual_source': 'wechat'}} as collected_traffic_source,
        '777' as stream_id, 'WEB' as platform,
        {{'transaction_id': 'B-1', 'purchase_revenue': 12.5::double}} as ecommerce,
        [{{'item_id': 'p1', 'quantity': 2}}] as items,
        true as is_active_user, 1::bigint as batch_page_id, 2::bigint as batch_ordering_id,
        3::bigint as batch_event_index
"""


def test_ga4_parquet(bench: Workbench) -> None:
    first = GA4_EVENT.format(id="e1", pseudo="'1234.5678'")
    second = GA4_EVENT.format(id="e2", pseudo="null")
    write_parquet(
        bench.data / "ga4" / "events_20170601.parquet", f"{first} union all by name {second}"
    )
    outcome = bench.load(**template("ga4"))
    assert outcome.rules == []
    row, without_consent = outcome.rows
    assert row["occurred_at"] == datetime(2017, 6, 1, 12, 0, 0, 123456)
    assert row["event_date"] == date(2017, 6, 1)
    assert row["first_touch_at"] == datetime(2017, 6, 1, 11, 58, 20)
    assert row["previous_event_at"] is None
    assert (row["device_category"], row["browser"], row["country"], row["city"]) == (
        "mobile",
        "Chrome",
        "China",
        None,
    )
    assert (row["analytics_storage"], row["order_id"]) == ("Yes", "B-1")
    parameters = json.loads(row["event_params"])
    assert parameters[0]["value"]["int_value"] == 9007199254740993, "kept to the last digit"
    assert parameters[1]["value"]["string_value"] == '购物车 "1"'
    assert json.loads(row["items"]) == [{"item_id": "p1", "quantity": 2}]
    assert row["is_active_user"] is True
    assert without_consent["user_pseudo_id"] is None, "an event without consent is an event"


def test_ga4_json_lines_with_integers_as_text(bench: Workbench) -> None:
    event = {
        "event_id": "e1",
        "event_date": "20170601",
        "event_timestamp": "1496318400123456",
        "event_name": "page_view",
        "event_params": [{"key": "ga_session_id", "value": {"int_value": "1496318400"}}],
        "device": {"category": "desktop", "web_info": {"browser": "Safari"}},
        "geo": {"country": "China"},
        "is_active_user": False,
    }
    bench.deliver("ga4/events_20170601.jsonl", json.dumps(event))
    outcome = bench.load(**template("ga4", path="ga4/events_*.jsonl", format="jsonl"))
    (row,) = outcome.rows
    assert row["occurred_at"] == datetime(2017, 6, 1, 12, 0, 0, 123456)
    assert (row["device_category"], row["browser"], row["is_active_user"]) == (
        "desktop",
        "Safari",
        False,
    )


def test_a_day_that_is_exported_again_replaces_it(bench: Workbench) -> None:
    file = bench.data / "ga4" / "events_20170601.parquet"
    write_parquet(file, GA4_EVENT.format(id="early", pseudo="'1'"))
    bench.load(**template("ga4"))
    write_parquet(file, GA4_EVENT.format(id="late", pseudo="'1'"))
    assert bench.load(LOADED_AT + timedelta(days=1), **template("ga4")).values("event_id") == [
        "late"
    ]


SEGMENT_TRACK = {
    "messageId": "m-1",
    "type": "track",
    "event": "Order Completed",
    "anonymousId": "a-1",
    "userId": "1001",
    "context": {
        "ip": "192.0.2.1",
        "locale": "zh-CN",
        "page": {"url": "https://www.example.com/cart", "path": "/cart"},
        "campaign": {"source": "wechat", "name": "六月"},
        "library": {"name": "analytics.js", "version": "2"},
        "consent": {"categoryPreferences": {"Advertising": False}},
    },
    "properties": {"order_id": "B-1", "total": 12.10},
    "timestamp": "2017-06-01T12:00:00.123Z",
    "originalTimestamp": "2017-06-01T20:00:01.000+08:00",
    "sentAt": "2017-06-01T12:00:02Z",
    "receivedAt": "2017-06-01T12:00:01.122Z",
    "version": 2,
}


def test_segment(bench: Workbench) -> None:
    again = SEGMENT_TRACK | {"receivedAt": "2017-06-01T12:00:05.000Z"}
    identify = {
        "messageId": "m-2",
        "type": "identify",
        "userId": "1001",
        "traits": {"email": "li@example.com"},
        "timestamp": "2017-06-01T12:00:03Z",
        "receivedAt": "2017-06-01T12:00:04Z",
    }
    unknown = identify | {"messageId": "m-3", "type": "delete"}
    lines = [json.dumps(line) for line in (SEGMENT_TRACK, again, identify, unknown)]
    bench.deliver("segment/2017/06/01.jsonl.gz", gzip.compress("\n".join(lines).encode()))
    outcome = bench.load(**template("segment"))
    assert outcome.values("message_id", "call_type") == [
        ("m-1", "track"),
        ("m-1", "track"),
        ("m-2", "identify"),
    ], "a call that was sent twice is for staging to merge, by its key and version"
    assert outcome.rules == ["not_allowed"]
    row = outcome.rows[0]
    assert row["occurred_at"] == datetime(2017, 6, 1, 12, 0, 0, 123000)
    assert row["device_time_at"] == datetime(2017, 6, 1, 12, 0, 1)
    assert (row["page_path"], row["utm_campaign"]) == ("/cart", "六月")
    assert json.loads(row["properties"])["order_id"] == "B-1"
    assert json.loads(outcome.rows[2]["traits"]) == {"email": "li@example.com"}


SNOWPLOW_EVENT = {
    "event_id": "c6ef3124-b53a-4b13-a233-0088f79dcbcb",
    "app_id": "shop",
    "platform": "web",
    "event": "page_view",
    "event_vendor": "com.snowplowanalytics.snowplow",
    "event_name": "page_view",
    "event_version": "1-0-0",
    "user_id": None,
    "domain_userid": "d-1",
    "domain_sessionid": "s-1",
    "domain_sessionidx": 3,
    "page_url": "https://www.example.com/产品",
    "mkt_source": "wechat",
    "tr_total": 12.1,
    "dvce_created_tstamp": "2017-06-01T11:59:59.001Z",
    "dvce_sent_tstamp": "2017-06-01T12:00:00.000Z",
    "collector_tstamp": "2017-06-01T12:00:00.500Z",
    "etl_tstamp": "2017-06-01T12:00:03.000Z",
    "derived_tstamp": "2017-06-01T11:59:59.501Z",
    "contexts_com_snowplowanalytics_snowplow_web_page_1": [{"id": "w-1"}],
}


def test_snowplow_json_lines(bench: Workbench) -> None:
    line = json.dumps(SNOWPLOW_EVENT).encode()
    bench.deliver("snowplow/run=1/part-0.jsonl.gz", gzip.compress(line))
    columns = [
        *template("snowplow")["columns"],
        {
            "name": "web_page",
            "header": "contexts_com_snowplowanalytics_snowplow_web_page_1",
            "type": "json",
        },
    ]
    outcome = bench.load(**template("snowplow", columns=columns))
    assert outcome.rules == []
    (row,) = outcome.rows
    assert row["occurred_at"] == datetime(2017, 6, 1, 11, 59, 59, 501000)
    assert (row["domain_sessionidx"], row["user_id"], row["tr_total"]) == (3, None, Decimal("12.1"))
    assert json.loads(row["web_page"]) == [{"id": "w-1"}]


def test_snowplow_parquet(bench: Workbench) -> None:
    keys = template("snowplow", path="snowplow/*.parquet", format="parquet")
    moments = {"timestamp": "timestamptz", "double": "double", "integer": "integer"}
    values = ", ".join(
        f"'{SNOWPLOW_EVENT[title]}'::{moments.get(column['type'], 'varchar')} as {title}"
        if SNOWPLOW_EVENT.get(title := column.get("header", column["name"])) is not None
        else f"null::varchar as {title}"
        for column in keys["columns"]
    )
    write_parquet(bench.data / "snowplow" / "events.parquet", f"select {values}")
    outcome = bench.load(**keys)
    assert outcome.rules == []
    (row,) = outcome.rows
    assert row["collected_at"] == datetime(2017, 6, 1, 12, 0, 0, 500000)
    assert row["tr_total"] == Decimal("12.10")
