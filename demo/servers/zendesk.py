"""Zendesk's incremental exports: by cursor (tickets, users) and by time (events), and ratings."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from demo.servers.base import Answer, Clock, LocalServer, Request, json_answer, utc_now

Row = dict[str, Any]
USER, API_TOKEN = "agent@example.com/token", "demo-zendesk-token"
BY_CURSOR = {
    "/api/v2/incremental/tickets/cursor.json": "tickets",
    "/api/v2/incremental/users/cursor.json": "users",
}
BY_TIME = {
    "/api/v2/incremental/ticket_events.json": "ticket_events",
    "/api/v2/incremental/ticket_metric_events.json": "ticket_metric_events",
}
SETTLED_SECONDS = 60
"""What changed within the last minute is not exported yet."""


class ZendeskServer(LocalServer):
    """One account.

    Attributes:
        rows: Records by listing and id; `at` of each, the epoch second of its last change, is
            what exports go by and is not sent.
        size: Records of a page.
        calls_per_minute: Exports asked for more often get 429 with Retry-After; None: no limit.
    """

    def __init__(self, clock: Clock = utc_now, size: int = 10) -> None:
        super().__init__(clock)
        names = (*BY_CURSOR.values(), *BY_TIME.values(), "satisfaction_ratings")
        self.rows: dict[str, dict[int, Row]] = {name: {} for name in names}
        self.size = size
        self.calls_per_minute: int | None = None
        self._calls: list[float] = []

    def load(self, folder: Path) -> None:
        """Read `<listing>.jsonl` of a folder."""
        for name, rows in self.rows.items():
            if (file := folder / f"{name}.jsonl").exists():
                for line in file.read_text(encoding="utf-8").splitlines():
                    record = json.loads(line)
                    moment = datetime.fromisoformat(record.get("updated_at", record["created_at"]))
                    rows[record["id"]] = {**record, "at": int(moment.timestamp())}

    def write(self, listing: str, number: int, moment: datetime | None = None, **more: Any) -> None:
        """Put a record in, or change it."""
        changed = (moment or self.clock()).astimezone(UTC).replace(microsecond=0)
        text = changed.isoformat().replace("+00:00", "Z")
        record = self.rows[listing].setdefault(number, {"id": number, "created_at": text})
        record.update(more, updated_at=text, at=int(changed.timestamp()))

    def respond(self, request: Request) -> Answer:
        """The answer of the path that is asked for."""
        key = base64.b64encode(f"{USER}:{API_TOKEN}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {key}":
            return json_answer({"error": "Couldn't authenticate you"}, 401)
        if "/incremental/" in request.path and (wait := self._wait()):
            return json_answer({"error": "TooManyRequests"}, 429, Retry_After=str(wait))
        if request.path in BY_CURSOR:
            return self._by_cursor(request, BY_CURSOR[request.path])
        if request.path in BY_TIME:
            return self._by_time(request, BY_TIME[request.path])
        if request.path == "/api/v2/satisfaction_ratings.json":
            return self._ratings(request)
        return json_answer({"error": "InvalidEndpoint"}, 404)

    def _wait(self) -> int:
        """Seconds until another export may be asked for."""
        now = self.clock().timestamp()
        self._calls = [moment for moment in self._calls if moment > now - 60]
        if self.calls_per_minute is None or len(self._calls) < self.calls_per_minute:
            self._calls.append(now)
            return 0
        return max(1, int(self._calls[0] + 60 - now))

    def _since(self, listing: str, start: int, number: int = 0) -> list[Row]:
        """What changed from a second on, in the order of the changes."""
        settled = self.clock().timestamp() - SETTLED_SECONDS
        rows = [
            row
            for row in self.rows[listing].values()
            if (row["at"], row["id"]) > (start, number) and row["at"] <= settled
        ]
        return sorted(rows, key=lambda row: (row["at"], row["id"]))

    def _by_cursor(self, request: Request, listing: str) -> Answer:
        if cursor := request.query.get("cursor"):
            start, _, number = base64.b64decode(cursor).decode().partition("|")
            rows = self._since(listing, int(start), int(number))
        elif "start_time" in request.query:
            start, number = request.query["start_time"], "0"
            rows = self._since(listing, int(start))
        else:
            return json_answer({"error": "StartTimeMissing"}, 400)
        page = rows[: self.size]
        last = page[-1] if page else {"at": start, "id": number}
        after = base64.b64encode(f"{last['at']}|{last['id']}".encode()).decode()
        return json_answer(
            {
                listing: _sent(page),
                "after_url": f"{self.url}{request.path}?{urlencode({'cursor': after})}",
                "after_cursor": after,
                "before_cursor": None,
                "end_of_stream": len(rows) <= self.size,
            }
        )

    def _by_time(self, request: Request, listing: str) -> Answer:
        """A page ends with its last second, so that second is sent again on the next one."""
        start = int(request.query["start_time"])
        rows = self._since(listing, start)
        page = rows[: self.size]
        for row in rows[self.size :]:
            # Records of one second are never torn apart: the next page could not go on there.
            if row["at"] != page[-1]["at"]:
                break
            page.append(row)
        end = page[-1]["at"] if page else start
        following = f"{self.url}{request.path}?{urlencode({'start_time': end})}"
        return json_answer(
            {
                listing: _sent(page),
                "next_page": following,
                "count": len(page),
                "end_time": end,
                "end_of_stream": len(page) == len(rows),
            }
        )

    def _ratings(self, request: Request) -> Answer:
        start, end = (int(request.query.get(key, 0)) for key in ("start_time", "end_time"))
        rows = [
            row
            for _, row in sorted(self.rows["satisfaction_ratings"].items())
            if row["at"] >= start and (not end or row["at"] <= end)
        ]
        size = int(request.query.get("page[size]", 100))
        after = int(request.query.get("page[after]", 0))
        page = [row for row in rows if row["id"] > after][:size]
        more = bool(page) and page[-1]["id"] != rows[-1]["id"]
        query = {**request.query, "page[after]": page[-1]["id"]} if page else {}
        following = f"{self.url}{request.path}?{urlencode(query)}" if more else None
        return json_answer(
            {
                "satisfaction_ratings": _sent(page),
                "meta": {"has_more": more},
                "links": {"next": following, "prev": None},
            }
        )


def _sent(rows: list[Row]) -> list[Row]:
    return [{key: value for key, value in row.items() if key != "at"} for row in rows]
