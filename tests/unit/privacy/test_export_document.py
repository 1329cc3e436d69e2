"""The document keeps digits and zones and is the same every time; the page is safe and readable."""

# ruff: noqa: DTZ001 (times of the warehouse are UTC without a zone)

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape

from assets.privacy.export.document import document
from assets.privacy.export.html import page
from assets.privacy.export.model import OTHER, Column, Export, Gap, Group, Place, Record
from assets.privacy.export.values import encoded

NASTY = "<script>alert(1)</script><img src=x onerror=alert(2)> & \"quoted\" 'too'"

GOLDEN = Group(
    "vault",
    "vault.vault.customer_pii",
    "One row per customer",
    ("identification",),
    "build",
    (Column("full_name", "direct", 'Name 姓名 "as typed"'), Column("city", "quasi")),
    (Record({"full_name": NASTY, "city": "昆明", "nickname": None}),),
)
ORDERS = Group(
    "landing",
    "shop.orders",
    "One row per order 订单 <b>",
    ("integration",),
    "source",
    (Column("amount", "direct", "Amount", kept_days=30),),
    (
        Record(
            {"amount": Decimal("10.10"), "currency": "CNY", "by": {"id": "1", "name": OTHER}},
            (
                Place("a.csv", "2026-01-01T00:00:00Z", 1),
                Place("b<i>.csv", "2026-01-02T00:00:00Z", 7),
            ),
        ),
        Record({"amount": Decimal("0.00"), "currency": "CNY", "note": NASTY, "paid": True}),
    ),
    kept_days=730,
)
MART = Group(
    "warehouse",
    "warehouse.marts.rfm",
    "One row per customer",
    ("analytics", "marketing"),
    "build",
    records=(Record({"score": 5}),),
    published_as="publish.rfm",
    readers=("c360_analyst",),
)
EMPTY = Group("stores", "ledger", "Keys", ("identification",), "source")
EXPORT = Export(
    request="run-1",
    made_at="2026-01-03T04:05:06Z",
    customer_key="C00000000000000a1",
    keys=("C00000000000000a1", "C00000000000000c3"),
    run_id="build-1",
    as_of="2026-01-02",
    groups=(ORDERS, GOLDEN, MART, EMPTY),
    gaps=(Gap("old.things", "no contract describes it any more"),),
    searched=9,
)


def test_the_document_says_what_it_is_and_what_it_lacks() -> None:
    said = json.loads(document(EXPORT))
    assert said["schema_version"] == 1
    assert said["request"] == {"id": "run-1", "made_at": "2026-01-03T04:05:06Z"}
    assert said["customer"]["keys_before"] == ["C00000000000000c3"]
    assert said["counts"] == {"searched": 9, "groups": 3, "records": 4}
    assert [it["name"] for it in said["layers"]] == ["landing", "vault", "warehouse", "stores"]
    assert [len(it["groups"]) for it in said["layers"]] == [1, 1, 1, 0]
    assert said["not_searched"] == [
        {"what": "old.things", "why": "no contract describes it any more"}
    ]
    [mart] = said["layers"][2]["groups"]
    assert (mart["published_as"], mart["readers"]) == ("publish.rfm", ["c360_analyst"])
    [orders] = said["layers"][0]["groups"]
    assert (orders["kept_days"], orders["columns"][0]["kept_days"]) == (730, 30)
    assert orders["records"][0]["delivered"][1] == {
        "file": "b<i>.csv",
        "landed_at": "2026-01-02T00:00:00Z",
        "position": 7,
    }


def test_numbers_keep_their_digits_and_times_their_zone() -> None:
    text = document(EXPORT).decode()
    assert '"amount": 10.10' in text
    assert "昆明" in text
    assert encoded(
        {
            "decimal": Decimal("12345678901234567890.10"),
            "huge": 2**70,
            "utc": datetime(2017, 1, 2, 3, 4, 5, 600000),
            "zone": datetime(2017, 1, 2, 3, 4, 5, tzinfo=UTC),
            "date": date(2017, 1, 2),
            "bytes": b"\x00\xff",
            "map": {1: [Decimal("0.50"), None]},
        }
    ).decode() == (
        '{"decimal":12345678901234567890.10,"huge":1180591620717411303424,'
        '"utc":"2017-01-02T03:04:05.600000Z","zone":"2017-01-02T03:04:05+00:00",'
        '"date":"2017-01-02","bytes":"00ff","map":{"1":[0.50,null]}}'
    )


def test_the_same_export_is_the_same_bytes() -> None:
    again = replace(EXPORT, groups=tuple(replace(group) for group in EXPORT.groups))
    assert document(again) == document(EXPORT)
    assert page(again) == page(EXPORT)


def test_no_value_becomes_markup() -> None:
    html = page(EXPORT)
    assert "<script" not in html
    assert "<img" not in html
    assert "<b>" not in html
    assert "<i>" not in html
    assert html.count("&lt;script&gt;") == 3  # in short, in the vault, and the note of the order
    assert NASTY in unescape(html)


def test_nothing_is_asked_of_anybody() -> None:
    html = page(EXPORT)
    assert not re.search(r"https?://|//[a-z]|@import|url\(|<link|<iframe|<form", html)
    assert "default-src 'none'" in html
    assert set(re.findall(r'(?:href|src)="([^"]*)"', html)) >= {"#contents", "#landing"}
    assert all(it.startswith("#") for it in re.findall(r'(?:href|src)="([^"]*)"', html))


def test_every_link_leads_somewhere() -> None:
    html = page(EXPORT)
    targets = set(re.findall(r'id="([^"]*)"', html))
    assert set(re.findall(r'href="#([^"]*)"', html)) <= targets


def test_the_page_is_read_in_two_languages_and_says_what_for() -> None:
    html = page(EXPORT)
    for words in (
        "个人信息副本",
        "As delivered 原始数据",
        "Cleaned and linked 清洗与识别",
        "Analysed 分析结果",
        "know customers and the business 分析",
        "Could not be looked through 未能检索",
        "Empty 空: nickname",
        "The same in all records 各条相同",
        "publish.rfm",
        "at most 730 days",
        "c360_analyst",
    ):
        assert words in html, words
    assert "Kept beside them" not in html, "a layer without anything has no title"
