"""Get Records: all fields of a module although one call gives fifty, joined byte by byte.

A record that is listed and then not given by its id is not taken for deleted before it was asked
for alone, and the list once more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from assets.raw.connector import strict_json
from assets.raw.connector.errors import Retryable
from assets.raw.zoho_crm.access import Access
from assets.raw.zoho_crm.answers import RecordGone
from assets.raw.zoho_crm.listings import Head, Listing, read_listing
from assets.raw.zoho_crm.settings import ZohoSettings

_ROUNDS = 3
"""How often a record is asked for again that was edited between two calls."""

Parts = dict[str, msgspec.Raw]
Again = Callable[[], Listing]


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
        self, params: Mapping[str, Any], since: str | None = None, *, per_page: int | None = None
    ) -> Listing:
        """One page of records with the fields of the first group.

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
        return read_listing(body)

    def whole(self, listing: Listing, again: Again) -> Listing:
        """The same page with all fields; a record that was deleted meanwhile is left out.

        Args:
            listing: What `page` gave.
            again: Asks for the same page once more.

        Raises:
            SourceError: they cannot be read, and why.
        """
        if len(self._groups) == 1 or not listing.records:
            return listing
        versions = {
            head.id: (head, strict_json.parts(record))
            for head, record in zip(listing.heads, listing.records, strict=True)
        }
        whole = self._joined(list(versions), versions, again)
        kept = [head for head in listing.heads if head.id in whole]
        return Listing(kept, [whole[head.id] for head in kept], listing.more, listing.token)

    def by_id(self, ids: Sequence[str], again: Again) -> list[bytes]:
        """Whole records by id, in this order; one that is gone is left out.

        Args:
            ids: What a list held.
            again: Asks for the same list once more.

        Raises:
            SourceError: they cannot be read, and why.
        """
        whole = self._joined(ids, self._group(0, ids), again)
        return [whole[record_id] for record_id in ids if record_id in whole]

    def with_subforms(
        self, records: Iterable[bytes], heads: Iterable[Head], names: Sequence[str]
    ) -> list[bytes]:
        """The records with tables of the single record added; one call for each.

        Raises:
            SourceError: one cannot be read, and why.
        """
        found, gone = [], []
        for head, record in zip(heads, records, strict=True):
            single = self._single(head.id)
            if single is None:
                gone.append(head.id)
                continue
            added = {name: single[name] for name in names if name in single}
            found.append(strict_json.dumps(strict_json.parts(record) | added))
        if gone and self._group(0, gone):
            raise Retryable(f"records of {self._module} are listed and cannot be asked for alone")
        return found

    def _joined(
        self, ids: Sequence[str], versions: dict[str, tuple[Head, Parts]], again: Again
    ) -> dict[str, bytes]:
        """The records of the first group with the fields of all others, each of one version."""
        whole: dict[str, bytes] = {}
        lost = [record_id for record_id in ids if record_id not in versions]
        for _ in range(_ROUNDS):
            asked = list(versions)
            others = [self._group(number, asked) for number in range(1, len(self._groups))]
            edited = []
            for record_id, (head, parts) in versions.items():
                found = [other[record_id] for other in others if record_id in other]
                if len(found) < len(others):
                    lost.append(record_id)
                elif any(other.Modified_Time != head.Modified_Time for other, _ in found):
                    edited.append(record_id)
                else:
                    for _, more in found:
                        parts = parts | more
                    whole[record_id] = strict_json.dumps(parts)
            if not edited:
                return whole | self._alone(lost, again)
            versions = self._group(0, edited)
            lost += [record_id for record_id in edited if record_id not in versions]
        raise Retryable(f"records of {self._module} are edited faster than they are read")

    def _group(self, number: int, ids: Sequence[str]) -> dict[str, tuple[Head, Parts]]:
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

    def _alone(self, lost: Sequence[str], again: Again) -> dict[str, bytes]:
        """Records that are missing from an answer by ids, each asked for alone.

        One that is not given alone either, and not listed any more, was deleted meanwhile; its
        deletion is what counts.
        """
        names = dict.fromkeys(name for group in self._groups for name in group)
        found, gone = {}, set()
        for record_id in lost:
            single = self._single(record_id)
            if single is None:
                gone.add(record_id)
            else:
                kept = {name: single[name] for name in names if name in single}
                found[record_id] = strict_json.dumps(kept)
        if gone and any(head.id in gone for head in again().heads):
            raise Retryable(f"records of {self._module} are listed and not given by their ids")
        return found

    def _single(self, record_id: str) -> Parts | None:
        """A record with everything in it; None when there is none of this id."""
        path = self._record_path.format(module=self._module, id=record_id)
        try:
            single = read_listing(self._access.get(path).content)
        except RecordGone:
            return None
        return strict_json.parts(single.records[0]) if single.records else None
