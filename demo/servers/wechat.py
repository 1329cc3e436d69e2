"""A 微信 WeChat official account (公众号) that answers on this machine, by what its API documents.

HTTP status is always 200; what is wrong stands in errcode. Followers are kept in memory.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict, deque
from datetime import date, datetime, timedelta, timezone
from typing import Any

from demo.servers.base import Answer, Clock, LocalServer, Request, json_answer, utc_now

DEMO_APP_ID = "wxdemo0000000000"
DEMO_APP_SECRET = "demo-wechat-secret"  # allowlist secret: of the demo's own server

TOKEN_SECONDS = 7200
RENEWED_BEFORE_SECONDS = 300
LARGEST_BATCH = 100
LONGEST_SPAN = timedelta(days=6)
"""From the first to the last day of a datacube window: seven days, both counted."""
BEIJING = timezone(timedelta(hours=8))
REPORTS_FROM = date(2014, 12, 1)
REPORT_HOUR = 8
"""The figures of a day are there at eight in the morning after it."""

INVALID_SECRET = 40001
INVALID_OPENID = 40003
INVALID_APP_ID = 40013
INVALID_TOKEN = 40001
EXPIRED_TOKEN = 42001
TOO_MANY_OPENIDS = 40032
WRONG_PARAMETER = 47001
DAY_QUOTA = 45009
MINUTE_QUOTA = 45011
WRONG_DATES = 61501

Row = dict[str, Any]


class WeChatError(Exception):
    """A call that is not answered, with the system's errcode."""

    def __init__(self, code: int, message: str) -> None:
        """`code`: errcode; `message`: errmsg."""
        super().__init__(message)
        self.code = code


class WeChatServer(LocalServer):
    """One official account.

    Args:
        clock: Clock of the system.
        largest_list: Followers in one answer of user/get; 10,000 in the real one.
        day_quota: Calls of each interface until midnight in Beijing; None: no limit.
        minute_quota: Calls of each interface within a minute; None: no limit.
    """

    def __init__(
        self,
        clock: Clock = utc_now,
        *,
        largest_list: int = 10_000,
        day_quota: int | None = None,
        minute_quota: int | None = None,
    ) -> None:
        super().__init__(clock)
        self.largest_list = largest_list
        self.day_quota = day_quota
        self.minute_quota = minute_quota
        self.followers: dict[str, Row] = {}
        self.tags: list[Row] = []
        self.summaries: list[Row] = []
        self.cumulates: list[Row] = []
        self.issued: Counter[str] = Counter()
        self._tokens: dict[str, tuple[str, datetime]] = {}
        self._of_day: Counter[tuple[str, date]] = Counter()
        self._recent: dict[str, deque[datetime]] = defaultdict(deque)

    def follow(self, *rows: Row) -> None:
        """Let people follow the account; rows as user/info/batchget gives them."""
        with self.lock:
            for row in rows:
                self.followers[row["openid"]] = {"subscribe": 1} | row

    def unfollow(self, openid: str) -> None:
        """Let somebody leave: the openid stays known, the list has it no more."""
        with self.lock:
            unionid = self.followers[openid].get("unionid")
            self.followers[openid] = {"subscribe": 0, "openid": openid, "unionid": unionid}

    def revoke_tokens(self) -> None:
        """Make every token worthless, as another program's token request can."""
        self._tokens.clear()

    def respond(self, request: Request) -> Answer:
        """Answer with HTTP 200, whatever happens."""
        try:
            return json_answer(self._answer(request))
        except WeChatError as error:
            return error_answer(error.code, str(error))
        except (ValueError, KeyError, TypeError):
            return error_answer(WRONG_PARAMETER, "data format error")

    def _answer(self, request: Request) -> dict[str, Any]:
        body = json.loads(request.body or b"{}")
        if (request.method, request.path) == ("GET", "/cgi-bin/token"):
            return self._token("classic", request.query, renew=True)
        if (request.method, request.path) == ("POST", "/cgi-bin/stable_token"):
            return self._token("stable", body, renew=body.get("force_refresh", False))
        self._check_token(request.query.get("access_token", ""))
        self._count(request.path)
        match request.method, request.path:
            case "GET", "/cgi-bin/user/get":
                return self._list(request.query.get("next_openid", ""))
            case "POST", "/cgi-bin/user/info/batchget":
                return self._batch(body)
            case "GET", "/cgi-bin/tags/get":
                return {"tags": [tag | {"count": self._count_tag(tag["id"])} for tag in self.tags]}
            case "POST", "/datacube/getusersummary":
                return {"list": self._days(self.summaries, body)}
            case "POST", "/datacube/getusercumulate":
                return {"list": self._days(self.cumulates, body)}
        raise WeChatError(WRONG_PARAMETER, "the path is unknown")

    def _token(self, kind: str, given: dict[str, Any], renew: bool) -> dict[str, Any]:
        if given.get("grant_type") != "client_credential":
            raise WeChatError(40002, "invalid grant_type")
        if given.get("appid") != DEMO_APP_ID:
            raise WeChatError(INVALID_APP_ID, "invalid appid")
        if given.get("secret") != DEMO_APP_SECRET:
            raise WeChatError(INVALID_SECRET, "invalid credential, secret is wrong")
        now = self.clock()
        value, expires_at = self._tokens.get(kind, ("", now))
        if renew or expires_at - now <= timedelta(seconds=RENEWED_BEFORE_SECONDS):
            self.issued[kind] += 1
            value, expires_at = (
                f"{kind}-{self.issued[kind]}",
                now + timedelta(seconds=TOKEN_SECONDS),
            )
            self._tokens[kind] = value, expires_at
        return {"access_token": value, "expires_in": int((expires_at - now).total_seconds())}

    def _check_token(self, value: str) -> None:
        for known, expires_at in self._tokens.values():
            if known == value:
                if expires_at <= self.clock():
                    raise WeChatError(EXPIRED_TOKEN, "access_token expired")
                return
        raise WeChatError(INVALID_TOKEN, "invalid credential, access_token is invalid")

    def _count(self, path: str) -> None:
        now = self.clock()
        recent = self._recent[path]
        while recent and recent[0] <= now - timedelta(minutes=1):
            recent.popleft()
        if self.minute_quota is not None and len(recent) >= self.minute_quota:
            raise WeChatError(MINUTE_QUOTA, "api minute-quota reach limit")
        day = now.astimezone(BEIJING).date()
        if self.day_quota is not None and self._of_day[path, day] >= self.day_quota:
            raise WeChatError(DAY_QUOTA, "reach max api daily quota limit")
        recent.append(now)
        self._of_day[path, day] += 1

    def _list(self, after: str) -> dict[str, Any]:
        everyone = [openid for openid, row in self.followers.items() if row["subscribe"]]
        if after and after not in self.followers:
            raise WeChatError(INVALID_OPENID, "invalid openid")
        # The place of one who left in between still counts.
        places = {openid: place for place, openid in enumerate(self.followers)}
        rest = [openid for openid in everyone if not after or places[openid] > places[after]]
        page = rest[: self.largest_list]
        answer: dict[str, Any] = {"total": len(everyone), "count": len(page)}
        if not page:
            return answer | {"next_openid": ""}
        return answer | {"data": {"openid": page}, "next_openid": page[-1]}

    def _batch(self, body: dict[str, Any]) -> dict[str, Any]:
        asked = [entry["openid"] for entry in body["user_list"]]
        if len(asked) > LARGEST_BATCH:
            raise WeChatError(TOO_MANY_OPENIDS, "invalid openid list size")
        if any(openid not in self.followers for openid in asked):
            raise WeChatError(INVALID_OPENID, "invalid openid")
        return {"user_info_list": [self.followers[openid] for openid in asked]}

    def _count_tag(self, tag: int) -> int:
        return sum(tag in row.get("tagid_list", []) for row in self.followers.values())

    def _days(self, rows: list[Row], body: dict[str, Any]) -> list[Row]:
        begin, end = date.fromisoformat(body["begin_date"]), date.fromisoformat(body["end_date"])
        last = (self.clock().astimezone(BEIJING) - timedelta(days=1, hours=REPORT_HOUR)).date()
        if not (REPORTS_FROM <= begin <= end <= last) or end - begin > LONGEST_SPAN:
            raise WeChatError(WRONG_DATES, "date range error")
        return [row for row in rows if begin <= date.fromisoformat(row["ref_date"]) <= end]


def error_answer(code: int, message: str = "error") -> Answer:
    """What WeChat answers when something is wrong: HTTP 200 with an errcode; for faults too."""
    return json_answer({"errcode": code, "errmsg": message})
