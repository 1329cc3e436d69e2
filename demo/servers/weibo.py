"""Weibo 微博, API version 2: newest first, `since_id` and `max_id`, numbers and texts as ids."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from demo.servers.base import Answer, Clock, LocalServer, Request, json_answer, utc_now

Row = dict[str, Any]
ACCESS_TOKEN = "2.00demo-weibo-token"  # allowlist secret: of the demo's own server
CHINA = timezone(timedelta(hours=8))
LISTINGS = {
    "/2/statuses/user_timeline.json": "statuses",
    "/2/statuses/mentions.json": "mentions",
    "/2/comments/to_me.json": "comments",
}
MOST = 200
"""Records a page may have."""


class WeiboServer(LocalServer):
    """One account: its posts, the posts that mention it and the comments it got."""

    def __init__(self, clock: Clock = utc_now) -> None:
        super().__init__(clock)
        self.rows: dict[str, dict[int, Row]] = {name: {} for name in LISTINGS.values()}

    def write(self, listing: str, number: int, moment: datetime | None = None) -> None:
        """Put a record in."""
        text = (moment or self.clock()).astimezone(CHINA).strftime("%a %b %d %H:%M:%S %z %Y")
        author = {"id": 1000 + number % 3, "idstr": str(1000 + number % 3), "screen_name": "示例"}
        self.rows[listing][number] = {
            "id": number,
            "idstr": str(number),
            "created_at": text,
            "text": "示例",
            "user": author,
        }

    def remove(self, listing: str, number: int) -> None:
        """Delete a record for good."""
        del self.rows[listing][number]

    def respond(self, request: Request) -> Answer:
        """A page, the newest first."""
        if request.query.get("access_token") != ACCESS_TOKEN:
            return _error(21332, "invalid_access_token", 400, request.path)
        listing = LISTINGS.get(request.path)
        if listing is None:
            return _error(10020, "request_api_not_found", 404, request.path)
        query = request.query
        since, until = int(query.get("since_id", 0)), int(query.get("max_id", 0))
        rows = [
            row
            for number, row in sorted(self.rows[listing].items(), reverse=True)
            if number > since and (not until or number <= until)
        ]
        size = min(int(query.get("count", 20)), MOST)
        start = (int(query.get("page", 1)) - 1) * size
        member = "comments" if listing == "comments" else "statuses"
        return json_answer({member: rows[start : start + size], "total_number": len(rows)})


def _error(code: int, text: str, status: int, path: str) -> Answer:
    return json_answer({"request": path, "error_code": code, "error": text}, status)
