"""Get Records of the local Zoho CRM: fields, sorting, both ways of paging, what was deleted."""

from __future__ import annotations

import bisect
import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from demo.servers.base import Answer, Clock, Request, json_answer
from demo.servers.zoho_answers import (
    EMPTY,
    NOT_MODIFIED,
    moment,
    refuse,
    refuse_wrapped,
    whole_number,
    written,
)
from demo.servers.zoho_store import Module, Record, Store, time_of

_FIELDS = 50
_IDS = 100
_PER_PAGE = 200
_TOKEN_LIFE = timedelta(hours=24)
_PARAMETERS = frozenset(
    {"fields", "page", "per_page", "page_token", "sort_by", "sort_order", "ids", "converted"}
)


@dataclass
class _Place:
    bound_to: str
    start: int
    page: int
    expires_at: datetime


@dataclass
class Pages:
    """The page tokens that were given out.

    A token stands for a number of rows to leave out (the hard case: a record that moves away
    meanwhile shifts all that come after it).

    Attributes:
        by_number: How many rows can be reached with `page`.
        by_token: How many rows can be reached with `page_token`.
    """

    clock: Clock
    by_number: int = 2_000
    by_token: int = 100_000
    _places: dict[str, _Place] = field(default_factory=dict)

    def expire(self) -> None:
        """All tokens so far are too old from now on."""
        for place in self._places.values():
            place.expires_at = self.clock()

    def find(self, token: str, bound_to: str) -> _Place:
        """The place of a token; raises Refused."""
        place = self._places.get(token)
        if place is None:
            raise refuse("INVALID_DATA", "invalid data", details={"param_name": "page_token"})
        if place.expires_at <= self.clock():
            raise refuse("EXPIRED_VALUE", "page_token expired", details={"api_name": "page_token"})
        if place.bound_to != bound_to:
            raise refuse("TOKEN_BOUND_DATA_MISMATCH", "params differ from those of the token")
        return place

    def give(self, bound_to: str, start: int, page: int) -> tuple[str, datetime]:
        """A token for the next page and when it expires."""
        token = hashlib.sha256(f"{bound_to}/{start}/{len(self._places)}".encode()).hexdigest()
        expires_at = self.clock() + _TOKEN_LIFE
        self._places[token] = _Place(bound_to, start, page, expires_at)
        return token, expires_at


def get_records(module: Module, request: Request, pages: Pages, honours_since: bool) -> Answer:
    """`GET /crm/v8/{module}`; raises Refused."""
    query = request.query
    names = _fields(query)
    for name in query:
        if name not in _PARAMETERS:
            raise refuse("INVALID_DATA", "unknown parameter", details={"param_name": name})
    since = request.headers.get("if-modified-since") if honours_since else None
    rows = _chosen(module, query, since)
    if "ids" in query:
        return _answer(rows, names, {"per_page": _PER_PAGE, "page": 1, "more_records": False})
    size = whole_number(query.get("per_page"), "per_page", _PER_PAGE, _PER_PAGE)
    bound_to = "&".join(
        f"{name}={query[name]}" for name in sorted(query) if name not in ("page", "page_token")
    )
    bound_to += f"&since={since}"
    start, page = _start(query, pages, size, bound_to)
    chosen = rows[start : start + size]
    more = start + size < len(rows)
    if not chosen:
        return NOT_MODIFIED if since else EMPTY
    token, expiry = (None, None)
    if more:
        given, expires_at = pages.give(bound_to, start + size, page + 1)
        token, expiry = given, written(expires_at)
    info: dict[str, Any] = {
        "call": False,
        "per_page": size,
        "next_page_token": token,
        "count": len(chosen),
        "sort_by": query.get("sort_by", "id"),
        "page": page,
        "page_token_expiry": expiry,
        "sort_order": query.get("sort_order", "desc"),
        "email": False,
        "more_records": more,
        "previous_page_token": None,
    }
    return _answer(chosen, names, info)


def _answer(rows: list[Record], names: list[str], info: dict[str, Any]) -> Answer:
    if not rows:
        return EMPTY
    data = [{name: row.get(name) for name in names} | {"id": row["id"]} for row in rows]
    return json_answer({"data": data, "info": {"count": len(rows)} | info})


def _fields(query: dict[str, str]) -> list[str]:
    if not query.get("fields"):
        raise refuse(
            "REQUIRED_PARAM_MISSING",
            "One of the expected parameter is missing",
            details={"param_name": "fields"},
        )
    names = [name.strip() for name in query["fields"].split(",")]
    if len(names) > _FIELDS:
        raise refuse("LIMIT_EXCEEDED", "too many fields", details={"limit": _FIELDS})
    return names


def _chosen(module: Module, query: dict[str, str], since: str | None) -> list[Record]:
    if "ids" in query:
        ids = query["ids"].split(",")
        if len(ids) > _IDS:
            raise refuse("LIMIT_EXCEEDED", "too many ids", details={"limit": _IDS})
        return [module.rows[record_id] for record_id in ids if record_id in module.rows]
    sort_by, order = query.get("sort_by", "id"), query.get("sort_order", "desc")
    if sort_by not in ("id", "Created_Time", "Modified_Time") or order not in ("asc", "desc"):
        raise refuse("INVALID_DATA", "invalid data", details={"param_name": "sort_by"})
    rows = module.ordered(sort_by)
    if since is not None:
        lowest = _parse(since)
        if sort_by == "Modified_Time":
            rows = rows[bisect.bisect_left(rows, lowest, key=module.modified) :]
        else:
            rows = [row for row in rows if module.modified(row) >= lowest]
    if module.name == "Leads" and query.get("converted", "false") != "both":
        wanted = query.get("converted", "false") == "true"
        rows = [row for row in rows if bool(row.get("Converted__s")) is wanted]
    return rows if order == "asc" else rows[::-1]


def _parse(text: str) -> datetime:
    try:
        return moment(text)
    except ValueError:
        raise refuse("INVALID_DATA", "invalid header", details={"name": text[:40]}) from None


def _start(query: dict[str, str], pages: Pages, size: int, bound_to: str) -> tuple[int, int]:
    if "page_token" in query:
        if "page" in query:
            raise refuse("AMBIGUITY_DURING_PROCESSING", "page and page_token exclude each other")
        place = pages.find(query["page_token"], bound_to)
        if place.start >= pages.by_token:
            raise refuse("PAGINATION_LIMIT_EXCEEDED", "limit exceeded", details={"limit": 100_000})
        return place.start, place.page
    page = whole_number(query.get("page"), "page", 1)
    if page * size > pages.by_number and page > 1:
        raise refuse(
            "DISCRETE_PAGINATION_LIMIT_EXCEEDED",
            "use page_token for more records",
            details={"limit": pages.by_number},
        )
    return (page - 1) * size, page


def get_deleted(module: Module, request: Request) -> Answer:
    """`GET /crm/v8/{module}/deleted`, newest first; raises Refused in the wrapped envelope."""
    kind = request.query.get("type", "all")
    if kind not in ("all", "recycle", "permanent"):
        raise refuse_wrapped("INVALID_DATA", "invalid type", details={"param_name": "type"})
    since = request.headers.get("if-modified-since")
    lowest = _parse(since) if since else None
    entries = [
        deleted.entry
        for deleted in module.deleted.values()
        if kind in ("all", deleted.entry["type"])
        and (lowest is None or time_of(deleted.entry, "deleted_time") >= lowest)
    ]
    entries.sort(key=lambda entry: (time_of(entry, "deleted_time"), int(entry["id"])), reverse=True)
    size = whole_number(request.query.get("per_page"), "per_page", _PER_PAGE, _PER_PAGE)
    page = whole_number(request.query.get("page"), "page", 1)
    chosen = entries[(page - 1) * size : page * size]
    if not chosen:
        return NOT_MODIFIED if since else EMPTY
    info = {
        "per_page": size,
        "count": len(chosen),
        "page": page,
        "more_records": page * size < len(entries),
    }
    return json_answer({"data": chosen, "info": info})


def get_record(module: Module, record_id: str) -> Answer:
    """`GET /crm/v8/{module}/{id}`: one whole record, with its subforms."""
    row = module.rows.get(record_id)
    if row is None:
        return EMPTY
    return json_answer({"data": [{name: row.get(name) for name in module.fields} | row]})


def get_stage_history(store: Store, deal_id: str, request: Request) -> Answer:
    """`GET /crm/v8/Deals/{id}/Stage_History`, newest first."""
    names = _fields(request.query)
    if deal_id not in store.modules["Deals"].rows:
        raise refuse("INVALID_DATA", "the id given seems to be invalid", details={"id": deal_id})
    entries = store.stages.get(deal_id, [])
    size = whole_number(request.query.get("per_page"), "per_page", _PER_PAGE, _PER_PAGE)
    page = whole_number(request.query.get("page"), "page", 1)
    chosen = entries[(page - 1) * size : page * size]
    more = page * size < len(entries)
    return _answer(chosen, names, {"per_page": size, "page": page, "more_records": more})
