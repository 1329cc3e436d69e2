"""The typed form of a source contract, and what makes one consistent.

Reading contracts from YAML files, with mistakes explained, is in contract.py.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from assets.raw.connector.registry import SYSTEMS
from assets.raw.contract_columns import MOMENTS, Column, Days, Strict, checked_name
from assets.raw.contract_retention import Retention, check_retention, with_default

UTF8 = ("utf-8", "utf-8-sig")

FILE_KEYS = {"path", "format", "encoding", "delimiter", "sheet", "manifest"}
STREAM_KEYS = {"options", "overlap_seconds", "every_days", "unnest"}


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
    valid_from: str | None = None
    money: list[str] = Field(default_factory=list)
    customers: Literal["none"] | None = None

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
        since = [("valid_from", self.valid_from)] if self.valid_from else []
        for place, named in self._references() + since:
            if named not in known:
                raise ValueError(
                    f"{place} names the unknown column {named!r}; "
                    f"use one of {', '.join(known)} or declare it under columns"
                )
        for place, named in self._references():
            if known[named].optional:
                raise ValueError(f"{place} names {named!r}, which is optional; it must be there")
        for named in self.money:
            if not known[named].is_number:
                raise ValueError(f"money names {named!r}, a {known[named].type}; use decimal(18,2)")
        if self.event_at and known[self.event_at].type not in MOMENTS:
            raise ValueError(f"event_at names {self.event_at!r}, which is no date or timestamp")
        if self.valid_from and known[self.valid_from].type != "date":
            raise ValueError(f"valid_from names {self.valid_from!r}, which is no date")
        if self.valid_from and (self.event_at or self.keep_versions):
            raise ValueError("a row waits for its valid_from; remove event_at, keep_versions")
        if self.keep_versions and not self.version:
            raise ValueError("keep_versions needs version: the column that orders the versions")
        self._check_people(known)
        return self

    def _check_people(self, known: Mapping[str, Column]) -> None:
        leading = [column for column in self.columns if column.leads_to_people]
        if self.customers == "none" and leading:
            raise ValueError(
                f"customers: none, but column {leading[0].name!r} leads to one; keep one of them"
            )
        for column in leading:
            for named in (column.identifier, column.person):
                by = named.get("by") if isinstance(named, dict) else None
                if by is not None and by not in known:
                    raise ValueError(
                        f"column {column.name!r} names the unknown column {by!r} as `by`; use one "
                        f"of {', '.join(known)}"
                    )
            if column.on_erasure == "clear" and self.is_required(column):
                raise ValueError(
                    f"column {column.name!r} cannot be cleared: it is the key or time of the row"
                )

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
    """An object that is delivered: its shape, and the files or the stream that it comes from."""

    path: str | None = None
    format: Literal["csv", "jsonl", "parquet", "xlsx"] | None = None
    encoding: str = "utf-8"
    delimiter: str = ","
    sheet: str | None = None
    manifest: Literal["optional", "required"] = "optional"
    stream: str | None = Field(None, min_length=1)
    options: dict[str, Any] = Field(default_factory=dict)
    overlap_seconds: int = Field(120, ge=60)
    every_days: int = Field(0, ge=0)
    unnest: str | None = None
    delivery: Literal["snapshot", "increment"] = "snapshot"
    optional: bool = False
    staged: bool = True
    max_quarantined_ratio: float = Field(0.01, ge=0, le=1)
    retention: Retention | None = None

    @model_validator(mode="after")
    def _files_or_stream(self) -> Self:
        if self.stream is None:
            for key in ("path", "format"):
                if getattr(self, key) is None:
                    raise ValueError(f"key {key!r} is missing; add it (or name a 'stream')")
        what, others = ("a stream", FILE_KEYS) if self.stream else ("files", STREAM_KEYS)
        if misplaced := others & self.model_fields_set:
            raise ValueError(f"{min(misplaced)} has no meaning for {what}; remove it")
        check_retention(self)
        return self

    @field_validator("path")
    @classmethod
    def _inside_the_data_folder(cls, value: str | None) -> str | None:
        if value is None:
            return None
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


class ConnectionContract(BaseModel):
    """How to reach the system of a source; its other keys are for the connector to judge."""

    model_config = ConfigDict(extra="allow", frozen=True)

    system: str

    @field_validator("system")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in SYSTEMS:
            raise ValueError(f"system {value!r} is unknown; use {', '.join(sorted(SYSTEMS))}")
        return value

    @property
    def settings(self) -> dict[str, Any]:
        """Every key but `system`, with its variables not yet resolved."""
        return dict(self.model_extra or {})


class SourceContract(Strict):
    """One source: who owns it, how to reach it if it is a system, and what it delivers."""

    source: str
    description: str
    owner: str = "team:data-platform"
    connection: ConnectionContract | None = None
    retention_days: Days | None = None
    objects: dict[str, ObjectContract] = Field(min_length=1)

    @property
    def system(self) -> str:
        """The system that is asked; `files` when files are delivered."""
        return self.connection.system if self.connection else "files"

    @model_validator(mode="after")
    def _streams_have_a_system(self) -> Self:
        streams = [name for name, obj in self.objects.items() if obj.stream]
        if streams and self.connection is None:
            raise ValueError(f"object {streams[0]} names a stream; add 'connection' to the source")
        files = [name for name, obj in self.objects.items() if obj.path]
        if files and self.connection is not None:
            raise ValueError(
                f"object {files[0]} names files and the source a connection; make two sources of it"
            )
        return self

    @field_validator("source")
    @classmethod
    def _plain_name(cls, value: str) -> str:
        return checked_name(value)

    @field_validator("objects")
    @classmethod
    def _plain_names(
        cls, value: dict[str, ObjectContract], info: ValidationInfo
    ) -> dict[str, ObjectContract]:
        for name in value:
            checked_name(name)
        return with_default(value, info.data.get("retention_days"))

    @field_validator("owner")
    @classmethod
    def _team_or_mail(cls, value: str) -> str:
        if not re.fullmatch(r"team:[A-Za-z0-9_.-]+|[^@\s]+@[^@\s]+", value):
            raise ValueError(f"owner {value!r} must be team:<name> or an e-mail address")
        return value
