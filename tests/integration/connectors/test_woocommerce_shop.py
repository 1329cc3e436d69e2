"""The WooCommerce template brings a whole shop, although it cannot be sorted by change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from assets.raw.connector.model import Connection
from assets.raw.rest.client import Rest
from demo.servers.base import Fault
from demo.servers.woocommerce import KEY, SECRET, WooServer
from tests.integration.connectors.listings import (
    START,
    TEMPLATES,
    Clock,
    connect,
    everything,
    pull_of,
    template_settings,
    wanted_of,
)

TEMPLATE = TEMPLATES / "woocommerce.yml"
COUNT = 40


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[WooServer]:
    with WooServer(clock) as running:
        for number in range(1, COUNT + 1):
            moment = START - timedelta(days=50 - number)
            for listing in ("orders", "customers", "products"):
                running.write(listing, number, moment, total="19.90", customer_id=number % 5)
        for order in (3, 9, 27):
            running.refund(order, 1000 + order, "5.00", START - timedelta(days=2))
        yield running


@pytest.fixture
def shop(server: WooServer, clock: Clock, tmp_path: Path) -> Connection:
    variables = {
        "WOOCOMMERCE_URL": server.url,
        "WOOCOMMERCE_KEY": KEY,
        "WOOCOMMERCE_SECRET": SECRET,
    }
    settings = template_settings(TEMPLATE, variables)
    for stream in settings["streams"].values():
        stream["paging"] = {**stream["paging"], "size": 7}
    return connect(tmp_path, clock, settings)


def pull(shop: Connection, name: str) -> list[int]:
    return [record["id"] for record in pull_of(Rest, shop, wanted_of(TEMPLATE, name))]


@pytest.mark.parametrize("listing", ["orders", "customers", "products"])
def test_the_shop_arrives_whole(server: WooServer, shop: Connection, listing: str) -> None:
    assert sorted(pull(shop, listing)) == list(range(1, COUNT + 1))
    assert everything(shop.home, listing) == server.rows[listing]


@pytest.mark.parametrize("edited", [(2,), (1, 2, 3, 4, 5, 6, 7, 8), tuple(range(1, 21))])
def test_edits_that_move_the_rest_up_let_no_order_slip_through(
    server: WooServer, shop: Connection, clock: Clock, edited: tuple[int, ...]
) -> None:
    def edit() -> None:
        clock.forward(minutes=1)
        for number in edited:
            server.write("orders", number, clock.now, status="completed")

    server.plan(Fault(path="/orders", skip=3, act=edit))
    assert {*pull(shop, "orders"), *edited} == set(range(1, COUNT + 1))
    clock.forward(minutes=5)
    pull(shop, "orders")
    assert everything(shop.home, "orders") == server.rows["orders"]


def test_orders_deleted_while_they_are_read_move_none_out(
    server: WooServer, shop: Connection
) -> None:
    gone = iter((1, 2, 3, 4))
    server.plan(
        Fault(path="/orders", skip=1, times=4, act=lambda: server.remove("orders", next(gone)))
    )
    assert set(server.rows["orders"]) <= set(pull(shop, "orders"))


def test_only_changes_come_with_the_next_pull(
    server: WooServer, shop: Connection, clock: Clock
) -> None:
    pull(shop, "orders")
    server.write("orders", 4, clock.now - timedelta(seconds=60), status="late")
    clock.forward(hours=3)
    server.write("orders", 5, clock.now - timedelta(hours=1), status="completed")
    assert pull(shop, "orders") == [4, 5]
    assert everything(shop.home, "orders") == server.rows["orders"]


def test_refunds_come_with_the_orders_that_have_them(
    server: WooServer, shop: Connection, clock: Clock
) -> None:
    assert pull(shop, "refunds") == [1003, 1009, 1027]
    asked = server.count("/refunds")
    clock.forward(hours=1)
    server.refund(9, 2009, "1.50", clock.now - timedelta(minutes=10))
    assert pull(shop, "refunds") == [1009, 2009]
    assert server.count("/refunds") == asked + 1
    refund = everything(shop.home, "refunds")[2009]
    assert (refund["_parent"], refund["amount"]) == ({"id": 9}, "1.50")
