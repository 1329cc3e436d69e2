"""What the `connection` of a contract with `system: rest` may say.

The keys and their meaning, with examples: docs/sources/rest.md.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from assets.raw.connector.settings import Timezone
from assets.raw.contract_columns import Strict
from assets.raw.rest.auth_settings import Auth, NoAuth
from assets.raw.rest.paging_settings import NoPaging, Paging
from assets.raw.rest.texts import check_texts, names_in

Code = str | int | bool
Scalar = str | int | float | bool


class Statuses(Strict):
    """What HTTP statuses mean where they mean something special."""

    retry: list[int] = Field(default_factory=list)
    refresh: list[int] = Field(default_factory=list)
    stop_for_today: list[int] = Field(default_factory=list)
    position_expired: list[int] = Field(default_factory=list)
    empty: list[int] = Field(default=[204, 304], description="no records, and that is right")


class Errors(Strict):
    """Where an answer says that it is an error, and what to do about each code.

    Attributes:
        code: JSON path of the code in the body.
        success: Codes of good answers; a body without a code is an error then. When the list is
            empty, a body without a code is good and every code is an error.
    """

    code: str | None = None
    success: list[Code] = Field(default_factory=list)
    retry: list[Code] = Field(default_factory=list)
    refresh: list[Code] = Field(default_factory=list)
    stop_for_today: list[Code] = Field(default_factory=list)
    position_expired: list[Code] = Field(default_factory=list)
    fatal: list[Code] = Field(default_factory=list)
    statuses: Statuses = Statuses()
    reset_header: str | None = Field(
        default=None, description="epoch second at which we may ask again"
    )

    @model_validator(mode="after")
    def _each_code_once(self) -> Self:
        lists = {name: getattr(self, name) for name in (*CODE_LISTS, "success")}
        if self.code is None and any(lists.values()):
            raise ValueError("code is missing: the JSON path of the error code in the body")
        seen: dict[str, str] = {}
        for name, codes in lists.items():
            for code in codes:
                if str(code) in seen:
                    raise ValueError(f"code {code} is in {seen[str(code)]} and in {name}; keep one")
                seen[str(code)] = name
        return self


CODE_LISTS = ("retry", "refresh", "stop_for_today", "position_expired", "fatal")


class NewestFirst(Strict):
    """For listings that know no time filter: reading ends where a whole page is too old.

    Attributes:
        field: JSON path of the time in a record.
        format: epoch_s, epoch_ms, iso, or strptime letters such as `%a %b %d %H:%M:%S %z %Y`.
    """

    field: str
    format: str = "iso"


class Parent(Strict):
    """For listings below the records of another stream, such as the refunds of each order.

    Attributes:
        stream: Stream whose records are the parents; `{parent.id}` in the path names their fields.
        when: JSON path in the parent; only parents where it is neither missing nor empty count.
        gone: Statuses that say that the parent was deleted meanwhile.
    """

    stream: str
    when: str | None = None
    gone: list[int] = Field(default=[404])


class Stream(Strict):
    """One listing of a system."""

    path: str
    method: Literal["GET", "POST"] = "GET"
    params: dict[str, Scalar] = Field(default_factory=dict)
    headers: dict[str, str] = Field(default_factory=dict)
    body: dict[str, Any] | None = None
    form: bool = Field(default=False, description="the body is sent as a form, not as JSON")
    records: str = Field(
        default="", description="JSON path of the array; empty: the body is the array"
    )
    records_may_be_missing: bool = False
    paging: Paging = NoPaging()
    timezone: Timezone = "UTC"
    begin: datetime | None = Field(default=None, description="where history begins")
    window_days: int | None = Field(default=None, ge=1)
    lookback_days: int = Field(default=0, ge=0, description="asked for again: filters by creation")
    newest_first: NewestFirst | None = None
    parent: Parent | None = None
    http: dict[str, Any] | None = Field(default=None, description="limits of its own")

    @field_validator("begin")
    @classmethod
    def _aware(cls, value: datetime | None) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        check_texts([self.path, self.params, self.body, self.headers])
        if self.body is not None and self.method == "GET":
            raise ValueError("body needs method: POST")
        if "lower" in names_in(self.path) and self.begin is None:
            raise ValueError("begin is missing: a path with {lower} always needs a lower bound")
        if self.window_days is not None:
            if self.begin is None:
                raise ValueError("begin is missing: windows start there")
            if not {"lower", "upper"} <= names_in([self.path, self.params, self.body]):
                raise ValueError("window_days needs {lower} and {upper} in params, body or path")
        if self.parent is None and any(
            name.startswith("parent.") for name in names_in([self.path, self.params, self.body])
        ):
            raise ValueError("parent is missing: the stream whose records {parent.…} names")
        return self

    @property
    def has_lower(self) -> bool:
        """Whether the listing can be asked for changes only."""
        used = names_in([self.path, self.params, self.body, self.headers])
        return "lower" in used or self.newest_first is not None


class RestSettings(Strict):
    """A whole connection."""

    base_url: str
    auth: Auth = NoAuth()
    headers: dict[str, str] = Field(default_factory=dict, repr=False)
    params: dict[str, Scalar] = Field(default_factory=dict, repr=False)
    errors: Errors = Errors()
    streams: dict[str, Annotated[Stream, Field()]] = Field(min_length=1)
    http: dict[str, Any] | None = None

    @field_validator("base_url")
    @classmethod
    def _whole_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("is no address; write it as https://…")
        if parts.username or parts.password:
            raise ValueError("must hold no password; put it under auth")
        if parts.query or parts.fragment:
            raise ValueError("must hold no '?' and no '#'; put parameters under params")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _parents_exist(self) -> Self:
        check_texts([self.headers, self.params])
        for name, stream in self.streams.items():
            if stream.parent is None:
                continue
            parent = self.streams.get(stream.parent.stream)
            if parent is None:
                raise ValueError(f"streams.{name}.parent: unknown stream {stream.parent.stream!r}")
            if parent.parent is not None:
                raise ValueError(f"streams.{name}.parent: a parent cannot have a parent itself")
        return self
