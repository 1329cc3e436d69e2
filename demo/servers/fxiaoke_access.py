"""Who may ask 纷享销客 Fxiaoke, and how often: both tokens, call rates, the quota of the day."""

from __future__ import annotations

import uuid
from collections import defaultdict, deque
from datetime import datetime, timedelta, timezone
from typing import Any

from demo.servers.base import Clock, Request

DEMO_APP_ID = "FSAID_demo"
DEMO_APP_SECRET = "demo-app-secret"  # allowlist secret: of the demo's own server
DEMO_PERMANENT_CODE = "demo-permanent-code"
DEMO_CORP_ID = "FSCID_demo"
DEMO_ENTERPRISE = "demo_company"
DEMO_USER_ID = "1000"
DEMO_OPEN_USER_ID = "FSUID_demo"
DEMO_MOBILE = "13800000000"

BUSY = -1
BAD_SECRET = 10002
UNKNOWN_PATH = 10006
NO_USER = 20012
BAD_TOKEN = 20016
NO_AUTHORIZATION = 20017
DAY_QUOTA = 30002
NO_QUOTA = 30003
TOO_FAST = 30004
WRONG_CALL = 32000

TOKEN_SECONDS = 7200
SAME_TOKEN_SECONDS = 6600
TOKEN_CALLS_PER_MINUTE = 10
BEIJING = timezone(timedelta(hours=8))


class RefusedError(Exception):
    """A call that is not answered, with the system's errorCode."""

    def __init__(self, code: int, message: str) -> None:
        """`code`: errorCode; `message`: errorMessage."""
        super().__init__(message)
        self.code = code


class Tokens:
    """One living token for both ways to get it; the same one while it is cached."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._value = ""
        self._issued_at: datetime | None = None
        self._asked: deque[datetime] = deque()
        self.issued = 0

    def revoke(self) -> None:
        """Make the token worthless at once, as an administrator can."""
        self._issued_at = None

    def give(self, credentials: dict[str, Any]) -> str:
        """The token for an application's credentials."""
        now = self._clock()
        self._asked.append(now)
        while self._asked[0] <= now - timedelta(minutes=1):
            self._asked.popleft()
        if len(self._asked) > TOKEN_CALLS_PER_MINUTE:
            raise RefusedError(TOO_FAST, "token requests exceed 10 per minute")
        expected = {
            "appId": DEMO_APP_ID,
            "appSecret": DEMO_APP_SECRET,
            "permanentCode": DEMO_PERMANENT_CODE,
        }
        if any(credentials.get(name) != value for name, value in expected.items()):
            raise RefusedError(BAD_SECRET, "the parameter appSecret is missing or illegal")
        if self._age(now) >= SAME_TOKEN_SECONDS:
            self.issued += 1
            self._value = f"demo-token-{self.issued}"
            self._issued_at = now
        return self._value

    def check(self, value: object) -> None:
        """Refuse a token that is not the living one."""
        if not value:
            raise RefusedError(NO_AUTHORIZATION, "corpAccessToken is required")
        if value != self._value or self._age(self._clock()) >= TOKEN_SECONDS:
            raise RefusedError(BAD_TOKEN, "the corpId, corpAccessToken or authorization is error")

    def _age(self, now: datetime) -> float:
        if self._issued_at is None:
            return float("inf")
        return (now - self._issued_at).total_seconds()


class Rates:
    """Calls in a sliding window for each interface, and calls of the day, which ends in Beijing."""

    def __init__(
        self, clock: Clock, calls: int | None, per_seconds: float, day_quota: int | None
    ) -> None:
        self._clock = clock
        self._calls = calls
        self._window = timedelta(seconds=per_seconds)
        self._recent: dict[str, deque[datetime]] = defaultdict(deque)
        self._of_day: dict[str, int] = defaultdict(int)
        self.day_quota = day_quota
        self.is_bought = True

    def count(self, path: str) -> None:
        """Count a call, and refuse it when it is one too many."""
        now = self._clock()
        if not self.is_bought:
            raise RefusedError(NO_QUOTA, "no openapi quota was bought")
        recent = self._recent[path]
        while recent and recent[0] <= now - self._window:
            recent.popleft()
        if self._calls is not None and len(recent) >= self._calls:
            raise RefusedError(TOO_FAST, "calls per second exceed the limit")
        day = now.astimezone(BEIJING).date().isoformat()
        if self.day_quota is not None and self._of_day[day] >= self.day_quota:
            raise RefusedError(DAY_QUOTA, "calls of the day exceed the quota")
        recent.append(now)
        self._of_day[day] += 1


def check_trace_id(request: Request, seen: set[str]) -> None:
    """Refuse a thirdTraceId that is no UUID of version 4 or was used before."""
    given = request.query.get("thirdTraceId", "")
    try:
        is_random = uuid.UUID(given).version == 4
    except ValueError:
        is_random = False
    if not is_random or given in seen:
        raise RefusedError(WRONG_CALL, "thirdTraceId must be a new UUID of version 4")
    seen.add(given)


def authorize(request: Request, body: dict[str, Any], tokens: Tokens) -> None:
    """Refuse a call without a living token and a known user, in headers or in the body."""
    if "authorization" in request.headers:
        tokens.check(request.headers["authorization"].removeprefix("Bearer "))
        if request.headers.get("x-fs-ea") != DEMO_ENTERPRISE:
            raise RefusedError(BAD_TOKEN, "the corpId, corpAccessToken or authorization is error")
        user, known = request.headers.get("x-fs-userid"), [DEMO_USER_ID]
        if body.get("convertUserId") is True:
            known = [DEMO_OPEN_USER_ID]
    else:
        tokens.check(body.get("corpAccessToken"))
        if body.get("corpId") != DEMO_CORP_ID:
            raise RefusedError(BAD_TOKEN, "the corpId, corpAccessToken or authorization is error")
        user, known = body.get("currentOpenUserId"), [DEMO_OPEN_USER_ID]
    if not request.path.startswith("/cgi/user/") and user not in known:
        raise RefusedError(NO_USER, "openUserId is not found")
