"""Settings of a Zoho CRM connection and options of its streams.

Facts that no document of Zoho confirms for v8 are settings too; docs/sources/zoho_crm.md says
which ones.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

DATA_CENTERS: dict[str, tuple[str, str]] = {
    "us": ("https://accounts.zoho.com", "https://www.zohoapis.com"),
    "eu": ("https://accounts.zoho.eu", "https://www.zohoapis.eu"),
    "in": ("https://accounts.zoho.in", "https://www.zohoapis.in"),
    "cn": ("https://accounts.zoho.com.cn", "https://www.zohoapis.com.cn"),
    "au": ("https://accounts.zoho.com.au", "https://www.zohoapis.com.au"),
    "jp": ("https://accounts.zoho.jp", "https://www.zohoapis.jp"),
    "ca": ("https://accounts.zohocloud.ca", "https://www.zohoapis.ca"),
    "sa": ("https://accounts.zoho.sa", "https://www.zohoapis.sa"),
}
"""Where an organisation signs in, and its API unless the token's answer names another."""

HTTP = {"calls": 10, "per_seconds": 1, "attempts": 8}
"""Ten concurrent heavy calls are the least that any edition allows; a 429 tells no waiting time."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Paths(_Strict):
    """Addresses below the API's host."""

    token: str = "/oauth/v2/token"
    records: str = "/crm/v8/{module}"
    record: str = "/crm/v8/{module}/{id}"
    count: str = "/crm/v8/{module}/actions/count"
    deleted: str = "/crm/v8/{module}/deleted"
    stage_history: str = "/crm/v8/Deals/{id}/Stage_History"
    fields: str = "/crm/v8/settings/fields"
    users: str = "/crm/v8/users"
    coql: str = "/crm/v8/coql"
    bulk: str = "/crm/bulk/v8/read"


class Limits(_Strict):
    """How much Zoho gives at once."""

    per_page: int = Field(default=200, ge=1, le=200)
    fields_per_call: int = Field(default=50, ge=3, le=50)
    ids_per_call: int = Field(default=100, ge=1, description="[?] ids in one call of Get Records")
    coql_rows: int = Field(default=2_000, ge=1, le=2_000)
    deals_per_page: int = Field(
        default=50, ge=1, le=200, description="deals whose stages make one page"
    )
    poll_minutes: float = Field(
        default=60, gt=0, description="how long a run waits for a Bulk Read job"
    )


class ZohoSettings(_Strict):
    """The keys of `connection:` besides `system` and `http`."""

    data_center: Literal["us", "eu", "in", "cn", "au", "jp", "ca", "sa"] = "us"
    accounts_url: str | None = Field(default=None, pattern="^https?://")
    api_url: str | None = Field(default=None, pattern="^https?://")
    client_id: str = Field(min_length=1)
    client_secret: SecretStr
    refresh_token: SecretStr
    increments: Literal["if_modified_since", "coql"] = "if_modified_since"
    full_by: Literal["modified_time", "page_token"] = "modified_time"
    bulk_above: int | None = Field(default=20_000, ge=0, description="None: never use Bulk Read")
    beginning: str = "2000-01-01T00:00:00+00:00"
    credits_reserve: int = Field(
        default=0, ge=0, description="stop when no more calls than this are left"
    )
    poll_seconds: float = Field(default=10, ge=0)
    converted_modules: tuple[str, ...] = ("Leads",)
    closed_to_bulk: tuple[str, ...] = ("Notes", "Attachments", "Emails")
    closed_to_coql: tuple[str, ...] = ()
    stage_history_fields: tuple[str, ...] = (
        "id",
        "Stage",
        "Amount",
        "Probability",
        "Expected_Revenue",
        "Closing_Date",
        "Modified_By",
        "Modified_Time",
    )
    paths: Paths = Paths()
    limits: Limits = Limits()

    @property
    def accounts(self) -> str:
        """Where tokens come from, without a slash at its end."""
        return (self.accounts_url or DATA_CENTERS[self.data_center][0]).rstrip("/")

    @property
    def default_api(self) -> str:
        """The API's host when the token's answer does not name one."""
        return DATA_CENTERS[self.data_center][1]


class ModuleOptions(_Strict):
    """Options of a stream that is a module.

    Attributes:
        subforms: Tables inside the record (such as Ordered_Items); one more call per record.
        bulk: `never` keeps the back-fill away from Bulk Read.
    """

    subforms: tuple[str, ...] = ()
    bulk: Literal["auto", "never"] = "auto"


class NoOptions(_Strict):
    """Streams without options."""


class ModulesOptions(_Strict):
    """Options of `deletions` and `live_ids`: the modules that are looked at."""

    modules: tuple[str, ...] = Field(min_length=1)
