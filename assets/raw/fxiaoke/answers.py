"""What an answer of 纷享销客 Fxiaoke means: its HTTP status is always 200, errorCode decides.

Codes: the list 全局返回码 of the open platform. The system's own messages are never quoted (they
change, and may hold what was asked for); its traceId is, because its support asks for it.
"""

from __future__ import annotations

import re

import httpx

from assets.raw.connector import strict_json
from assets.raw.connector.errors import Fatal, Retryable, SourceError, StopForToday, TokenRejected
from assets.raw.connector.http import judge_status

WINDOW_SECONDS = 20
"""Calls are counted in windows of 20 seconds, so that long a pause always helps."""

_BUSY = {-1: "is busy", -2: "has an inner error", 50009: "did not finish in time"}
_TOO_FAST = {14001, 30004}
_TOKEN = {20005, 20016, 11014}
_ADVICE = {
    10013: "lacks the token, or the offset is past 10,000; report it, listings here never use one",
    10006: "does not know the path, or the application lacks the scope (权限) for it; check "
    "standard_path, custom_path and the rights of the application",
    30003: "has no API quota; buy the package 'Open API' (开放接口资源包) for the tenant",
} | dict.fromkeys(
    (15003, 20014, 20020, 20021, 20022, 20023),
    "denies the right to this; let an administrator authorize the application, switch it on, and "
    "give the user a role that sees the object",
)
_ADVICE |= dict.fromkeys(
    (10001, 10002, 10012, 11001, 11002, 11013, 20006, 20015),
    "refuses the credentials; check app_id, app_secret and permanent_code in the contract",
)
_ADVICE |= dict.fromkeys(
    (10010, 11008, 20012, 30027),
    "does not know the user; check user or user_mobile in the contract",
)
_ADVICE |= dict.fromkeys(
    (11015, 20017),
    "does not see which company asks; check host and auth in the contract",
)
_ADVICE |= dict.fromkeys(
    (15002, 32000),
    "finds a parameter wrong; check the API name of the object, its fields and its options",
)


def judge(response: httpx.Response) -> None:
    """Judge an answer by its status and its errorCode; returns when it is good.

    Raises:
        SourceError: what is wrong, and what to do about it.
    """
    judge_status(response)
    if response.content.lstrip().startswith(b"<"):
        raise Fatal("answers with a web page; host must be the API host of your cloud")
    members = strict_json.parts(response.content)
    code = strict_json.loads(members["errorCode"]) if "errorCode" in members else 0
    if code != 0:
        trace = strict_json.loads(members["traceId"]) if "traceId" in members else ""
        raise error_of(code, str(trace))


def error_of(code: object, trace: str = "") -> SourceError:
    """The error that an errorCode stands for."""
    number = int(code) if isinstance(code, (int, str)) and str(code).lstrip("-").isdigit() else None
    named = f"(errorCode {number}{_cleaned(trace)})"
    if number in _BUSY:
        return Retryable(f"{_BUSY[number]} {named}")
    if number in _TOO_FAST:
        return Retryable(f"finds the calls too fast {named}", after=WINDOW_SECONDS)
    if number in _TOKEN:
        return TokenRejected(
            f"rejects the access token {named}; if this stays, check host and credentials"
        )
    if number == 30002:
        return StopForToday(
            f"has no API calls left today {named}; the pull goes on where it stopped when it runs "
            "after midnight in Beijing"
        )
    advice = _ADVICE.get(number) if number is not None else None
    if advice:
        return Fatal(f"{advice} {named}")
    return Fatal(
        f"refuses the request {named}; look the code up in 全局返回码 of its documentation"
    )


def _cleaned(trace: str) -> str:
    kept = re.sub(r"[^\w.\-/]", "", trace)[:80]
    return f", traceId {kept}" if kept else ""
