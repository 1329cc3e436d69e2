"""The typed form of a source contract, and what makes one consistent.

Reading contracts from YAML files, with mistakes explained, is in contract.py.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from pathlib import PurePosixPath
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from assets.raw.contract_columns import MOMENTS, Column, Strict, checked_name

UTF8 = ("utf-8", "utf-8-sig")


class ContractError(Exception):
    """One line: which contract, object and column is wrong, and how to mend it."""


class ObjectShape(Strict):
    """What the rows of an object are: columns, keys, time and money, wherever they come from."""

    description: str
    columns: list[Column] = Field(min_length=1)
    key: list[str] = Field(min_length=1)
    version: str | None = None
    keep_versions: bool = False
    event_at: str | None = None
    money: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for what, names in (
            ("name", [column.name for column in self.columns]),
            ("header", [column.title for column in self.columns]),
        ):
            twice = [name for name, count in Counter(names).items() if count > 1]
            if twice:
                raise ValueError(f"column {what} {twice[0]!r} is declared twice; keep one")
        known = {column.name: column for column in self.columns}
        for place, named in self._references():
            if named not in known:
                raise ValueError(
                    f"{place} names the unknown column {named!r}; "
                    f"use one of {', '.join(known)} or declare it under columns"
                )
        for named in self.money:
            if not known[named].is_number:
                raise ValueError(f"money names {named!r}, a {known[named].type}; use decimal(18,2)")
        if self.event_at and known[self.event_at].type not in MOMENTS:
            raise ValueError(f"event_at names {self.event_at!r}, which is no date or timestamp")
        if self.keep_versions and not self.version:
            raise ValueError("keep_versions needs version: the column that orders the versions")
        return self

    def _references(self) -> list[tuple[str, str]]:
        named = [("key", name) for name in self.key] + [("money", name) for name in self.money]
        named += [("version", self.version)] if self.version else []
        named += [("event_at", self.event_at)] if self.event_at else []
        return named

    def column(self, name: str) -> Column:
        """The column of that raw name."""
        return next(column for column in self.columns if column.name == name)

    def is_required(self, column: Column) -> bool:
        """True when a row without the value cannot be used: key, version and event time too."""
        return column.required or column.name in (*self.key, self.version, self.event_at)


class ObjectContract(ObjectShape):
    """An object that is delivered as files: its shape, where the files are, how to read them."""

    path: str
    format: Literal["csv", "jsonl", "parquet", "xlsx"]
    encoding: str = "utf-8"
    delimiter: str = ","
    sheet: str | None = None
    delivery: Literal["snapshot", "increment"] = "snapshot"
    optional: bool = False
    max_quarantined_ratio: float = Field(0.01, ge=0, le=1)

    @field_validator("path")
    @classmethod
    def _inside_the_data_folder(cls, value: str) -> str:
        path = PurePosixPath(value)
        if not value or path.is_absolute() or ".." in path.parts or "\\" in value:
            raise ValueError(
                f"{value!r} must be relative to C360_DATA, with forward slashes and without '..'"
            )
        return str(path)

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str) -> str:
        try:
            return codecs.lookup(value).name
        except LookupError:
            raise ValueError(
                f"encoding {value!r} is unknown; use for example utf-8, gb18030, big5, utf-16"
            ) from None

    @field_validator("delimiter")
    @classmethod
    def _one_character(cls, value: str) -> str:
        if len(value) != 1 or value in '"\r\n':
            raise ValueError(f'delimiter {value!r} must be one character, such as "," or "\\t"')
        return value


class SourceContract(Strict):
    """One source: who owns it and what it delivers."""

    source: str
    description: str
    owner: str = "team:data-platform"
    objects: dict[str, ObjectContract] = Field(min_length=1)

    @field_validator("source")
    @classmethod
    def _plain_name(cls, value: str) -> str:
        return checked_name(value)

    @field_validator("objects")
    @classmethod
    def _plain_names(cls, value: dict[str, ObjectContract]) -> dict[str, ObjectContract]:
        for name in value:
            checked_name(name)
        return value

    @field_validator("owner")
    @classmethod
    def _team_or_mail(cls, value: str) -> str:
        if not re.fullmatch(r"team:[A-Za-z0-9_.-]+|[^@\s]+@[^@\s]+", value):
            raise ValueError(f"owner {value!r} must be team:<name> or an e-mail address")
        return value
