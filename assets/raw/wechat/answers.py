"""What an answer of 微信 WeChat means: its HTTP status is always 200, errcode decides.

Codes: the list 全局返回码 of the WeChat documentation. The system's messages are not quoted: some
of them hold the address that asked.
"""

from __future__ import annotations

import httpx

from assets.raw.connector import strict_json
from assets.raw.connector.errors import (
    Fatal,
    PositionExpired,
    Retryable,
    SourceError,
    StopForToday,
    TokenRejected,
)
from assets.raw.connector.http import judge_status

MINUTE = 60

_TOKEN = {40001, 40014, 42001}
_ADVICE = {
    40013: "does not know app_id; check it in the contract",
    40125: "refuses app_secret; check it in the contract",
    40164: "does not take calls from this machine; add its address to the account's IP whitelist "
    "(IP白名单)",
    40243: "has app_secret frozen (冻结); unfreeze it in the account's settings",
    48001: "does not allow this interface; the account must be verified (认证) and own the right",
    50002: "has the account limited or frozen; its owner must clear that with WeChat",
    50004: "has this interface taken away from the account; its owner must clear that with WeChat",
    50007: "has the account frozen; its owner must clear that with WeChat",
    61500: "finds a date wrong; check since and window_days in the contract",
    61501: "finds the days out of range; check since, window_days and ready_hour in the contract",
}


def judge(response: httpx.Response) -> None:
    """Judge an answer by its status and its errcode; returns when it is good.

    Raises:
        SourceError: what is wrong, and what to do about it.
    """
    judge_status(response)
    members = strict_json.parts(response.content)
    code = strict_json.loads(members["errcode"]) if "errcode" in members else 0
    if code != 0:
        is_listing = response.request.url.path.endswith("/user/get")
        raise error_of(code, is_listing)


def error_of(code: object, is_listing: bool = False) -> SourceError:
    """The error that an errcode stands for; `is_listing`: of the list of followers."""
    number = int(code) if isinstance(code, (int, str)) and str(code).lstrip("-").isdigit() else None
    named = f"(errcode {number})"
    if number == -1:
        return Retryable(f"is busy {named}")
    if number == 45011:
        return Retryable(f"finds the calls of this minute too many {named}", after=MINUTE)
    if number == 45009:
        return StopForToday(
            f"has no calls of this interface left today {named}; the pull goes on where it stopped "
            "when it runs after midnight in Beijing"
        )
    if number in _TOKEN:
        return TokenRejected(
            f"rejects the access token {named}; if this stays, use 'token: stable', because "
            "another program takes tokens of this account"
        )
    if number == 40003 and is_listing:
        return PositionExpired(f"does not know the follower from whom the list goes on {named}")
    advice = _ADVICE.get(number) if number is not None else None
    if advice:
        return Fatal(f"{advice} {named}")
    return Fatal(
        f"refuses the request {named}; look the code up in 全局返回码 of its documentation"
    )
