"""The template of a shop's database, as it stands, from real tables to raw tables."""

# ruff: noqa: DTZ001 (raw timestamps are UTC without a zone)

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

import assets.raw.database
from assets.raw.contract import load_contract
from assets.raw.loading import load_object
from assets.raw.streams import pull_object
from pipelines.runtime.builds import Build
from tests.integration.connectors.databases import (
    NAME,
    OWNER,
    PASSWORD,
    Server,
    postgresql_server,
)

TEMPLATE = Path(assets.raw.database.__file__).with_name("template.yml")
NIGHT = datetime(2017, 6, 1, 2, tzinfo=UTC)
TABLES = """
create table customers (
    id bigint primary key, name text, mobile varchar(20), email text, note text,
    created_at timestamp not null, updated_at timestamp not null
);
create table orders (
    id bigint primary key, customer_id bigint references customers, status text,
    total_amount numeric(30, 10), currency char(3),
    created_at timestamp not null, updated_at timestamp not null
);
create table order_items (
    id bigint primary key, order_id bigint references orders, product_id uuid,
    quantity numeric, amount numeric(18, 2), created_at timestamptz not null, updated_at timestamptz
);
create table products (id uuid primary key, name text, category text);
insert into customers values
    (1, '李 😀', '+86 138-0000-0001', 'li@example.com', 'likes "tea"', '2017-05-01', '2017-05-01'),
    (2, '', null, 'wang@example.com', null, '2017-05-02 07:59:59.5', '2017-05-02 08:00:00');
insert into orders values
    (9007199254740993, 1, 'paid', 12345678901234.1250000000, 'CNY', '2017-05-03', '2017-05-03'),
    (2, 2, 'open', 'NaN', 'CNY', '2017-05-03', '2017-05-03');
insert into order_items values
    (1, 2, '123e4567-e89b-12d3-a456-426655440000', 1.5, 0.10, '2017-05-03 00:00+08', null);
insert into products values ('123e4567-e89b-12d3-a456-426655440000', '茶', '饮品');
"""


class Shop:
    """The template's source, with a home and a build of its own."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.contract = load_contract(TEMPLATE)
        self.home, self.build = folder / "home", Build(folder)
        url = f"postgresql://{OWNER}:{quote(PASSWORD, safe='')}@127.0.0.1:{server.port}/{NAME}"
        self.variables = {"SHOP_DB_URL": url}

    def load(self, name: str, night: datetime = NIGHT) -> list[dict[str, Any]]:
        """Pull and load one object; the rows that stand in raw then."""
        landed = pull_object(self.home, self.contract, name, self.variables.get, lambda: night)
        scratch = self.build.folder / "scratch"
        scratch.mkdir(exist_ok=True)
        with self.build.connect() as con:
            obj = self.contract.objects[name]
            load_object(con, "shop_db", name, obj, landed, "load", scratch)
            return self.table(con, f"vault.raw.shop_db__{name}")

    def quarantine(self, name: str) -> list[dict[str, Any]]:
        with self.build.connect() as con:
            return self.table(con, f"vault.quarantine.shop_db__{name}")

    def table(self, con: Any, table: str) -> list[dict[str, Any]]:
        cursor = con.execute(f"select * from {table} order by _position, _file")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def test_the_template_from_tables_to_raw(tmp_path: Path) -> None:
    with postgresql_server() as server:
        server.run(TABLES)
        shop = Shop(server, tmp_path)

        first, second = shop.load("customers")
        assert (first["customer_id"], first["full_name"]) == (1, "李 😀")
        assert first["note"] == 'likes "tea"', "a column that nobody declared is kept as text"
        assert first["updated_at"] == datetime(2017, 4, 30, 16), "local time of Asia/Shanghai"
        assert second["registered_at"] == datetime(2017, 5, 1, 23, 59, 59, 500000)

        (order,) = shop.load("orders")
        assert order["order_id"] == 9007199254740993
        assert order["total_amount"] == Decimal("12345678901234.13"), "no float in between"
        (refused,) = shop.quarantine("orders")
        assert (refused["rule"], "NaN" in refused["payload"]) == ("wrong_type", True)

        (item,) = shop.load("order_items")
        assert (item["amount"], item["placed_at"]) == (Decimal("0.10"), datetime(2017, 5, 2, 16))
        assert item["updated_at"] is None
        assert [row["product_name"] for row in shop.load("products")] == ["茶"]
        assert {row["record_id"] for row in shop.load("live_ids")} == {"1", "2", "9007199254740993"}

        tomorrow = datetime(2017, 6, 2, 2, tzinfo=UTC)
        server.run(
            "update customers set name = '王', updated_at = '2017-06-01 23:00' where id = 2",
            "insert into customers values (3, 'late', null, null, null, now(), '2017-06-02 10:01')",
        )
        names = [(row["customer_id"], row["full_name"]) for row in shop.load("customers", tomorrow)]
        assert set(names) == {(1, "李 😀"), (2, "王"), (2, None)}, (
            "both versions are kept for staging, and 10:01 in Shanghai is past the window"
        )


@pytest.mark.parametrize("value", [None, ""])
def test_a_database_without_address_is_absent(value: str | None, tmp_path: Path) -> None:
    contract = load_contract(TEMPLATE)
    landed = pull_object(tmp_path, contract, "orders", {"SHOP_DB_URL": value}.get, lambda: NIGHT)
    assert not landed.pages
