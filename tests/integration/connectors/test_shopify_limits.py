"""What a Shopify shop costs, forbids and refuses: waited for, made smaller, or named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from assets.raw.connector.errors import Fatal, SourceError
from assets.raw.shopify.client import Shopify
from demo.servers.base import Answer, Fault, json_answer
from demo.servers.shopify import ACCESS_TOKEN, CLIENT_ID, CLIENT_SECRET, ShopifyServer
from tests.integration.connectors.listings import START, Clock, asked, drained, everything
from tests.integration.connectors.shopify_world import PATH, fill, pull, shop


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[ShopifyServer]:
    with ShopifyServer(clock) as running:
        fill(running)
        yield running


def test_the_bucket_is_waited_for_before_it_is_empty(
    server: ShopifyServer, clock: Clock, tmp_path: Path
) -> None:
    server.bucket.left = server.bucket.most = 700
    server.bucket.restored_per_second = 20
    pull(shop(server, clock, tmp_path, page_size=5), "orders")
    assert set(everything(tmp_path, "orders")) == set(server.rows["Order"])
    assert clock.waited
    assert server.count(PATH) < 30  # waited for, not asked again and again


def test_an_empty_bucket_is_waited_out(server: ShopifyServer, clock: Clock, tmp_path: Path) -> None:
    server.bucket.left = 0
    pull(shop(server, clock, tmp_path, page_size=5), "customers")
    assert set(everything(tmp_path, "customers")) == set(server.rows["Customer"])


@pytest.mark.parametrize("name", ["orders", "refunds"])
def test_a_query_that_costs_too_much_is_made_smaller(
    server: ShopifyServer, clock: Clock, tmp_path: Path, name: str
) -> None:
    server.most_cost = 300
    connection = shop(server, clock, tmp_path, page_size=250)
    pull(connection, name)
    kind = {"orders": "Order", "refunds": "Refund"}[name]
    assert set(everything(tmp_path, name)) == set(server.rows[kind])


def test_a_query_that_costs_more_than_the_bucket_holds_is_made_smaller(
    server: ShopifyServer, clock: Clock, tmp_path: Path
) -> None:
    server.bucket.left = server.bucket.most = 400
    pull(shop(server, clock, tmp_path, page_size=5), "orders")
    assert set(everything(tmp_path, "orders")) == set(server.rows["Order"])


def test_a_record_that_alone_costs_too_much_is_loud(
    server: ShopifyServer, clock: Clock, tmp_path: Path
) -> None:
    server.most_cost = 20
    with pytest.raises(Fatal, match="lower page_size and nested_size"):
        pull(shop(server, clock, tmp_path), "orders")


def test_without_the_scope_for_old_orders_nothing_is_left_out_silently(
    server: ShopifyServer, clock: Clock, tmp_path: Path
) -> None:
    server.scopes.remove("read_all_orders")
    with pytest.raises(Fatal, match=r"^trial: the app lacks the scope read_all_orders"):
        pull(shop(server, clock, tmp_path), "orders")
    recent = shop(server, clock, tmp_path, recent_orders_only=True)
    oldest = START - timedelta(days=60)
    expected = {
        gid
        for gid, row in server.rows["Order"].items()
        if row["createdAt"] >= oldest.strftime("%Y-%m-%dT%H:%M:%SZ")
    }
    assert {order["id"] for order in pull(recent, "orders")} == expected


def test_a_missing_scope_is_named(server: ShopifyServer, clock: Clock, tmp_path: Path) -> None:
    connection = shop(server, clock, tmp_path)
    server.scopes.remove("read_customers")
    with pytest.raises(Fatal, match="the app lacks the scope read_customers"):
        pull(connection, "customers")
    request = asked("customers", START, fields=("id",))
    with pytest.raises(Fatal, match="denies access; give the app read_customers"):
        drained(Shopify, connection, request)


@pytest.mark.parametrize(
    ("fields", "text"),
    [(("nickName",), "the field nickName"), (("amountSpent",), "the field amountSpent")],
)
def test_a_field_that_the_shop_does_not_give_is_named(
    server: ShopifyServer, clock: Clock, tmp_path: Path, fields: tuple[str, ...], text: str
) -> None:
    given = {"selections": {"customers": {"amountSpent": ""}}}
    with pytest.raises(Fatal, match=f"trial: the system cannot give {text}"):
        drained(
            Shopify,
            shop(server, clock, tmp_path, **given),
            asked("customers", START, fields=fields),
        )


def test_a_field_of_ones_own_is_selected_as_the_contract_says(
    server: ShopifyServer, clock: Clock, tmp_path: Path
) -> None:
    server.write("Customer", 1, START, taxExemptions={"code": "X", "more": 1})
    given = {"selections": {"customers": {"taxExemptions": "{ code }"}}}
    for row in server.rows["Customer"].values():
        row.setdefault("taxExemptions", None)
    request = asked("customers", START, START, ("taxExemptions",))
    found = drained(Shopify, shop(server, clock, tmp_path, **given), request)
    assert [json.loads(record)["taxExemptions"] for record in found] == [{"code": "X"}]


BODY = {"errors": [{"message": "…", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]}
TRANSIENT = {
    "500": Fault(skip=2, times=2, answer=json_answer({}, 500)),
    "429": Fault(skip=2, answer=json_answer({}, 429)),
    "internal": Fault(skip=2, answer=json_answer(BODY)),
    "no data": Fault(skip=2, answer=json_answer({})),
    "reset": Fault(skip=2, reset=True),
    "cut": Fault(skip=2, cut=True),
    "half": Fault(skip=2, answer=Answer(200, b'{"data":{"customers":{"nodes":[')),
}


@pytest.mark.parametrize("fault", TRANSIENT)
def test_what_passes_is_waited_for(
    server: ShopifyServer, clock: Clock, tmp_path: Path, fault: str
) -> None:
    server.plan(Fault(**{**vars(TRANSIENT[fault]), "path": PATH}))
    assert len(pull(shop(server, clock, tmp_path), "customers")) == 60


STAYS = {
    "frozen": (json_answer({}, 402), "status 402"),
    "gone": (json_answer({"errors": "Not Found"}, 404), "check shop and api_version"),
    "token": (json_answer({"errors": "[API] Invalid API key"}, 401), "rejects the credentials"),
    "text": (json_answer({"errors": "something"}), "without a code"),
    "code": (json_answer({"errors": [{"extensions": {"code": "ODD"}}]}), "the error ODD"),
    "empty": (json_answer({"errors": []}), "does not name"),
}


@pytest.mark.parametrize("fault", STAYS)
def test_what_stays_is_loud_and_the_next_run_goes_on(
    server: ShopifyServer, clock: Clock, tmp_path: Path, fault: str
) -> None:
    answer, text = STAYS[fault]
    server.plan(Fault(path=PATH, skip=3, times=1 + (fault == "token"), answer=answer))
    connection = shop(server, clock, tmp_path)
    with pytest.raises(SourceError, match=text) as error:
        pull(connection, "customers")
    assert ACCESS_TOKEN not in str(error.value)
    pull(connection, "customers")
    assert set(everything(tmp_path, "customers")) == set(server.rows["Customer"])


def test_an_app_of_the_dev_dashboard_gets_its_token_for_a_day(
    server: ShopifyServer, clock: Clock, tmp_path: Path
) -> None:
    app = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    connection = shop(server, clock, tmp_path, **app)
    pull(connection, "customers")
    clock.forward(hours=25)
    pull(connection, "customers")
    assert server.count("/access_token") == 2


def test_probe_names_version_and_scopes(
    server: ShopifyServer, clock: Clock, tmp_path: Path
) -> None:
    probed = Shopify(shop(server, clock, tmp_path)).probe(asked("products", START))
    assert probed == (
        "API 2026-01, scopes read_all_orders, read_customers, read_orders, read_products; "
        "records there"
    )
