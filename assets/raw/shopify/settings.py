"""What the `connection` of a contract with `system: shopify` may say."""

from __future__ import annotations

from typing import Any, Self

from pydantic import Field, field_validator, model_validator

from assets.raw.contract_columns import Strict

HARMLESS = {
    *("shop", "base_url", "api_version", "access_token", "client_id", "client_secret"),
    *("page_size", "nested_size"),
}
"""Keys of the connection that do not change which records a pull brings."""


class ShopifySettings(Strict):
    """One shop.

    Attributes:
        shop: Domain of the shop, `<name>.myshopify.com`.
        api_version: Version of the API, such as `2026-01`; each is served for a year.
        access_token: Token of an app that was made in the admin of the shop; or:
        client_id: With client_secret: app of the Dev Dashboard, whose tokens live for a day.
        page_size: Records asked for at once; halved by itself when a query costs too much.
        nested_size: Lines (variants, refunds) asked for with their record; the rest follows.
        filters: Search text by stream, added to the time window, such as `test:false`.
        selections: Selection text by stream and field, for fields that the connector does not
            know: `{orders: {channelInformation: "{ channelId }"}}`; empty for plain values.
        recent_orders_only: The app has no `read_all_orders`, and that is right: orders older than
            60 days do not exist for it.
        base_url: Address instead of `https://<shop>`, for tests.
    """

    shop: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*\.myshopify\.com$")
    api_version: str = Field(pattern=r"^(\d{4}-\d{2}|unstable)$")
    access_token: str | None = Field(default=None, repr=False, min_length=1)
    client_id: str | None = Field(default=None, repr=False, min_length=1)
    client_secret: str | None = Field(default=None, repr=False, min_length=1)
    page_size: int = Field(default=50, ge=1, le=250)
    nested_size: int = Field(default=10, ge=1, le=250)
    filters: dict[str, str] = Field(default_factory=dict)
    selections: dict[str, dict[str, str]] = Field(default_factory=dict)
    recent_orders_only: bool = False
    base_url: str | None = None
    http: dict[str, Any] | None = None

    @field_validator("shop", mode="before")
    @classmethod
    def _domain_alone(cls, value: object) -> object:
        return value.removeprefix("https://").rstrip("/") if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        app = (self.client_id, self.client_secret)
        if self.access_token is None and None in app:
            raise ValueError("access_token is missing; add it, or client_id and client_secret")
        if self.access_token is not None and app != (None, None):
            raise ValueError("access_token and client_id exclude each other; keep one way")
        return self

    @property
    def address(self) -> str:
        """Address of the shop."""
        return (self.base_url or f"https://{self.shop}").rstrip("/")
