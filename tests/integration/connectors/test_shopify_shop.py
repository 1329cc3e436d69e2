"""A Shopify shop arrives whole: every status, every line, every refund, and every change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from assets.raw.shopify.client import Shopify
from demo.servers.base import Fault
from demo.servers.shopify import ShopifyServer
from tests.integration.connectors.listings import START, Clock, asked, drained, everything, ids
from tests.integration.connectors.shopify_world import CUSTOMER, PATH, fill, numbers, pull, shop


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[ShopifyServer]:
    with ShopifyServer(clock) as running:
        fill(running)
        yield running


@pytest.mark.parametrize(
    ("name", "kind"), [("orders", "Order"), ("customers", "Customer"), ("products", "Product")]
)
def test_the_shop_arrives_whole_in_the_order_of_its_changes(
    server: ShopifyServer, clock: Clock, tmp_path: Path, name: str, kind: str
) -> None:
    found = pull(shop(server, clock, tmp_path), name)
    assert numbers({record["id"]: record for record in found}) == set(range(1, 61))
    assert len(found) == 60
    changed = [record["updatedAt"] for record in found]
    assert changed == sorted(changed)
    assert {record["id"]: record["updatedAt"] for record in found} == {
        gid: row["updatedAt"] for gid, row in server.rows[kind].items()
    }


def test_lists_that_come_cut_are_completed(
    server: ShopifyServer, clock: Clock, tmp_path: Path
) -> None:
    pull(shop(server, clock, tmp_path, nested_size=2), "orders")
    for gid, order in everything(tmp_path, "orders").items():
        expected = server.rows["Order"][gid]["lineItems"]
        assert order["lineItems"]["nodes"] == expected
        assert order["totalPriceSet"]["shopMoney"]["amount"] == "0012.10"


def test_an_order_deleted_while_its_lines_are_read_is_left_out(
    server: ShopifyServer, clock: Clock, tmp_path: Path
) -> None:
    gone = "gid://shopify/Order/17"
    given = shop(server, clock, tmp_path, page_size=100)
    server.plan(Fault(path=PATH, skip=2, act=lambda: server.rows["Order"].pop(gone)))
    pull(given, "orders")
    assert set(everything(tmp_path, "orders")) == set(server.rows["Order"])


def test_refunds_come_with_all_of_their_lines(
    server: ShopifyServer, clock: Clock, tmp_path: Path
) -> None:
    pull(shop(server, clock, tmp_path), "refunds")
    found = everything(tmp_path, "refunds")
    assert numbers(found) == {*range(1, 14), 99}
    for gid, refund in found.items():
        expected = server.rows["Refund"][gid]["refundLineItems"]
        assert refund["refundLineItems"]["nodes"] == expected
    assert found["gid://shopify/Refund/99"]["order"]["id"] == "gid://shopify/Order/6"


def test_changes_late_edits_and_edits_between_pages_arrive(
    server: ShopifyServer, clock: Clock, tmp_path: Path
) -> None:
    connection = shop(server, clock, tmp_path)
    server.plan(
        Fault(path=PATH, skip=3, act=lambda: server.write("Customer", 50, state="DISABLED"))
    )
    pull(connection, "customers")
    server.write("Customer", 4, START - timedelta(seconds=100), state="INVITED")
    clock.forward(hours=1)
    server.write("Customer", 61, START + timedelta(minutes=30), **CUSTOMER)
    pull(connection, "customers")
    found = everything(tmp_path, "customers")
    assert {gid: customer["state"] for gid, customer in found.items()} == {
        gid: row["state"] for gid, row in server.rows["Customer"].items()
    }


def test_every_page_can_be_the_first_of_a_new_process(
    server: ShopifyServer, clock: Clock, tmp_path: Path
) -> None:
    request = asked("customers", START, fields=("id", "state"))
    found = drained(Shopify, shop(server, clock, tmp_path), request, killed=True)
    assert len(ids(found)) == len(set(ids(found))) == 60
