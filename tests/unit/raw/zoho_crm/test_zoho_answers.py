"""What each answer of Zoho means, in both envelopes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from assets.raw.connector.errors import (
    Fatal,
    PositionExpired,
    Retryable,
    SourceError,
    StopForToday,
    TokenRejected,
)
from assets.raw.zoho_crm.answers import (
    MissingScope,
    NotInBulk,
    RecordGone,
    credits_left,
    judge,
    judge_token,
)

CONTACTS = "/crm/v8/Contacts"


def answer(
    status: int,
    body: object,
    path: str = CONTACTS,
    headers: Mapping[str, str | bytes] | None = None,
) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return httpx.Response(
        status,
        content=content,
        headers={"Content-Type": "application/json;charset=UTF-8", **(headers or {})},  # type: ignore[dict-item]
        request=httpx.Request("GET", f"https://www.example.com{path}"),
    )


def error(code: str, **details: Any) -> dict[str, Any]:
    return {"code": code, "details": details, "message": "private words", "status": "error"}


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize(
    ("status", "body", "path", "kind"),
    [
        (401, error("INVALID_TOKEN"), CONTACTS, TokenRejected),
        (401, error("AUTHENTICATION_FAILURE"), CONTACTS, TokenRejected),
        (401, error("OAUTH_SCOPE_MISMATCH"), CONTACTS, MissingScope),
        (400, error("EXPIRED_VALUE", api_name="page_token"), CONTACTS, PositionExpired),
        (400, error("TOKEN_BOUND_DATA_MISMATCH"), CONTACTS, PositionExpired),
        (400, error("INVALID_DATA", param_name="page_token"), CONTACTS, PositionExpired),
        (400, error("INVALID_DATA", param_name="sort_by"), CONTACTS, Fatal),
        (400, error("INVALID_DATA", id="1"), "/crm/v8/Deals/123456/Stage_History", RecordGone),
        (404, error("RESOURCE_NOT_FOUND"), "/crm/bulk/v8/read/12", PositionExpired),
        (400, error("FIELD_NOT_SUPPORTED", api_name="Tag"), "/crm/bulk/v8/read", NotInBulk),
        (400, error("PAGINATION_LIMIT_EXCEEDED", limit=100_000), CONTACTS, Fatal),
        (400, error("INVALID_MODULE"), CONTACTS, Fatal),
        (403, error("NO_PERMISSION", permissions=["Crm_View_Leads"]), CONTACTS, Fatal),
        (429, error("TOO_MANY_REQUESTS"), CONTACTS, Retryable),
        (400, error("TOO_MANY_REQUESTS"), CONTACTS, Retryable),
        (500, error("INTERNAL_ERROR"), CONTACTS, Retryable),
        (200, error("INTERNAL_ERROR"), CONTACTS, Retryable),
    ],
)
def test_errors(
    status: int, body: dict[str, Any], path: str, kind: type[SourceError], *, wrapped: bool
) -> None:
    with pytest.raises(SourceError) as caught:
        judge(answer(status, {"data": [body]} if wrapped else body, path))
    assert type(caught.value) is kind
    text = str(caught.value)
    assert "private words" not in text
    assert "\n" not in text


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, {"data": [{"id": "1", "Status": "error"}], "info": {}}),
        (201, {"data": [{"status": "success", "code": "ADDED_SUCCESSFULLY", "details": {}}]}),
        (204, b""),
        (304, b""),
    ],
)
def test_good_answers(status: int, body: object) -> None:
    judge(answer(status, body))


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
def test_answers_that_are_no_json_are_judged_by_their_status(status: int) -> None:
    with pytest.raises(Retryable):
        judge(answer(status, b"<html>"))


def test_names_in_details_are_told_and_values_are_not() -> None:
    with pytest.raises(Fatal, match="NO_PERMISSION: Crm_View_Leads"):
        judge(answer(403, error("NO_PERMISSION", permissions=["Crm_View_Leads", "<b>x</b>"])))
    with pytest.raises(Fatal) as caught:
        judge(answer(400, error("SYNTAX_ERROR", near="'wang@example.com'")))
    assert "example" not in str(caught.value)


@pytest.mark.parametrize("left", ["0", "-3"])
def test_no_calls_left_stops_for_today(left: str) -> None:
    with pytest.raises(StopForToday, match="24 hours"):
        judge(answer(429, error("TOO_MANY_REQUESTS"), headers={"X-API-CREDITS-REMAINING": left}))


def test_credits_are_told_late() -> None:
    assert credits_left(answer(200, {})) is None
    assert credits_left(answer(200, {}, headers={"X-API-CREDITS-REMAINING": "812"})) == 812


@pytest.mark.parametrize("status", [429, 400])
@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("17", 17),
        ("Sat, 01 Mar 2025 08:00:40 GMT", 40),
        ("soon", None),
        ("²".encode("latin-1"), None),
    ],
)
def test_a_waiting_time_is_kept_if_there_is_one(
    status: int, told: str | bytes, seconds: int | None
) -> None:
    headers = {"Retry-After": told, "Date": "Sat, 01 Mar 2025 08:00:00 GMT"}
    with pytest.raises(Retryable) as caught:
        judge(answer(status, error("TOO_MANY_REQUESTS"), headers=headers))
    assert caught.value.after == seconds


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("/crm/v8/coql", "ZohoCRM.coql.READ"),
        ("/crm/bulk/v8/read", "ZohoCRM.bulk.READ"),
        ("/crm/v8/users", "ZohoCRM.users.READ"),
        ("/crm/v8/settings/fields", "ZohoCRM.settings.fields.READ"),
        ("/crm/v8/Leads/deleted", r"ZohoCRM.modules.Leads.READ \(or ZohoCRM.modules.READ\)"),
    ],
)
def test_the_missing_scope_is_told(path: str, scope: str) -> None:
    with pytest.raises(Fatal, match=f"scope {scope}; make"):
        judge(answer(401, error("OAUTH_SCOPE_MISMATCH"), path))


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, {"error": "invalid_code"}, Fatal),
        (200, {"error": "invalid_client"}, Fatal),
        (200, {"error": "something new"}, Fatal),
        (400, {"error": "Access Denied", "error_description": "…"}, Retryable),
        (200, {"token_type": "Bearer"}, Retryable),
        (200, b"<html>", Retryable),
        (502, b"<html>", Retryable),
    ],
)
def test_token_answers(status: int, body: object, kind: type[SourceError]) -> None:
    with pytest.raises(kind):
        judge_token(answer(status, body))
    judge_token(answer(200, {"access_token": "x"}))


@pytest.mark.parametrize("status", [408, 429, 500, 503])
@pytest.mark.parametrize(
    "body",
    [
        {"error": "internal_error"},
        {"error": "invalid_client", "refresh_token": "1000.secret"},
        {"error": {"code": "busy"}},
        {"status": "error", "message": "1000.secret"},
    ],
)
def test_a_token_server_that_is_down_says_nothing_of_the_credentials(
    status: int, body: dict[str, Any]
) -> None:
    with pytest.raises(Retryable) as caught:
        judge_token(answer(status, body, headers={"Retry-After": "9"}))
    assert caught.value.after == 9
    assert "secret" not in str(caught.value)
    assert "client_id" not in str(caught.value)


def test_a_pause_of_the_token_server_is_two_minutes_by_any_status() -> None:
    for status in (400, 429):
        with pytest.raises(Retryable) as caught:
            judge_token(answer(status, {"error": "Access Denied"}))
        assert caught.value.after == 120
