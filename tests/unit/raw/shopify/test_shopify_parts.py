"""Settings, queries, scopes and costs of Shopify, without a shop."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from assets.raw.connector.errors import Fatal
from assets.raw.connector.model import Connection, Request, Window
from assets.raw.shopify.client import Shopify
from assets.raw.shopify.judge import Cost
from assets.raw.shopify.queries import STREAMS, by_ids, listing, rest_of, selection
from assets.raw.shopify.scopes import lacking_scope
from demo.servers import graphql

NOW = datetime(2024, 3, 1, tzinfo=UTC)
SECRET = "s3cret"
RIGHT: dict[str, Any] = {
    "shop": "example.myshopify.com",
    "api_version": "2026-01",
    "access_token": SECRET,
}


def shop(tmp_path: Path, **settings: Any) -> Shopify:
    given = {key: value for key, value in {**RIGHT, **settings}.items() if value is not None}
    return Shopify(Connection("trial", given, tmp_path, lambda: NOW, lambda seconds: None))


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"shop": "shop.example.com"}, "connection.shop: String should match"),
        ({"shop": None}, "connection.shop is missing; add it"),
        ({"api_version": "2026"}, "connection.api_version: String should match"),
        ({"api_version": 2026}, "connection.api_version: Input should be a valid string"),
        ({"access_token": None}, "access_token is missing; add it, or client_id"),
        ({"access_token": None, "client_id": "a"}, "access_token is missing; add it, or client_id"),
        ({"client_id": "a", "client_secret": SECRET}, "exclude each other; keep one way"),
        ({"page_size": 251}, "connection.page_size: Input should be less"),
        ({"token": SECRET}, "connection.token is unknown"),
        ({"filters": {"order": "x"}}, "connection.filters names the unknown stream 'order'"),
        ({"selections": {"order": {}}}, "connection.selections names the unknown stream 'order'"),
    ],
)
def test_a_mistake_is_one_line(tmp_path: Path, settings: dict[str, Any], text: str) -> None:
    with pytest.raises(Fatal) as error:
        shop(tmp_path, **settings)
    assert text in str(error.value)
    assert SECRET not in str(error.value)
    assert "\n" not in str(error.value)


def test_the_shop_may_be_written_as_an_address(tmp_path: Path) -> None:
    connector = shop(tmp_path, shop="https://example.myshopify.com/")
    assert connector._settings.address == "https://example.myshopify.com"
    assert SECRET not in repr(connector._settings)


def test_streams_and_options_that_there_are_not(tmp_path: Path) -> None:
    with pytest.raises(Fatal, match="stream 'order' is unknown; use orders, customers"):
        shop(tmp_path).first(Request("order", (), {}, Window(None, NOW)))
    with pytest.raises(Fatal, match="knows no options"):
        shop(tmp_path).first(Request("orders", (), {"a": 1}, Window(None, NOW)))


def test_the_window_is_searched_with_both_bounds(tmp_path: Path) -> None:
    connector = shop(tmp_path, filters={"orders": "test:false"})
    window = Window(NOW - timedelta(days=1), NOW)
    assert connector._search(Request("orders", (), {}, window)) == (
        "updated_at:>='2024-02-29T00:00:00Z' AND updated_at:<='2024-03-01T00:00:00Z' "
        "AND (test:false)"
    )
    whole = Request("products", (), {}, Window(None, NOW))
    assert connector._search(whole) == "updated_at:<='2024-03-01T00:00:00Z'"


@pytest.mark.parametrize("name", STREAMS)
def test_queries_can_be_parsed_and_ask_for_id_and_time_always(name: str) -> None:
    stream = STREAMS[name]
    fields = [*stream.selections, *stream.nested, "tags"]
    selected = selection(stream, fields, {}, "$nested")
    page = graphql.parse(listing(stream, selected))[0].inner[0]
    assert {"id", "updatedAt", "tags", *stream.nested} <= {node.name for node in page.inner}
    nested = [node for node in page.inner if node.name in stream.nested]
    assert all(node.inner[0].name == "nodes" for node in nested)
    assert graphql.parse(by_ids(stream, selected))[0].inner[0].on_type == stream.kind
    for connection in stream.nested:
        assert graphql.parse(rest_of(stream, connection))[0].name == "node"


def test_only_what_is_declared_is_asked_for() -> None:
    stream = STREAMS["orders"]
    selected = selection(stream, ("name", "customer"), {"customer": "{ id email }"}, "$nested")
    assert selected == "customer { id email } id name updatedAt"
    assert "$nested" not in listing(stream, selected)


def test_costs_say_how_long_to_wait() -> None:
    status = {"maximumAvailable": 1000, "currentlyAvailable": 100, "restoreRate": 50}
    cost = {"requestedQueryCost": 300, "actualQueryCost": None, "throttleStatus": status}
    read = Cost(json.dumps({"extensions": {"cost": cost}}).encode())
    assert (read.wait, read.wait_for(50), read.wait_for(1000)) == (4, 0, 18)
    assert Cost(b'{"data":{}}').wait == 0
    assert Cost(b'{"extensions":{"cost":{"requestedQueryCost":3}}}').wait == 0


@pytest.mark.parametrize(
    ("stream", "scopes", "days", "recent_only", "lacking"),
    [
        ("orders", ["read_orders", "read_all_orders"], None, False, None),
        ("orders", ["read_orders"], None, False, "read_all_orders"),
        ("orders", ["read_orders"], 61, False, "read_all_orders"),
        ("orders", ["read_orders"], 1, False, None),
        ("orders", ["read_orders"], None, True, None),
        ("refunds", ["write_orders"], None, False, "read_all_orders"),
        ("refunds", ["read_products"], 1, False, "read_orders"),
        ("products", ["read_products"], None, False, None),
        ("products", ["write_products"], None, False, None),
    ],
)
def test_scopes(
    stream: str, scopes: list[str], days: int | None, recent_only: bool, lacking: str | None
) -> None:
    lower = None if days is None else NOW - timedelta(days=days)
    found = lacking_scope(STREAMS[stream], scopes, Window(lower, NOW), recent_only)
    assert (found is None) == (lacking is None)
    assert lacking is None or f"lacks the scope {lacking}" in str(found)
