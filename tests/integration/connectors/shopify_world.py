"""A Shopify shop for tests: records in the shape that the queries ask for."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from assets.raw import shopify
from assets.raw.connector.model import Connection
from assets.raw.shopify.client import Shopify
from demo.servers.shopify import ACCESS_TOKEN, ShopifyServer
from tests.integration.connectors.listings import START, Clock, connect, pull_of, wanted_of

TEMPLATE = Path(shopify.__file__).with_name("template.yml")
PATH = "/graphql.json"


def money(amount: str) -> dict[str, Any]:
    return {"shopMoney": {"amount": amount, "currencyCode": "EUR"}}


def line(number: int) -> dict[str, Any]:
    names = ("originalUnitPriceSet", "originalTotalSet", "totalDiscountSet")
    return {
        "id": f"gid://shopify/LineItem/{number}",
        "product": {"id": "gid://shopify/Product/1"},
        "variant": None,
        "quantity": 2,
        "currentQuantity": 2,
        "isGiftCard": False,
        "requiresShipping": True,
        "taxable": True,
        **dict.fromkeys(("name", "title", "sku", "vendor", "variantTitle"), "Tea"),
        **{name: money("12.10") for name in names},
    }


def refund_line(number: int) -> dict[str, Any]:
    return {
        "id": f"gid://shopify/RefundLineItem/{number}",
        "quantity": 1,
        "restockType": "RETURN",
        "restocked": True,
        "lineItem": {"id": "gid://shopify/LineItem/1"},
        "location": None,
        **{name: money("12.10") for name in ("priceSet", "subtotalSet", "totalTaxSet")},
    }


ORDER: dict[str, Any] = {
    **dict.fromkeys(("name", "email", "phone", "displayFinancialStatus"), "x"),
    **dict.fromkeys(("cancelReason", "processedAt", "cancelledAt", "closedAt")),
    "displayFulfillmentStatus": "FULFILLED",
    "currencyCode": "EUR",
    "test": False,
    "tags": ["vip"],
    "customer": {"id": "gid://shopify/Customer/1"},
    "billingAddress": None,
    "shippingAddress": None,
    **{
        f"{name}Set": money("0012.10")
        for name in (
            "subtotalPrice",
            "totalPrice",
            "totalDiscounts",
            "totalShippingPrice",
            "totalTax",
            "totalRefunded",
        )
    },
}
CUSTOMER: dict[str, Any] = {
    **dict.fromkeys(("firstName", "lastName", "locale", "state", "numberOfOrders"), "x"),
    **dict.fromkeys(("defaultEmailAddress", "defaultPhoneNumber", "defaultAddress")),
    "amountSpent": {"amount": "1.0", "currencyCode": "EUR"},
    "tags": [],
}
PRODUCT: dict[str, Any] = {
    **dict.fromkeys(("title", "handle", "vendor", "productType", "status", "publishedAt"), "x"),
    "tags": [],
}


def fill(running: ShopifyServer) -> None:
    """Sixty records of each kind, an order with very many lines, and refunds of two orders."""
    for number in range(1, 61):
        moment = START - timedelta(days=200 - 3 * number)
        # Three of each second, so that the second alone is no place in the list.
        moment -= timedelta(days=3 * (number % 3))
        lines = [line(number * 1000 + place) for place in range(number % 4)]
        running.write("Order", number, moment, lineItems=lines, **ORDER)
        running.write("Customer", number, moment, **CUSTOMER)
        running.write("Product", number, moment, variants=[], **PRODUCT)
    running.write("Order", 17, lineItems=[line(17000 + place) for place in range(321)])
    for number in range(1, 14):
        lines = [refund_line(number * 1000 + place) for place in range(3)]
        refunded = {"note": None, "totalRefundedSet": money("3.00"), "return": None}
        running.refund(5, number, START - timedelta(days=3), refundLineItems=lines, **refunded)
    running.refund(6, 99, START, refundLineItems=[refund_line(n) for n in range(25)], **refunded)


def shop(server: ShopifyServer, clock: Clock, home: Path, **more: Any) -> Connection:
    settings = {
        "shop": "example.myshopify.com",
        "api_version": "2026-01",
        "base_url": server.url,
        "page_size": 7,
        **({} if "client_id" in more else {"access_token": ACCESS_TOKEN}),
        **more,
    }
    return connect(home, clock, settings)


def pull(connection: Connection, name: str) -> list[Any]:
    return pull_of(Shopify, connection, wanted_of(TEMPLATE, name))


def numbers(records: dict[str, Any]) -> set[int]:
    return {int(gid.rpartition("/")[2]) for gid in records}
