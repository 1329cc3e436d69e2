"""The connection of a 微信 WeChat official account."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

FIRST_REPORT = date(2014, 12, 1)
"""WeChat keeps daily figures from this day on."""


class WeChatSettings(BaseModel):
    """The keys of `connection`.

    Attributes:
        app_id: 开发者ID AppID.
        app_secret: 开发者密码 AppSecret.
        api_url: Address of the API; a proxy of the company may stand in for it.
        token: `stable`: stable_token, which leaves the tokens of other programs alone; `classic`:
            cgi-bin/token, which makes every other token of the account worthless.
        batch_size: Followers in one call of user/info/batchget; 100 is the documented maximum.
        language: Language of the answers.
        since: First day of the daily figures.
        window_days: Days in one call of the daily figures; 7 is the documented maximum.
        restated_days: Days before the last pull that are read again, because figures are corrected.
        ready_hour: Hour in Beijing at which the figures of the day before are there.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    app_id: str = Field(min_length=1)
    app_secret: SecretStr = Field(min_length=1)
    api_url: str = "https://api.weixin.qq.com"
    token: Literal["stable", "classic"] = "stable"
    batch_size: int = Field(100, ge=1, le=100)
    language: Literal["zh_CN", "zh_TW", "en"] = "zh_CN"
    since: date = FIRST_REPORT
    window_days: int = Field(7, ge=1, le=7)
    restated_days: int = Field(1, ge=0)
    ready_hour: int = Field(8, ge=0, le=23)
    http: Mapping[str, Any] = Field(default_factory=dict)

    @field_validator("since")
    @classmethod
    def _not_before_the_first(cls, value: date) -> date:
        if value < FIRST_REPORT:
            raise ValueError(f"there are no figures before {FIRST_REPORT}; use a later day")
        return value


class NoOptions(BaseModel):
    """Streams of WeChat take no options."""

    model_config = ConfigDict(extra="forbid")
