"""Streams that are no module: staff, stages of deals, deletions, and the ids that are alive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from assets.raw.connector import strict_json
from assets.raw.connector.errors import Retryable
from assets.raw.connector.model import Page, Request, State
from assets.raw.zoho_crm.access import Access
from assets.raw.zoho_crm.answers import RecordGone
from assets.raw.zoho_crm.listings import Info, read_listing, seconds
from assets.raw.zoho_crm.metadata import MODIFIED
from assets.raw.zoho_crm.records import Records
from assets.raw.zoho_crm.settings import ZohoSettings
from assets.raw.zoho_crm.walk import Walk, beginning, is_open_to_coql, query

USERS, STAGES, DELETIONS, LIVE_IDS = "Users", "deal_stage_history", "deletions", "live_ids"
NO_MODULES = (USERS, STAGES, DELETIONS, LIVE_IDS)

_EVENTS = {"recycle": "recycled", "permanent": "purged"}


def users(access: Access, settings: ZohoSettings, state: State) -> Page:
    """One page of staff (员工), also of those who left.

    Raises:
        SourceError: it cannot be read, and why.
    """
    params = {"type": "AllUsers", "page": state["page"], "per_page": settings.limits.per_page}
    body = access.get(settings.paths.users, params).content
    if not body:
        return Page([], None)
    parts = strict_json.parts(body)
    following = {"page": state["page"] + 1} if _has_more(parts) else None
    return Page(strict_json.records(parts.get("users", msgspec.Raw(b"[]"))), following)


def deletions(access: Access, settings: ZohoSettings, request: Request, state: State) -> Page:
    """One page of deleted records (已删除): {"object", "record_id", "event", "happened_at"}.

    Raises:
        SourceError: it cannot be read, and why.
    """
    modules: Sequence[str] = request.options["modules"]
    module = modules[state["module"]]
    lower = request.window.lower
    body = access.get(
        settings.paths.deleted.format(module=module),
        {"type": "all", "page": state["page"], "per_page": settings.limits.per_page},
        {"If-Modified-Since": seconds(lower)} if lower else None,
    ).content
    parts = strict_json.parts(body) if body else {}
    entries = strict_json.loads(parts["data"]) if "data" in parts else []
    if parts and _has_more(parts):
        following: State | None = {**state, "page": state["page"] + 1}
    else:
        following = _next_module(state, modules, {"page": 1})
    return Page([_deletion(module, entry) for entry in entries], following)


def _deletion(module: str, entry: dict[str, Any]) -> bytes:
    kind = str(entry.get("type"))
    return strict_json.dumps(
        {
            "object": module,
            "record_id": entry["id"],
            "event": _EVENTS.get(kind, kind),
            "happened_at": entry.get("deleted_time"),
        }
    )


def live_ids(access: Access, settings: ZohoSettings, request: Request, state: State) -> Page:
    """One page of the ids that exist: {"object", "record_id"}.

    By COQL, 2,000 at once; of modules whose converted records COQL may leave out, by Get Records.

    Raises:
        SourceError: it cannot be read, and why.
    """
    modules: Sequence[str] = request.options["modules"]
    module = modules[state["module"]]
    if not is_open_to_coql(settings, module):
        place = state.get("walk") or beginning(settings, request.window, has_modified_time=True)
        records = Records(access, settings, module, [["id", MODIFIED]])
        listing, after = Walk(access, settings, module, records).step(place, request.window)
        following = {**state, "walk": after} if after else None
    else:
        size = settings.limits.coql_rows
        text = f"select id from {module} where id > {state['after']} order by id asc limit {size}"
        listing = query(access, settings, text)
        following = {**state, "after": listing.heads[-1].id} if listing.more else None
    if following is None:
        following = _next_module({"module": state["module"]}, modules, {"after": "0"})
    found = [strict_json.dumps({"object": module, "record_id": head.id}) for head in listing.heads]
    return Page(found, following)


def stages(access: Access, settings: ZohoSettings, request: Request, state: State) -> Page:
    """The stages (阶段历史) of one page of deals; `Deal.id` says of which deal each is.

    Raises:
        SourceError: it cannot be read, and why.
    """
    deals = Records(access, settings, "Deals", [["id", MODIFIED]])
    walk = Walk(
        access,
        settings,
        "Deals",
        deals,
        per_page=settings.limits.deals_per_page,
    )
    listing, following = walk.step(state, request.window)
    ids = [head.id for head in listing.heads]
    return Page((line for deal in ids for line in _stages_of(access, settings, deal)), following)


def _stages_of(access: Access, settings: ZohoSettings, deal: str) -> Iterator[bytes]:
    number = 1
    while True:
        params = {
            "fields": ",".join(settings.stage_history_fields),
            "page": number,
            "per_page": settings.limits.per_page,
        }
        try:
            answer = access.get(settings.paths.stage_history.format(id=deal), params)
        except RecordGone:
            return
        listing = read_listing(answer.content)
        whose = msgspec.Raw(strict_json.dumps({"id": deal}))
        for record in listing.records:
            yield strict_json.dumps({"Deal": whose, **strict_json.parts(record)})
        if not listing.more:
            return
        number += 1


def _has_more(parts: dict[str, msgspec.Raw]) -> bool:
    try:
        return msgspec.json.decode(parts.get("info", b"{}"), type=Info).more_records
    except msgspec.DecodeError:
        raise Retryable("the answer does not say whether there is more") from None


def _next_module(state: State, modules: Sequence[str], start: State) -> State | None:
    number = state["module"] + 1
    return {"module": number, **start} if number < len(modules) else None
