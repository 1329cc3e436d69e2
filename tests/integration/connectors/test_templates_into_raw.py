"""Each template, copied as it is, fills raw tables with typed rows and refuses none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from assets.raw import shopify
from demo.servers import shopify as shopify_server
from demo.servers.base import utc_now
from demo.servers.cursors import CursorServer
from demo.servers.shopify import ShopifyServer
from demo.servers.weibo import ACCESS_TOKEN, WeiboServer
from demo.servers.woocommerce import KEY, SECRET, WooServer
from demo.servers.zendesk import API_TOKEN, ZendeskServer
from tests.integration.connectors.listings import TEMPLATES
from tests.integration.connectors.raw_company import Company
from tests.integration.connectors.shopify_world import (
    CUSTOMER,
    ORDER,
    PRODUCT,
    line,
    money,
    refund_line,
)

YESTERDAY = (utc_now() - timedelta(days=1)).replace(microsecond=0)
NAIVE = YESTERDAY.replace(tzinfo=None)


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Company:
    return Company(tmp_path, monkeypatch)


def template(name: str) -> str:
    return (TEMPLATES / f"{name}.yml").read_text(encoding="utf-8")


def test_woocommerce(company: Company) -> None:
    lines = [
        {"id": 1, "product_id": 7, "name": "茶 Tea", "quantity": 2, "total": "39.80"},
        {"id": 2, "product_id": 8, "name": "Cup", "quantity": 1, "total": "0.00"},
    ]
    order = {
        "status": "processing",
        "currency": "EUR",
        "customer_id": 0,
        "billing": {"email": "guest@example.com", "phone": "+86 138-0000-0001"},
        "total": "39.80",
        "line_items": lines,
    }
    with WooServer() as server:
        server.write("orders", 5, YESTERDAY, **order)
        server.write("customers", 1, YESTERDAY, email="a@example.com", is_paying_customer=True)
        server.write("products", 7, YESTERDAY, name="茶 Tea", price="19.90", sale_price="")
        server.refund(5, 9, "19.90", YESTERDAY)
        source = company.load(
            template("woocommerce"),
            WOOCOMMERCE_URL=server.url,
            WOOCOMMERCE_KEY=KEY,
            WOOCOMMERCE_SECRET=SECRET,
        )
    orders = company.rows(f"{source}__orders", "order_id, total, billing_email, updated_at")
    assert orders == [(5, Decimal("39.8000"), "guest@example.com", NAIVE)]
    assert company.rows(f"{source}__order_lines", "order_id, line_id, product_name, total") == [
        (5, 1, "茶 Tea", Decimal("39.8000")),
        (5, 2, "Cup", Decimal("0.0000")),
    ]
    products = company.rows(f"{source}__products", "product_id, price, sale_price")
    assert products == [(7, Decimal("19.9000"), None)]
    customers = company.rows(f"{source}__customers", "customer_id, is_paying_customer, created_at")
    assert customers == [(1, True, NAIVE)]
    refunds = company.rows(f"{source}__refunds", "refund_id, order_id, amount")
    assert refunds == [(9, 5, Decimal("19.9000"))]
    assert company.rows(f"{source}__refund_lines", "refund_id, line_id, total") == [
        (9, 90, Decimal("-19.9000"))
    ]


def test_zendesk(company: Company) -> None:
    text = YESTERDAY.isoformat()
    ticket = {
        "subject": "退货",
        "status": "open",
        "via": {"channel": "web"},
        "tags": ["vip", "退货"],
        "requester_id": 370295712714,
        "generated_timestamp": int(YESTERDAY.timestamp()),
    }
    with ZendeskServer() as server:
        server.write("tickets", 1595, YESTERDAY, **ticket)
        server.write("users", 370295712714, YESTERDAY, email="b@example.com", active=True)
        event = {"ticket_id": 1595, "child_events": [{"status": "open"}]}
        server.write("ticket_events", 11, YESTERDAY, event_type="Audit", **event)
        metric = {"ticket_id": 1595, "metric": "reply_time", "type": "activate", "time": text}
        server.write("ticket_metric_events", 12, YESTERDAY, **metric)
        server.write("satisfaction_ratings", 13, YESTERDAY, ticket_id=1595, score="good")
        source = company.load(
            template("zendesk"),
            ZENDESK_URL=server.url,
            ZENDESK_EMAIL="agent@example.com",
            ZENDESK_API_TOKEN=API_TOKEN,
        )
    tickets = company.rows(f"{source}__tickets", "ticket_id, channel, tags, generated_at")
    assert tickets == [(1595, "web", '["vip","退货"]', NAIVE)]
    users = company.rows(f"{source}__users", "user_id, is_active, updated_at")
    assert users == [(370295712714, True, NAIVE)]
    events = company.rows(f"{source}__ticket_events", "event_id, ticket_id, occurred_at")
    assert events == [(11, 1595, NAIVE)]
    metrics = company.rows(f"{source}__ticket_metric_events", "metric, event_type, occurred_at")
    assert metrics == [("reply_time", "activate", NAIVE)]
    assert company.rows(f"{source}__satisfaction_ratings", "rating_id, score") == [(13, "good")]


def test_weibo(company: Company) -> None:
    with WeiboServer() as server:
        for listing in ("statuses", "mentions", "comments"):
            server.write(listing, 5_000_000_000_000_001, YESTERDAY)
        contract = template("weibo").replace("https://api.weibo.com", server.url)
        source = company.load(contract, WEIBO_ACCESS_TOKEN=ACCESS_TOKEN, WEIBO_UID="1000")
    for name, key in (("posts", "post_id"), ("mentions", "post_id"), ("comments", "comment_id")):
        rows = company.rows(f"{source}__{name}", f"{key}, author_name, occurred_at")
        assert set(rows) == {("5000000000000001", "示例", NAIVE)}  # it is the edge of a page, too


def test_shopify(company: Company) -> None:
    variant = {
        **dict.fromkeys(("title", "sku", "barcode"), "x"),
        "id": "gid://shopify/ProductVariant/3",
        "legacyResourceId": "3",
        "price": "12.10",
        "compareAtPrice": None,
        "position": 1,
        "inventoryQuantity": 4,
        "taxable": True,
        "createdAt": "2024-01-01T00:00:00Z",
        "updatedAt": "2024-01-01T00:00:00Z",
        "inventoryItem": {"id": "gid://shopify/InventoryItem/1", "unitCost": None},
    }
    with ShopifyServer() as server:
        # Waiting for the cost bucket has tests of its own, on a clock that is not this one.
        server.bucket.restored_per_second = 1_000_000
        lines = [line(number) for number in range(1, 13)]
        server.write("Order", 5, YESTERDAY, lineItems=lines, **ORDER)
        customer = {**CUSTOMER, "numberOfOrders": "3"}
        server.write("Customer", 6, YESTERDAY, **customer)
        product = {**PRODUCT, "publishedAt": None}
        server.write("Product", 7, YESTERDAY, variants=[variant], **product)
        refunded = {"note": None, "totalRefundedSet": money("3.00"), "return": None}
        server.refund(5, 8, YESTERDAY, refundLineItems=[refund_line(1)], **refunded)
        contract = Path(shopify.__file__).with_name("template.yml").read_text(encoding="utf-8")
        source = company.load(
            contract.replace("  shop:", f"  base_url: {server.url}\n  shop:"),
            SHOPIFY_SHOP="example.myshopify.com",
            SHOPIFY_CLIENT_ID=shopify_server.CLIENT_ID,
            SHOPIFY_CLIENT_SECRET=shopify_server.CLIENT_SECRET,
        )
    orders = company.rows(f"{source}__orders", "order_gid, order_id, total, tags, updated_at")
    expected = ("gid://shopify/Order/5", 5, Decimal("12.1000"), '["vip"]', NAIVE)
    assert orders == [expected]
    order_lines = company.rows(f"{source}__order_lines", "order_gid, line_gid, unit_price")
    assert len(order_lines) == 12  # more than come with the order
    assert {row[0] for row in order_lines} == {"gid://shopify/Order/5"}
    assert company.rows(f"{source}__customers", "customer_id, orders_count") == [(6, 3)]
    assert company.rows(f"{source}__products", "product_id, published_at") == [(7, None)]
    variants = company.rows(f"{source}__product_variants", "variant_gid, product_gid, price")
    gids = ("gid://shopify/ProductVariant/3", "gid://shopify/Product/7")
    assert variants == [(*gids, Decimal("12.1000"))]
    refunds = company.rows(f"{source}__refunds", "refund_gid, order_gid, total_refunded")
    assert refunds == [("gid://shopify/Refund/8", "gid://shopify/Order/5", Decimal("3.0000"))]
    refund_lines = company.rows(f"{source}__refund_lines", "refund_gid, quantity, subtotal")
    assert refund_lines == [("gid://shopify/Refund/8", 1, Decimal("12.1000"))]


TINY = """
source: survey
description: Answers of a survey tool
connection:
  system: rest
  base_url: ${SURVEY_URL}
  auth: {kind: bearer, token: "${SURVEY_TOKEN}"}
  http: {calls: 5}
  streams:
    answers:
      path: link
      params: {since: "{lower}", until: "{upper}"}
      paging: {kind: link_header}
objects:
  answers:
    description: One row per answer
    stream: answers
    delivery: increment
    staged: false
    columns:
      - {name: answer_id, header: id, type: bigint}
      - {name: amount, type: "decimal(18,2)"}
      - {name: updated_at, type: timestamp}
    key: [answer_id]
    version: updated_at
"""


def test_a_tiny_source_of_ones_own_needs_no_python(company: Company) -> None:
    with CursorServer() as server:
        server.allows = lambda request: request.headers.get("authorization") == "Bearer demo"
        company.load(TINY, SURVEY_URL=server.url, SURVEY_TOKEN="demo")
        assert len(company.rows("survey__answers", "answer_id, amount, updated_at")) == 25
        server.write(3, datetime.now(UTC), amount="99.00")
        company.load(TINY, SURVEY_URL=server.url, SURVEY_TOKEN="demo")
    changed = company.rows("survey__answers", "answer_id, amount", "updated_at desc")
    assert len(changed) > 25  # every version that was pulled; staging keeps the newest
    assert changed[0] == (3, Decimal("99.00"))
