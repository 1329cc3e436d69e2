"""What Zoho's answers mean: both envelopes of its errors, by code first and by status second."""

from __future__ import annotations

import re
from typing import Any

import httpx
import msgspec

from assets.raw.connector.answers import judge_status, retry_after
from assets.raw.connector.errors import (
    Fatal,
    PositionExpired,
    Retryable,
    StopForToday,
    TokenRejected,
)

CREDITS = "X-API-CREDITS-REMAINING"
_SMALL_BYTES = 4_000
_CODE = re.compile(r"[A-Z][A-Z0-9_]{2,60}")
_NAME = re.compile(r"[\w .,:-]{1,80}")
_TOKEN_PAUSE_SECONDS = 120
_BUSY = (408, 425, 429)

_PATH_SCOPES = (
    ("/coql", "ZohoCRM.coql.READ"),
    ("/bulk/", "ZohoCRM.bulk.READ"),
    ("/settings/fields", "ZohoCRM.settings.fields.READ"),
    ("/settings/modules", "ZohoCRM.settings.modules.READ"),
    ("/users", "ZohoCRM.users.READ"),
    ("/org", "ZohoCRM.org.READ"),
)
_EXPIRED = {"EXPIRED_VALUE", "TOKEN_BOUND_DATA_MISMATCH"}
_TOO_DEEP = {"PAGINATION_LIMIT_EXCEEDED", "DISCRETE_PAGINATION_LIMIT_EXCEEDED"}
_GONE = {"INVALID_DATA", "RESOURCE_NOT_FOUND", "NOT_FOUND"}
_ONE_RECORD = re.compile(r"/crm/v\d+/\w+/\d+(?:/|$)")
_CLOSED_TO_BULK = {"FIELD_NOT_SUPPORTED", "INVALID_DATA", "NOT_SUPPORTED", "INVALID_MODULE"}


class NotInBulk(Fatal):
    """Bulk Read does not give this module or one of its fields."""


class MissingScope(Fatal):
    """The token was not made for this."""


class RecordGone(Fatal):
    """The record that the address names does not exist any more."""


def error_of(response: httpx.Response) -> dict[str, Any] | None:
    """The error in an answer, flat or as the only element of `data`; None when there is none."""
    if not response.content or len(response.content) > _SMALL_BYTES:
        return None
    try:
        body = msgspec.json.decode(response.content)
    except msgspec.DecodeError:
        return None
    if isinstance(body, dict) and isinstance(body.get("data"), list) and len(body["data"]) == 1:
        body = body["data"][0]
    is_error = isinstance(body, dict) and body.get("status") == "error" and "code" in body
    return body if is_error else None


def credits_left(response: httpx.Response) -> int | None:
    """Calls that are left in these 24 hours; None while less than half is used."""
    text = response.headers.get(CREDITS, "")
    return int(text) if re.fullmatch(r"-?\d+", text) else None


def judge(response: httpx.Response) -> None:
    """Raise what is wrong with an answer of the API; return when it is good."""
    is_json = "json" in response.headers.get("Content-Type", "")
    error = error_of(response) if is_json or not response.is_success else None
    if error is None:
        if response.status_code == 429:
            _too_many(response)
        judge_status(response)
        return
    code = str(error.get("code", ""))
    code = code if _CODE.fullmatch(code) else "an unknown code"
    status = response.status_code
    raw_details = error.get("details")
    details = raw_details if isinstance(raw_details, dict) else {}
    if code == "TOO_MANY_REQUESTS" or status == 429:
        _too_many(response)
    if code == "OAUTH_SCOPE_MISMATCH":
        scope = scope_of(response.request.url.path)
        raise MissingScope(
            f"does not give this token the scope {scope}; make a refresh token that has it"
        )
    if status == 401:
        raise TokenRejected(f"rejects the token ({code}); make a new refresh token")
    names_token = "page_token" in (details.get("api_name"), details.get("param_name"))
    if code in _EXPIRED or (code == "INVALID_DATA" and names_token):
        raise PositionExpired(f"does not know the page token any more ({code})")
    if code in _TOO_DEEP:
        raise Fatal(
            f"gives no more records this way ({code}); set connection.full_by to modified_time, or "
            "connection.bulk_above"
        )
    if "/bulk/" in response.request.url.path and status != 403:
        _judge_bulk(code, details, status)
    if code in _GONE and _ONE_RECORD.search(response.request.url.path):
        raise RecordGone(f"has no such record any more ({code})")
    if code == "NO_PERMISSION" or status == 403:
        missing = _names(details.get("permissions"))
        raise Fatal(f"forbids it ({code}{missing}); give the user behind the token the permission")
    if code == "INVALID_MODULE":
        raise Fatal("has no such module (INVALID_MODULE); mend 'stream' or remove the object")
    if status >= 500 or status == 408 or code == "INTERNAL_ERROR":
        raise Retryable(f"fails inside ({code}, status {status})")
    about = _names(details.get("api_name") or details.get("param_name"))
    raise Fatal(f"refuses the request ({code}{about}, status {status}); check options and settings")


def _too_many(response: httpx.Response) -> None:
    left = credits_left(response)
    if left is not None and left <= 0:
        raise StopForToday("gives no more calls in these 24 hours; the next run goes on from here")
    raise Retryable("is asked too often (429 TOO_MANY_REQUESTS)", after=retry_after(response))


def _judge_bulk(code: str, details: dict[str, Any], status: int) -> None:
    about = _names(details.get("api_name") or details.get("module"))
    if status == 404 or code == "RESOURCE_NOT_FOUND":
        raise PositionExpired(f"does not know the Bulk Read job any more ({code})")
    if code in _CLOSED_TO_BULK:
        raise NotInBulk(f"does not give this by Bulk Read ({code}{about})")


def _names(value: Any) -> str:
    """Names from an error's details, if they are harmless."""
    texts = [str(item) for item in (value if isinstance(value, list) else [value]) if item]
    good = [text for text in texts if _NAME.fullmatch(text)]
    return f": {', '.join(good)}" if good else ""


def scope_of(path: str) -> str:
    """The scope that an address needs."""
    for part, scope in _PATH_SCOPES:
        if part in path:
            return scope
    parts = path.split("/")
    module = parts[3] if len(parts) > 3 else ""
    return f"ZohoCRM.modules.{module}.READ (or ZohoCRM.modules.READ)"


def judge_token(response: httpx.Response) -> None:
    """Judge an answer of the accounts server, whose errors come with status 200."""
    try:
        body = msgspec.json.decode(response.content) if response.content else {}
    except msgspec.DecodeError:
        body = {}
    error = body.get("error") if isinstance(body, dict) else None
    if error != "Access Denied" and (response.status_code in _BUSY or response.status_code >= 500):
        # A server that is down may say anything of the client.
        judge_status(response)
    if error is None:
        judge_status(response)
        if not isinstance(body, dict) or not isinstance(body.get("access_token"), str):
            raise Retryable("gives no access token")
        return
    if error == "Access Denied":
        raise Retryable(
            "gives no token now: ten in ten minutes were asked for", after=_TOKEN_PAUSE_SECONDS
        )
    if error in ("invalid_client", "invalid_client_secret"):
        raise Fatal(
            f"does not know the client ({error}); check connection.client_id, client_secret and "
            "data_center"
        )
    if error in ("invalid_code", "invalid_grant"):
        raise Fatal(
            f"does not take the refresh token ({error}): it was revoked or is of another data "
            "center; make a new one"
        )
    raise Fatal("gives no access token; check client_id, client_secret and refresh_token")
