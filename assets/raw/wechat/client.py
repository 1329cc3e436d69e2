"""The connector of a 微信 WeChat official account: followers, tags, user_summary, user_cumulate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from assets.raw.connector import strict_json
from assets.raw.connector.errors import Fatal, Retryable
from assets.raw.connector.model import Connection, Connector, Page, Request, State
from assets.raw.connector.settings import checked_settings
from assets.raw.wechat import days
from assets.raw.wechat.asking import Asking, member
from assets.raw.wechat.settings import NoOptions, WeChatSettings

FOLLOWERS = "followers"
TAGS = "tags"
DAILY = {"user_summary": "/datacube/getusersummary", "user_cumulate": "/datacube/getusercumulate"}


class WeChat(Connector):
    """One official account.

    Streams: `followers` 关注者 (all who follow now, with unionid and tags), `tags` 标签,
    `user_summary` 用户增减 and `user_cumulate` 累计用户 (by day in Beijing). A page of followers is
    one list of up to 10,000 with everybody's details.
    """

    harmless_settings = Connector.harmless_settings | {
        *("app_id", "app_secret", "api_url", "token"),
        *("batch_size", "window_days", "restated_days", "ready_hour"),
    }

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._settings = checked_settings(WeChatSettings, connection.settings, connection.source)
        self._asking = Asking(connection, self._settings)

    def increments(self, stream: str) -> bool:
        """Only the daily figures: the list of followers has no time of change."""
        return stream in DAILY

    def first(self, request: Request) -> State:
        """The begin of the list, or the first day."""
        self._check(request)
        if request.stream in DAILY:
            return days.first_state(request.window, self._settings)
        return {"next_openid": ""}

    def page(self, request: Request, state: State) -> Page:
        """Some followers with their details, all tags, or the figures of some days.

        Raises:
            SourceError: the system cannot be read.
        """
        if request.stream in DAILY:
            return self._figures(request.stream, state)
        if request.stream == TAGS:
            return Page(self._tags(), None)
        openids, following = self._list(state["next_openid"])
        return Page(self._details(openids), following)

    def probe(self, request: Request) -> str:
        """Count what there is now."""
        self._check(request)
        if request.stream == FOLLOWERS:
            total = strict_json.loads(member(self._asking.get("/cgi-bin/user/get"), "total"))
            return f"{total:,} followers"
        if request.stream == TAGS:
            return f"{len(self._tags())} tags"
        last = days.last_ready_day(self.connection.clock(), self._settings.ready_hour)
        self._figures(request.stream, {"begin": last.isoformat(), "end": last.isoformat()})
        return f"days {self._settings.since} to {last}"

    def now(self) -> datetime | None:
        """The system's clock in its last answer."""
        return self._asking.server_time

    def close(self) -> None:
        """Close the connections."""
        self._asking.close()

    def _check(self, request: Request) -> None:
        source = self.connection.source
        known = (FOLLOWERS, TAGS, *DAILY)
        if request.stream not in known:
            raise Fatal(f"{source}: WeChat has no stream {request.stream}; use {', '.join(known)}")
        checked_settings(NoOptions, request.options, source, f"options of {request.stream}")

    def _tags(self) -> list[bytes]:
        return strict_json.records(member(self._asking.get("/cgi-bin/tags/get"), "tags"))

    def _list(self, after: str) -> tuple[list[str], State | None]:
        """Openids that follow one, and where the list goes on.

        The last openids come with a `next_openid` too; only an answer without any is the end.
        """
        params = {"next_openid": after} if after else {}
        answer = self._asking.get("/cgi-bin/user/get", **params)
        data = strict_json.loads(answer["data"]) if "data" in answer else {}
        openids = [openid for openid in data.get("openid", []) if openid]
        following = strict_json.loads(answer["next_openid"]) if "next_openid" in answer else ""
        if not openids or not following:
            return openids, None
        if following == after:
            raise Retryable("the system answers with the list that was there before")
        return openids, {"next_openid": following}

    def _details(self, openids: list[str]) -> Iterator[bytes]:
        size = self._settings.batch_size
        for start in range(0, len(openids), size):
            asked = openids[start : start + size]
            people = [{"openid": openid, "lang": self._settings.language} for openid in asked]
            answer = self._asking.post("/cgi-bin/user/info/batchget", {"user_list": people})
            rows = strict_json.records(member(answer, "user_info_list"))
            if len(rows) != len(asked):
                raise Retryable("the system does not answer for every follower it was asked for")
            yield from rows

    def _figures(self, stream: str, state: State) -> Page:
        asked = days.span(state, self._settings.window_days)
        if asked is None:
            return Page([], None)
        body = {"begin_date": asked[0].isoformat(), "end_date": asked[1].isoformat()}
        rows = strict_json.records(member(self._asking.post(DAILY[stream], body), "list"))
        return Page(rows, days.after(state, asked[1]))
