"""Which settings of each system have everything pulled again, and which change nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assets.raw.connector.model import Connection, Connector
from assets.raw.connector.registry import connector_class
from assets.raw.connector.settings import fingerprint
from assets.raw.database.settings import DatabaseSettings
from assets.raw.fxiaoke.settings import FxiaokeSettings
from assets.raw.shopify.settings import ShopifySettings
from assets.raw.wechat.settings import WeChatSettings
from tests.unit.raw.connector.books import START

REST = {
    "base_url": "https://api.example.com",
    "auth": {"kind": "bearer", "token": "old"},
    "params": {"region": "cn"},
    "streams": {
        "orders": {"path": "orders", "params": {"state": "paid"}},
        "refunds": {"path": "orders/{parent.id}/refunds", "parent": {"stream": "orders"}},
        "people": {"path": "people"},
    },
}
SETTINGS: dict[str, dict[str, Any]] = {
    "wechat": {"app_id": "wx1", "app_secret": "old", "since": "2017-06-01"},
    "fxiaoke": {
        "host": "open.fxiaoke.com",
        "app_id": "FSAID_1",
        "app_secret": "old",
        "permanent_code": "old",
        "user": "1000",
    },
    "shopify": {"shop": "a.myshopify.com", "api_version": "2026-01", "access_token": "old"},
    "database": {"url": "postgresql://reader:old@db.example.com/crm"},
    "rest": REST,
}
MODELS = {
    "wechat": WeChatSettings,
    "fxiaoke": FxiaokeSettings,
    "shopify": ShopifySettings,
    "database": DatabaseSettings,
}


def asked(system: str, home: Path, stream: str, **changed: Any) -> str:
    written = SETTINGS[system] | changed
    settings = {key: value for key, value in written.items() if key != "http"}
    connection = Connection(
        "trial", settings, home, lambda: START, lambda seconds: None, written=written
    )
    return fingerprint(connector_class(system)(connection).asked_settings(stream))


def rest_stream(name: str, **keys: Any) -> dict[str, Any]:
    streams = REST["streams"]
    assert isinstance(streams, dict)
    return {"streams": streams | {name: streams[name] | keys}}


@pytest.mark.parametrize(
    ("system", "stream", "changed"),
    [
        ("wechat", "user_summary", {"since": "2017-01-01"}),
        ("fxiaoke", "LeadsObj", {"voided": "separate"}),
        ("fxiaoke", "LeadsObj", {"fields": "unnamed"}),
        ("fxiaoke", "LeadsObj", {"user": "1001"}),
        ("fxiaoke", "LeadsObj", {"window_operators": "gte_lte"}),
        ("shopify", "orders", {"filters": {"orders": "test:false"}}),
        ("shopify", "orders", {"selections": {"orders": {"app": "{ id }"}}}),
        ("shopify", "orders", {"recent_orders_only": True}),
        ("database", "orders", {"timezone": "Asia/Shanghai"}),
        ("database", "orders", {"schema": "sales"}),
        ("database", "orders", {"columns": "declared"}),
        ("rest", "orders", {"params": {"region": "eu"}}),
        ("rest", "orders", rest_stream("orders", params={})),
        ("rest", "orders", rest_stream("orders", path="v2/orders")),
        ("rest", "refunds", rest_stream("refunds", path="r/{parent.id}")),
        ("rest", "refunds", rest_stream("orders", params={})),
    ],
)
def test_what_says_what_is_pulled_has_it_pulled_again(
    tmp_path: Path, system: str, stream: str, changed: dict[str, Any]
) -> None:
    assert asked(system, tmp_path, stream, **changed) != asked(system, tmp_path, stream)


@pytest.mark.parametrize(
    ("system", "stream", "changed"),
    [
        ("wechat", "user_summary", {"app_secret": "new", "token": "classic", "batch_size": 9}),
        ("wechat", "user_summary", {"api_url": "https://proxy.example.com"}),
        ("fxiaoke", "LeadsObj", {"host": "open-na.sharecrm.com", "app_secret": "new"}),
        ("fxiaoke", "LeadsObj", {"permanent_code": "new", "page_size": 50}),
        ("shopify", "orders", {"access_token": "new", "api_version": "2026-04", "page_size": 9}),
        ("database", "orders", {"url": "postgresql://reader:new@db2.example.com:5433/crm"}),
        ("database", "orders", {"rows_per_page": 9, "attempts": 2}),
        ("rest", "orders", {"auth": {"kind": "bearer", "token": "new"}}),
        ("rest", "orders", {"base_url": "https://new.example.com"}),
        ("rest", "orders", rest_stream("people", path="v2/people")),
        ("rest", "orders", rest_stream("refunds", path="r/{parent.id}")),
        ("rest", "orders", rest_stream("orders", http={"calls": 1})),
    ],
)
def test_credentials_addresses_and_sizes_change_nothing(
    tmp_path: Path, system: str, stream: str, changed: dict[str, Any]
) -> None:
    same = asked(system, tmp_path, stream)
    assert asked(system, tmp_path, stream, **changed, http={"calls": 2}) == same


@pytest.mark.parametrize("system", sorted(MODELS))
def test_harmless_settings_are_settings(system: str) -> None:
    kind = connector_class(system)
    fields = MODELS[system].model_fields
    known = set(fields) | {field.alias for field in fields.values() if field.alias}
    assert kind.harmless_settings - Connector.harmless_settings <= known
    assert kind.harmless_settings > Connector.harmless_settings
