"""Which address of the local Zoho CRM does what, and which scope it needs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from demo.servers.base import Answer, Request, json_answer
from demo.servers.zoho_answers import EMPTY, refuse, whole_number
from demo.servers.zoho_coql import run as run_coql
from demo.servers.zoho_fields import description
from demo.servers.zoho_records import get_deleted, get_record, get_records, get_stage_history
from demo.servers.zoho_tokens import need

if TYPE_CHECKING:
    from demo.servers.zoho import ZohoServer

_Handler = Callable[["ZohoServer", Request, re.Match[str], frozenset[str]], Answer]


def serve(server: ZohoServer, request: Request, scopes: frozenset[str]) -> Answer:
    """Answer a request whose token is good; every call costs a credit, a query one to three."""
    for method, path, handler in _ROUTES:
        found = path.fullmatch(request.path)
        if found and method == request.method:
            if handler is not _coql:
                server.spend(1)
            return handler(server, request, found, scopes)
    raise refuse("INVALID_URL_PATTERN", "Please check if the URL trying to access is right", 404)


def _coql(server: ZohoServer, request: Request, _: re.Match[str], scopes: frozenset[str]) -> Answer:
    need(scopes, "coql")
    answer, cost = run_coql(
        request.json(), server.store.module, hides_converted=server.coql_hides_converted
    )
    server.spend(cost)
    return answer


def _bulk_create(
    server: ZohoServer, request: Request, _: re.Match[str], scopes: frozenset[str]
) -> Answer:
    need(scopes, "bulk")
    return server.bulk.create(request.json())


def _bulk_job(
    server: ZohoServer, _: Request, found: re.Match[str], scopes: frozenset[str]
) -> Answer:
    need(scopes, "bulk")
    return server.bulk.job(found[1])


def _bulk_result(
    server: ZohoServer, _: Request, found: re.Match[str], scopes: frozenset[str]
) -> Answer:
    need(scopes, "bulk")
    return server.bulk.result(found[1])


def _modules(server: ZohoServer, _: Request, __: re.Match[str], scopes: frozenset[str]) -> Answer:
    need(scopes, "settings", "modules")
    modules = [
        {
            "id": str(4_000_000_000_000_000_000 + number),
            "api_name": name,
            "module_name": name,
            "plural_label": name.replace("_", " "),
            "api_supported": True,
            "generated_type": "default",
            "viewable": True,
        }
        for number, name in enumerate(server.store.modules)
    ]
    return json_answer({"modules": modules})


def _settings_fields(
    server: ZohoServer, request: Request, _: re.Match[str], scopes: frozenset[str]
) -> Answer:
    need(scopes, "settings", "fields")
    name = request.query.get("module", "")
    fields = server.store.module(name).fields
    if not fields:
        return EMPTY
    told = [description(name, field, kind, n) for n, (field, kind) in enumerate(fields.items())]
    return json_answer({"fields": told})


def _related_lists(
    server: ZohoServer, request: Request, _: re.Match[str], scopes: frozenset[str]
) -> Answer:
    need(scopes, "settings", "related_lists")
    if request.query.get("module") != "Deals":
        return EMPTY
    stages = {
        "id": "3652397900000000500",
        "api_name": "Stage_History",
        "name": "Stage History",
        "display_label": "Stage History",
        "href": "Deals/{ENTITYID}/Stage_History",
        "module": {"api_name": "Deals", "id": "3652397900000000501"},
    }
    return json_answer({"related_lists": [stages]})


def _org(server: ZohoServer, _: Request, __: re.Match[str], scopes: frozenset[str]) -> Answer:
    need(scopes, "org")
    license_details = {"paid_type": "enterprise", "users_license_purchased": 20}
    org = {"id": "3652397900000000000", "company_name": "Demo", "time_zone": "Asia/Shanghai"}
    return json_answer({"org": [org | {"license_details": license_details}]})


def _users(
    server: ZohoServer, request: Request, _: re.Match[str], scopes: frozenset[str]
) -> Answer:
    need(scopes, "users")
    users = server.store.users
    if request.query.get("type") == "CurrentUser":
        users = users[:1]
    size = whole_number(request.query.get("per_page"), "per_page", 200, 200)
    page = whole_number(request.query.get("page"), "page", 1)
    chosen = users[(page - 1) * size : page * size]
    if not chosen:
        return EMPTY
    info = {"per_page": size, "count": len(chosen), "page": page}
    return json_answer({"users": chosen, "info": info | {"more_records": page * size < len(users)}})


def _count(server: ZohoServer, _: Request, found: re.Match[str], scopes: frozenset[str]) -> Answer:
    need(scopes, "modules", found[1])
    return json_answer({"count": len(server.store.module(found[1]).rows)})


def _deleted(
    server: ZohoServer, request: Request, found: re.Match[str], scopes: frozenset[str]
) -> Answer:
    need(scopes, "modules", found[1])
    return get_deleted(server.store.module(found[1]), request)


def _stages(
    server: ZohoServer, request: Request, found: re.Match[str], scopes: frozenset[str]
) -> Answer:
    need(scopes, "modules", "Deals")
    return get_stage_history(server.store, found[1], request)


def _record(server: ZohoServer, _: Request, found: re.Match[str], scopes: frozenset[str]) -> Answer:
    need(scopes, "modules", found[1])
    return get_record(server.store.module(found[1]), found[2])


def _records(
    server: ZohoServer, request: Request, found: re.Match[str], scopes: frozenset[str]
) -> Answer:
    need(scopes, "modules", found[1])
    module = server.store.module(found[1])
    if "ids" in request.query and not server.gives_by_ids:
        return EMPTY
    return get_records(module, request, server.pages, server.honours_if_modified_since)


_ROUTES: list[tuple[str, re.Pattern[str], _Handler]] = [
    (method, re.compile(path), handler)
    for method, path, handler in (
        ("POST", r"/crm/v8/coql", _coql),
        ("POST", r"/crm/bulk/v8/read", _bulk_create),
        ("GET", r"/crm/bulk/v8/read/(\d+)", _bulk_job),
        ("GET", r"/crm/bulk/v8/read/(\d+)/result", _bulk_result),
        ("GET", r"/crm/v8/settings/modules", _modules),
        ("GET", r"/crm/v8/settings/fields", _settings_fields),
        ("GET", r"/crm/v8/settings/related_lists", _related_lists),
        ("GET", r"/crm/v8/org", _org),
        ("GET", r"/crm/v8/users", _users),
        ("GET", r"/crm/v8/(\w+)/actions/count", _count),
        ("GET", r"/crm/v8/(\w+)/deleted", _deleted),
        ("GET", r"/crm/v8/Deals/(\d+)/Stage_History", _stages),
        ("GET", r"/crm/v8/(\w+)/(\d+)", _record),
        ("GET", r"/crm/v8/(\w+)", _records),
    )
]
