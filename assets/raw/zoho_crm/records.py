"""Get Records: all fields of a module although one call gives fifty, joined byte by byte."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from assets.raw.connector import strict_json
from assets.raw.connector.errors import Retryable
from assets.raw.zoho_crm.access import Access
from assets.raw.zoho_crm.answers import RecordGone
from assets.raw.zoho_crm.settings import ZohoSettings

_ROUNDS = 3
"""How often a record is asked for again that was edited between two calls."""


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


class Records:
    """Get Records of one module, with all groups of its fields."""

    def __init__(
        self, access: Access, settings: ZohoSettings, module: str, groups: Sequence[Sequence[str]]
    ) -> None:
        """`groups`: names of fields; each group begins with the id and the time of the version."""
        self._access = access
        self._limits = settings.limits
        self._path = settings.paths.records.format(module=module)
        self._record_path = settings.paths.record
        self._module = module
        self._groups = groups
        self._both = {"converted": "both"} if module in settings.converted_modules else {}

    def page(
        self,
        params: Mapping[str, Any],
        since: str | None = None,
        *,
        first_group_only: bool = False,
        per_page: int | None = None,
    ) -> Listing:
        """One page of whole records.

        Raises:
            SourceError: there is none, and why.
        """
        body = self._access.get(
            self._path,
            {
                "fields": ",".join(self._groups[0]),
                "per_page": per_page or self._limits.per_page,
                **self._both,
                **params,
            },
            {"If-Modified-Since": since} if since else None,
        ).content
        listing = read_listing(body)
        if first_group_only or len(self._groups) == 1 or not listing.records:
            return listing
        versions = {
            head.id: (head, strict_json.parts(record))
            for head, record in zip(listing.heads, listing.records, strict=True)
        }
        whole = self._completed(versions)
        kept = [head for head in listing.heads if head.id in whole]
        return Listing(kept, [whole[head.id] for head in kept], listing.more, listing.token)

    def by_id(self, ids: Sequence[str]) -> list[bytes]:
        """Whole records by id, in this order; one that is gone is left out.

        Raises:
            SourceError: they cannot be read, and why.
        """
        whole = self._completed(self._group(0, ids))
        return [whole[record_id] for record_id in ids if record_id in whole]

    def with_subforms(
        self, records: Iterable[bytes], heads: Iterable[Head], names: Sequence[str]
    ) -> list[bytes]:
        """The records with tables of the single record added; one call for each.

        Raises:
            SourceError: one cannot be read, and why.
        """
        found = []
        for head, record in zip(heads, records, strict=True):
            path = self._record_path.format(module=self._module, id=head.id)
            try:
                single = read_listing(self._access.get(path).content)
            except RecordGone:
                continue
            if not single.records:
                continue
            tables = strict_json.parts(single.records[0])
            added = {name: tables[name] for name in names if name in tables}
            found.append(strict_json.dumps(strict_json.parts(record) | added))
        return found

    def _completed(
        self, versions: dict[str, tuple[Head, dict[str, msgspec.Raw]]]
    ) -> dict[str, bytes]:
        """The records of the first group with the fields of all others, each of one version."""
        whole: dict[str, bytes] = {}
        for _ in range(_ROUNDS):
            ids = list(versions)
            others = [self._group(number, ids) for number in range(1, len(self._groups))]
            for record_id, (head, parts) in versions.items():
                found = [other.get(record_id) for other in others]
                if any(version is None for version in found):
                    continue  # deleted between two calls: the deletion is what counts
                if all(
                    version and version[0].Modified_Time == head.Modified_Time for version in found
                ):
                    for version in found:
                        parts = parts | version[1] if version else parts
                    whole[record_id] = strict_json.dumps(parts)
            edited = [
                record_id
                for record_id in ids
                if record_id not in whole and all(record_id in other for other in others)
            ]
            if not edited:
                return whole
            versions = self._group(0, edited)
        raise Retryable(f"records of {self._module} are edited faster than they are read")

    def _group(
        self, number: int, ids: Sequence[str]
    ) -> dict[str, tuple[Head, dict[str, msgspec.Raw]]]:
        found = {}
        size = self._limits.ids_per_call
        for start in range(0, len(ids), size):
            params = {
                "fields": ",".join(self._groups[number]),
                "ids": ",".join(ids[start : start + size]),
                **self._both,
            }
            listing = read_listing(self._access.get(self._path, params).content)
            for head, record in zip(listing.heads, listing.records, strict=True):
                found[head.id] = (head, strict_json.parts(record))
        return found
