"""What `make check-sources` asks: real calls of the kinds that a pull makes, each for one row.

The words about a token's scopes, which Zoho may leave out of its answer, prove nothing: only an
answer does.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from assets.raw.connector.errors import PositionExpired
from assets.raw.zoho_crm.access import Access
from assets.raw.zoho_crm.answers import NotInBulk, RecordGone
from assets.raw.zoho_crm.lists import DELETIONS, LIVE_IDS, NO_MODULES, USERS, users
from assets.raw.zoho_crm.metadata import MODIFIED
from assets.raw.zoho_crm.records import Records
from assets.raw.zoho_crm.settings import ZohoSettings
from assets.raw.zoho_crm.walk import count, is_open_to_coql, query

CALLS = 3
"""How many calls one stream may cost; a new access token is not one of them."""

_NO_JOB = "1"


class Probe:
    """Cheap looks at one organisation."""

    def __init__(self, access: Access, settings: ZohoSettings) -> None:
        """Nothing is asked yet."""
        self._access = access
        self._settings = settings

    def staff(self) -> str:
        """How many people there are, by the call that the pull makes.

        Raises:
            SourceError: they cannot be read, and why.
        """
        page = users(self._access, self._settings, {"page": 1})
        return f"{len(list(page.records))}{'+' if page.next else ''} users"

    def module(self, name: str, *, has_modified_time: bool, may_be_bulk: bool) -> str:
        """How many records a module has, for two calls; the second is of the first pull's kind.

        The metadata are the third call, so COQL is not asked where Bulk Read comes before it.

        Raises:
            SourceError: a pull would fail, and why.
        """
        expected = count(self._access, self._settings, name)
        above = self._settings.bulk_above
        if may_be_bulk and above is not None and (expected or 0) > above:
            self._bulk()
        elif has_modified_time:
            self._changes(name)
        else:
            self._get_records(name, has_modified_time=False)
        return f"{_about(expected)} records"

    def stages(self) -> str:
        """How many deals there are, and whether the stages of one can be read.

        Raises:
            SourceError: they cannot be read, and why.
        """
        expected = count(self._access, self._settings, "Deals")
        for deal in self._changes("Deals")[:1]:
            names = ",".join(self._settings.stage_history_fields)
            with suppress(RecordGone):
                self._access.get(
                    self._settings.paths.stage_history.format(id=deal),
                    {"fields": names, "page": 1, "per_page": 1},
                )
        return f"stages of {_about(expected)} deals, one call each"

    def modules(self, stream: str, names: Sequence[str]) -> str:
        """Whether `deletions` or `live_ids` can be read of the first modules.

        Those come first which the token should not give by its own words, and one of each kind.

        Raises:
            SourceError: one cannot be read, and why.
        """
        if stream == DELETIONS:
            kinds = [list(names)]
        else:
            kinds = [[], []]
            for name in names:
                kinds[is_open_to_coql(self._settings, name)].append(name)
        for kind in kinds:
            kind.sort(key=self._is_told)
        first = [kind[0] for kind in kinds if kind]
        others = sorted((name for kind in kinds for name in kind[1:]), key=self._is_told)
        looked_at = (first + others)[:CALLS]
        for name in looked_at:
            if stream == DELETIONS:
                path = self._settings.paths.deleted.format(module=name)
                self._access.get(path, {"type": "all", "page": 1, "per_page": 1})
            elif is_open_to_coql(self._settings, name):
                self._coql(name)
            else:
                self._get_records(name)
        return f"of {len(names)} modules, {', '.join(looked_at)} answered"

    def missing_scopes(self, stream: str) -> list[str]:
        """Scopes that a later pull may need and the token has not, by Zoho's own words about it.

        Raises:
            SourceError: there is no token.
        """
        given = self._access.scopes()
        needed = set()
        if stream not in NO_MODULES and self._settings.bulk_above is not None:
            needed.add("bulk")
        if stream not in (USERS, DELETIONS, LIVE_IDS):
            needed.add("coql")
        return [
            f"ZohoCRM.{name}.READ"
            for name in sorted(needed)
            if given and not given & {f"ZohoCRM.{name}.READ", f"ZohoCRM.{name}.ALL"}
        ]

    def _is_told(self, module: str) -> bool:
        groups = ("modules", f"modules.{module}")
        good = {f"ZohoCRM.{group}.{right}" for group in groups for right in ("READ", "ALL")}
        return bool(self._access.scopes() & good)

    def _changes(self, module: str) -> list[str]:
        """One id, in the way in which changes are asked for."""
        if self._settings.increments == "coql" and is_open_to_coql(self._settings, module):
            return self._coql(module)
        return self._get_records(module)

    def _coql(self, module: str) -> list[str]:
        text = f"select id from {module} where id > 0 order by id asc limit 1"
        return [head.id for head in query(self._access, self._settings, text).heads]

    def _get_records(self, module: str, *, has_modified_time: bool = True) -> list[str]:
        names = ["id", MODIFIED] if has_modified_time else ["id"]
        records = Records(self._access, self._settings, module, [names])
        by_time = has_modified_time and self._settings.full_by == "modified_time"
        listing = records.page(
            {"sort_by": MODIFIED if by_time else "id", "sort_order": "asc"},
            self._settings.beginning if by_time else None,
            per_page=1,
        )
        return [head.id for head in listing.heads]

    def _bulk(self) -> None:
        """Ask for a job that there is not: without the scope Zoho does not even look for it."""
        with suppress(PositionExpired, NotInBulk):
            self._access.get(f"{self._settings.paths.bulk}/{_NO_JOB}")


def _about(expected: int | None) -> str:
    return "an unknown number of" if expected is None else f"about {expected:,}"
