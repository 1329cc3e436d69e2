"""The connection and the stream options of 纷享销客 Fxiaoke."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

KNOWN_HOSTS = (
    "open.fxiaoke.com",
    "open-hwcloud.fxiaoke.com",
    "open-ale.fxiaoke.com",
    "open-hws.fxiaoke.com",
    "open-ksc.sharecrm.com",
    "open-na.sharecrm.com",
)
"""Every tenant lives in one cloud; other clouds exist, so other hosts are taken too."""

Voided = Literal["included", "separate", "excluded"]


class FxiaokeSettings(BaseModel):
    """The keys of `connection`.

    Attributes:
        host: API host of the tenant's cloud; without a scheme it is https.
        auth: `app_secret`: token in the headers (oauth2.0/token); `corp_token`: the older way,
            token in the body (corpAccessToken).
        app_id: 应用 AppId, `FSAID_…`.
        app_secret: 应用 AppSecret.
        permanent_code: 永久授权码 of the tenant for the application.
        user: Whose rights count: the CRM staff number (`1000`) for app_secret, the openUserId
            (`FSUID_…`) for corp_token.
        user_mobile: Instead of `user`: mobile number of that person; the openUserId is looked up.
        page_size: Records in one answer; 100 is the documented maximum.
        fields: `all`: every field of the object's describe, undeclared ones become text columns;
            `declared`: only those of the contract; `unnamed`: no list of fields is sent.
        standard_path: Path of the preset objects (预置对象).
        custom_path: Path of the custom objects (自定义对象, names that end in `__c`).
        voided: What happens to 作废 records: `included`: the plain listing has them; `separate`:
            it hides them, ask for them in a second pass; `excluded`: leave them out.
        voided_field: Field that marks a voided record.
        voided_value: Its value in a voided record.
        window_operators: How a time window is written: `between`, or `gte_lte`: two filters.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    host: str
    auth: Literal["app_secret", "corp_token"] = "app_secret"
    app_id: str = Field(min_length=1)
    app_secret: SecretStr = Field(min_length=1)
    permanent_code: SecretStr = Field(min_length=1)
    user: str | None = None
    user_mobile: SecretStr | None = None
    page_size: int = Field(100, ge=1, le=1000)
    fields: Literal["all", "declared", "unnamed"] = "all"
    standard_path: str = "/cgi/crm/v2"
    custom_path: str = "/cgi/crm/custom/v2"
    voided: Voided = "included"
    voided_field: str = "life_status"
    voided_value: str = "invalid"
    window_operators: Literal["between", "gte_lte"] = "between"
    http: Mapping[str, Any] = Field(default_factory=dict)

    @field_validator("host")
    @classmethod
    def _with_scheme(cls, value: str) -> str:
        address = value.strip().rstrip("/")
        if not address or address.startswith("www."):
            raise ValueError(f"use the API host of your cloud, such as {', '.join(KNOWN_HOSTS)}")
        return address if "://" in address else f"https://{address}"

    @model_validator(mode="after")
    def _one_user(self) -> Self:
        if bool(self.user) == bool(self.user_mobile):
            raise ValueError("give either user or user_mobile: whose rights count in the CRM")
        return self


class StreamOptions(BaseModel):
    """The keys of `options` of an object.

    Attributes:
        objects: For `field_options` and `live_ids`: the API names of the objects they cover.
        voided: As in the connection, for this stream alone.
        filters: Further filters of a listing, in the form of the API.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    objects: tuple[str, ...] = ()
    voided: Voided | None = None
    filters: tuple[dict[str, Any], ...] = ()
