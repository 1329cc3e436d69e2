"""Answers that list records: cut into records byte by byte, with what the paging needs of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from assets.raw.connector import strict_json
from assets.raw.connector.errors import Retryable


class Head(msgspec.Struct):
    """What the paging needs of a record."""

    id: str
    Modified_Time: str | None = None

    @property
    def modified(self) -> datetime | None:
        """When this version was made, UTC; None when the module does not tell."""
        return moment(self.Modified_Time) if self.Modified_Time else None


_HEADS = msgspec.json.Decoder(list[Head])


@dataclass(frozen=True)
class Listing:
    """One page of records with the names that were asked for.

    Attributes:
        heads: Id and time of each record.
        records: The records as they were sent.
        more: Zoho has more of them.
        token: What the next page is asked for with, if not by number.
    """

    heads: list[Head]
    records: list[bytes]
    more: bool
    token: str | None


class Info(msgspec.Struct):
    """The member `info` of a listing."""

    more_records: bool = False
    next_page_token: str | None = None


_INFO = msgspec.json.Decoder(Info)


def moment(text: str) -> datetime:
    """A time as Zoho writes it, in UTC.

    Raises:
        Retryable: it is none.
    """
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        raise Retryable("the answer holds a time that is none") from None


def seconds(time: datetime) -> str:
    """A time as headers and queries want it: whole seconds, rounded down."""
    return time.astimezone(UTC).replace(microsecond=0).isoformat()


def read_listing(body: bytes) -> Listing:
    """An answer of Get Records; an empty body (204, 304) is an empty page.

    Raises:
        Retryable: the answer is no whole JSON of this form.
    """
    if not body:
        return Listing([], [], False, None)
    parts = strict_json.parts(body)
    records = strict_json.records(parts.get("data", msgspec.Raw(b"[]")))
    try:
        heads = _HEADS.decode(parts["data"]) if records else []
        info = _INFO.decode(parts.get("info", msgspec.Raw(b"{}")))
    except msgspec.DecodeError:
        raise Retryable("the answer is no listing of records") from None
    return Listing(heads, records, info.more_records, info.next_page_token)


def heads_of(records: list[bytes]) -> list[Head]:
    """Id and time of records."""
    return [msgspec.json.decode(record, type=Head) for record in records]
