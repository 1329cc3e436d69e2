"""Walking through a module: by time of modification, by page token, or by COQL.

By time, each page is asked for with the time where the page before ended (inclusive), so a record
that is edited or deleted meanwhile shifts nothing: it moves to the end of the walk, or is gone.
Records of that second that come again, byte for byte, are left out. Page tokens are needed only
where one second holds more records than a page. The place of the next page is that of the list as
it came: records that are missing from later answers about it end no walk.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b

from assets.raw.connector import strict_json
from assets.raw.connector.errors import Fatal, PositionExpired, Retryable
from assets.raw.connector.model import State, Window
from assets.raw.zoho_crm.access import Access
from assets.raw.zoho_crm.answers import MissingScope
from assets.raw.zoho_crm.listings import (
    Head,
    Listing,
    heads_of,
    moment,
    read_listing,
    seconds,
)
from assets.raw.zoho_crm.records import Records
from assets.raw.zoho_crm.settings import ZohoSettings

BY_TIME, BY_TOKEN, BY_QUERY = "time", "token", "query"
_EXPIRIES = 3

Step = tuple[Listing, State | None]


def beginning(settings: ZohoSettings, window: Window, has_modified_time: bool) -> State:
    """Where a walk begins.

    Raises:
        Fatal: changes are asked for of a module that does not tell when it was modified.
    """
    if not has_modified_time:
        if window.lower is not None:
            raise Fatal("has no Modified_Time; write 'delivery: snapshot'")
        return {"by": BY_TOKEN, "token": None}
    if window.lower is None and settings.full_by == "page_token":
        return {"by": BY_TOKEN, "token": None}
    since = seconds(window.lower) if window.lower else settings.beginning
    if settings.increments == "coql":
        return {"by": BY_QUERY, "since": since, "after": "0"}
    return {"by": BY_TIME, "since": since, "token": None}


class Walk:
    """One module, page after page."""

    def __init__(
        self,
        access: Access,
        settings: ZohoSettings,
        module: str,
        records: Records,
        *,
        per_page: int | None = None,
    ) -> None:
        """`per_page`: fewer records a page than the settings say."""
        self._access = access
        self._settings = settings
        self._module = module
        self._records = records
        self._is_open_to_coql = is_open_to_coql(settings, module)
        self._per_page = per_page or settings.limits.per_page

    def step(self, state: State, window: Window) -> Step:
        """The page at a state, and the state after it.

        Raises:
            SourceError: the module cannot be read, and why.
        """
        if state["by"] == BY_QUERY and self._is_open_to_coql:
            return self._by_query(state, window)
        if state["by"] == BY_QUERY:
            state = {"by": BY_TIME, "since": state["since"], "token": None}
        return self._by_time(state, window) if state["by"] == BY_TIME else self._by_token(state)

    def _by_token(self, state: State) -> Step:
        """By id; those that were modified before `since`, if the state has it, are left out."""
        params = {"sort_by": "id", "sort_order": "asc"} | _token(state)
        listing = self._page(params)
        found = self._whole(_since(listing, state.get("since")), params)
        return found, ({**state, "token": _given(listing)} if listing.more else None)

    def _by_time(self, state: State, window: Window) -> Step:
        since = state["since"]
        params = {"sort_by": "Modified_Time", "sort_order": "asc"} | _token(state)
        try:
            listing = self._page(params, since)
        except PositionExpired:
            expiries = state.get("expiries", 0) + 1
            if state["token"] is None or expiries > _EXPIRIES:
                raise
            # The time is known: only the pages of one second are read again.
            return self._by_time({**state, "token": None, "expiries": expiries}, window)
        if not listing.records and not listing.more:
            return listing, None
        if not listing.records:
            raise Retryable("the answer promises more records and holds none")
        if _ignores_header(listing.heads, moment(since)):
            return self._without_header(since, window)
        last = listing.heads[-1].modified
        if last is None:
            raise Fatal("sends records without Modified_Time; set connection.full_by to page_token")
        whole = self._whole(listing, params, since)
        new = _without_repeats(whole, state.get("seen", {}))
        if not listing.more or _is_past(last, window):
            return new, None
        if last > moment(since):
            seen = {
                head.id: _digest(record)
                for head, record in zip(whole.heads, whole.records, strict=True)
                if head.modified == last
            }
            return new, {"by": BY_TIME, "since": seconds(last), "token": None, "seen": seen}
        return new, {**state, "token": _given(listing)}

    def _without_header(self, since: str, window: Window) -> Step:
        """Zoho does not filter by time: COQL does, and where it may hide records, we do."""
        if self._is_open_to_coql:
            return self._by_query({"by": BY_QUERY, "since": since, "after": "0"}, window)
        return self._by_token({"by": BY_TOKEN, "token": None, "since": since})

    def _by_query(self, state: State, window: Window) -> Step:
        """Ids by COQL, records by id: the same shape, whatever COQL says of a field."""
        since, after = state["since"], state["after"]
        criteria = (
            f"((Modified_Time = '{since}' and id > {after}) or Modified_Time > '{since}')"
            if after != "0"
            else f"Modified_Time >= '{since}'"
        )
        text = (
            f"select id, Modified_Time from {self._module} where {criteria} "
            f"order by Modified_Time asc, id asc limit {self._per_page}"
        )
        found = query(self._access, self._settings, text)
        if not found.heads:
            return found, None
        records = self._records.by_id(
            [head.id for head in found.heads],
            again=lambda: query(self._access, self._settings, text),
        )
        listing = Listing(heads_of(records), records, found.more, None)
        last = found.heads[-1]
        if last.modified is None:
            raise Retryable("COQL answered without Modified_Time")
        if not found.more or _is_past(last.modified, window):
            return listing, None
        return listing, {"by": BY_QUERY, "since": seconds(last.modified), "after": last.id}

    def _page(self, params: dict[str, str], since: str | None = None) -> Listing:
        return self._records.page(params, since, per_page=self._per_page)

    def _whole(self, listing: Listing, params: dict[str, str], since: str | None = None) -> Listing:
        return self._records.whole(listing, again=lambda: self._page(params, since))


def is_open_to_coql(settings: ZohoSettings, module: str) -> bool:
    """Whether COQL gives all records of a module: it may hide converted ones."""
    return module not in (*settings.converted_modules, *settings.closed_to_coql)


def query(access: Access, settings: ZohoSettings, text: str) -> Listing:
    """The answer of a COQL query; every row of it has an id.

    Raises:
        SourceError: it is refused, and why.
    """
    return read_listing(access.post(settings.paths.coql, {"select_query": text}).content)


def count(access: Access, settings: ZohoSettings, module: str) -> int | None:
    """How many records a module has, by Zoho's own count; None when it does not say.

    Raises:
        SourceError: the module cannot be read at all, and why.
    """
    try:
        body = access.get(settings.paths.count.format(module=module)).content
    except MissingScope:
        raise
    except Fatal:
        return None  # not every module can be counted; it can be read all the same
    told = strict_json.loads(body).get("count") if body else 0
    return int(told) if isinstance(told, int | str) and str(told).isdigit() else None


def _digest(record: bytes) -> str:
    return blake2b(record, digest_size=8).hexdigest()


def _without_repeats(listing: Listing, seen: Mapping[str, str]) -> Listing:
    """The listing without what the page before had already, in the very same version."""
    kept = [
        (head, record)
        for head, record in zip(listing.heads, listing.records, strict=True)
        if head.id not in seen or seen[head.id] != _digest(record)
    ]
    heads = [head for head, _ in kept]
    return Listing(heads, [record for _, record in kept], listing.more, listing.token)


def _since(listing: Listing, since: str | None) -> Listing:
    """The listing without what was modified before a time."""
    if since is None:
        return listing
    kept = [
        (head, record)
        for head, record in zip(listing.heads, listing.records, strict=True)
        if head.modified is None or head.modified >= moment(since)
    ]
    heads = [head for head, _ in kept]
    return Listing(heads, [record for _, record in kept], listing.more, listing.token)


def _token(state: State) -> dict[str, str]:
    return {"page_token": state["token"]} if state["token"] else {}


def _given(listing: Listing) -> str:
    if not listing.token:
        raise Retryable("the answer promises more records and gives no token for them")
    return listing.token


def _is_past(last: datetime, window: Window) -> bool:
    """Of changes, those after the window belong to the next pull; of everything, none may lack."""
    return window.lower is not None and last > window.upper


def _ignores_header(heads: list[Head], since: datetime) -> bool:
    """True when Zoho sent older records than asked for, or not in the order asked for."""
    times = [head.modified for head in heads]
    known = [time for time in times if time is not None]
    return bool(known) and (known[0] < since or known != sorted(known))
