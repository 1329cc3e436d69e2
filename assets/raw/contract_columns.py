"""The columns of a contract: names, types and rules, and what makes them consistent."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

NAME = re.compile(r"[a-z][a-z0-9_]*")
DECIMAL = re.compile(r"decimal\((\d{1,2}),\s?(\d{1,2})\)")
PLAIN_TYPES = (
    "varchar",
    "bigint",
    "integer",
    "double",
    "boolean",
    "date",
    "timestamp",
    "epoch_ms",
    "epoch_s",
    "epoch_us",
    "json",
)
NUMBERS = ("bigint", "integer", "double")
EPOCHS = {"epoch_s": 1_000_000, "epoch_ms": 1_000, "epoch_us": 1}
"""Whole numbers since 1970: microseconds in each unit."""

MOMENTS = ("date", "timestamp", *EPOCHS)

# Strict: YAML's `true` would be one day. A hundred years at most: for ever is said by no limit.
Days = Annotated[int, Field(strict=True, ge=1, le=36_500)]


def checked_name(value: str) -> str:
    """The name, when it can be part of a table or column name as it stands."""
    if not NAME.fullmatch(value) or "__" in value:
        raise ValueError(
            f"{value!r} is no plain name; use lower-case letters, digits and single underscores, "
            "starting with a letter (the name in the file goes under header)"
        )
    return value


class Strict(BaseModel):
    """Refuses keys that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Kinds = str | list[str] | dict[str, str]
"""One kind for all rows, or several that a value may be of; or the column that tells it (`by`) and
the kind for each of its values, where the value itself is the kind if none is said."""


class Column(Strict):
    """One column of an object: its name in raw, its name in the file, its type and its rules.

    Whose a row is, these keys say (what has to go with a person):

    Attributes:
        identifier: The value is an identifier of that type of identity resolution (rules.yml).
        person: The value is the id of a row of that object, and the row is that person's.
        part_of: The value is the id of a row of that object, and the row belongs to that row.
        on_erasure: `row`: the row goes with the person; `clear`: only the value does.

    `retention_days`: the value is emptied when the row is older, while the row stays.
    """

    name: str
    type: str
    header: str | None = None
    required: bool = False
    optional: bool = False
    min: int | float | str | date | None = None
    max: int | float | str | date | None = None
    allowed: list[str | int] | None = None
    pattern: str | None = None
    timezone: str | None = None
    format: str | None = None
    description: str | None = None
    identifier: Kinds | None = None
    person: Kinds | None = None
    part_of: str | None = None
    on_erasure: Literal["row", "clear"] = "row"
    retention_days: Days | None = None

    @property
    def leads_to_people(self) -> bool:
        """Whether a value tells whose the row is."""
        return bool(self.identifier or self.person or self.part_of)

    @property
    def title(self) -> str:
        """The column's name as it stands in the file."""
        return self.header or self.name

    @property
    def is_decimal(self) -> bool:
        """True for decimal(p,s)."""
        return self.type.startswith("decimal")

    @property
    def is_number(self) -> bool:
        """True for the types that can be summed."""
        return self.is_decimal or self.type in NUMBERS

    @property
    def sql_type(self) -> str:
        """Type of the column in the raw table."""
        if self.type in EPOCHS:
            return "timestamp"
        return "varchar" if self.type == "json" else self.type

    @field_validator("name")
    @classmethod
    def _plain_name(cls, value: str) -> str:
        return checked_name(value)

    @field_validator("type")
    @classmethod
    def _known_type(cls, value: str) -> str:
        kind = value.strip().lower()
        if kind in PLAIN_TYPES:
            return kind
        found = DECIMAL.fullmatch(kind)
        if not found:
            raise ValueError(
                f"type {value!r} is unknown; use {', '.join(PLAIN_TYPES)} or decimal(p,s)"
            )
        precision, scale = int(found[1]), int(found[2])
        if not 1 <= precision <= 38 or scale > precision:
            raise ValueError(
                f"{value} is impossible; use decimal(p,s) with p from 1 to 38 and s from 0 to p"
            )
        return f"decimal({precision},{scale})"

    @field_validator("allowed", mode="before")
    @classmethod
    def _no_yaml_booleans(cls, value: object) -> object:
        if isinstance(value, list) and any(isinstance(item, bool) for item in value):
            raise ValueError("YAML reads yes/no/on/off/true/false as booleans; put them in quotes")
        return value

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, value: str | None) -> str | None:
        if value is not None:
            import duckdb

            try:
                duckdb.execute("select regexp_full_match('', ?)", [value]).fetchall()
            except duckdb.Error as error:
                reason = str(error).splitlines()[0]
                raise ValueError(f"pattern is no RE2 expression ({reason})") from None
        return value

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                ZoneInfo(value)
            except (KeyError, ValueError, OSError):
                raise ValueError(f"{value!r} is no IANA time zone such as Asia/Shanghai") from None
        return value

    @model_validator(mode="after")
    def _required_or_optional(self) -> Column:
        if self.required and self.optional:
            raise ValueError("required and optional exclude each other; keep one")
        return self

    @model_validator(mode="after")
    def _clears_what_may_be_empty(self) -> Column:
        if self.on_erasure == "clear" and not self.leads_to_people:
            raise ValueError("on_erasure needs identifier or person: whose the value is")
        if self.on_erasure == "clear" and self.required:
            raise ValueError("on_erasure: clear empties the value, but it is required; remove one")
        for named in (self.identifier, self.person):
            if isinstance(named, dict) and "by" not in named:
                raise ValueError(
                    "kinds that differ by row need `by` (a column) and a kind for its values, as in"
                    " {by: platform, wechat: openid}"
                )
        if isinstance(self.identifier, dict) and len(self.identifier) < 2:
            raise ValueError("identifier names a column by which it differs, but no type; add some")
        return self

    @model_validator(mode="after")
    def _rules_fit_type(self) -> Column:
        if self.timezone and self.type not in ("timestamp", "date"):
            raise ValueError(f"timezone has no meaning for {self.type}; remove it")
        if self.format and self.type not in ("timestamp", "date"):
            raise ValueError(f"format has no meaning for {self.type}; remove it")
        if self.pattern and self.type != "varchar":
            raise ValueError(f"pattern has no meaning for {self.type}; remove it")
        for word, bound in (("min", self.min), ("max", self.max)):
            if bound is not None:
                self._check_bound(word, bound)
        return self

    def _check_bound(self, word: str, bound: int | float | str | date) -> None:
        if self.is_number:
            try:
                Decimal(str(bound))
            except InvalidOperation:
                raise ValueError(f"{word} {bound!r} is no number") from None
        elif self.type in MOMENTS:
            try:
                datetime.fromisoformat(str(bound))
            except ValueError:
                raise ValueError(f"{word} {bound!r} is no date such as 2017-01-31") from None
        else:
            raise ValueError(f"{word} has no meaning for {self.type}; remove it")
