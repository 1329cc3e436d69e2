"""The systems that can be read, and the connector of each."""

from __future__ import annotations

from importlib import import_module

from assets.raw.connector.model import Connector

SYSTEMS = {
    "database": "assets.raw.database.client:Database",
    "fxiaoke": "assets.raw.fxiaoke.client:Fxiaoke",
    "rest": "assets.raw.rest.client:Rest",
    "shopify": "assets.raw.shopify.client:Shopify",
    "wechat": "assets.raw.wechat.client:WeChat",
    "zoho_crm": "assets.raw.zoho_crm.client:ZohoCrm",
}
"""The value of `connection.system`; imported when a run wants it, not when Dagster loads."""


def connector_class(system: str) -> type[Connector]:
    """The connector of a system."""
    module, _, name = SYSTEMS[system].partition(":")
    found: type[Connector] = getattr(import_module(module), name)
    return found
