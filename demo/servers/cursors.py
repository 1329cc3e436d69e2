"""A system with records that change, and every way of turning pages that the world knows.

The shapes of three platforms are among them: `/2/…` answers as X, `/graph/…` as Meta's Graph and
`/douyin/…` as Douyin 抖音, as far as their shapes are known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from demo.servers.base import Answer, Clock, LocalServer, Request, json_answer, utc_now

Row = dict[str, Any]
CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN = "demo-client", "demo-client-secret", "demo-refresh-1"
DENIED = json_answer({"error": {"code": 190, "type": "OAuthException"}, "errcode": 40001}, 401)


@dataclass
class Token:
    """What the token endpoint gave out last."""

    value: str = ""
    refresh: str = REFRESH_TOKEN
    given: int = 0


class CursorServer(LocalServer):
    """Rows with `id`, `updated_at` and `amount`; each path turns pages in its own way.

    Attributes:
        rows: Rows by id.
        allows: Whether a request shows the right credentials.
        rotates: The token endpoint gives a new refresh token each time, the old one counts no more.
        largest: Most rows a page has, whatever was asked for.
    """

    def __init__(self, clock: Clock = utc_now, count: int = 25) -> None:
        super().__init__(clock)
        self.rows: dict[int, Row] = {}
        self.allows: Callable[[Request], bool] = lambda request: True
        self.rotates = False
        self.token = Token()
        self.largest = 10
        start = clock() - timedelta(days=count)
        for number in range(1, count + 1):
            self.write(number, start + timedelta(days=number - 1))

    def write(self, number: int, moment: datetime, amount: str = "12.10") -> None:
        """Put a row in, or change it."""
        self.rows[number] = {"id": number, "amount": amount, "updated_at": _iso(moment)}

    def remove(self, number: int) -> None:
        """Delete a row for good."""
        del self.rows[number]

    def respond(self, request: Request) -> Answer:
        """The answer of the path that is asked for."""
        if request.path == "/oauth/token":
            return self._give_token(request)
        if not self.allows(request):
            return DENIED
        first, _, rest = request.path.strip("/").partition("/")
        answers: dict[str, Callable[[Request], Answer]] = {
            "all": lambda r: json_answer({"items": self._changed(r.query)}),
            "link": self._link,
            "pages": self._pages,
            "offset": self._offset,
            "after": self._after,
            "next": self._next,
            "search": self._search,
            "2": self._x,
            "graph": self._graph,
            "douyin": self._douyin,
        }
        if first == "items":
            return self._notes(rest)
        answer = answers.get(first)
        return answer(request) if answer else json_answer({"error": "not found"}, 404)

    def _changed(self, query: dict[str, str], newest: bool = False) -> list[Row]:
        """The rows of a time window in the order of their ids, or the newest first."""
        since, until = query.get("since", ""), query.get("until", "9999")
        found = [row for row in self.rows.values() if since <= row["updated_at"] <= until]
        if newest:
            return sorted(found, key=lambda row: (row["updated_at"], row["id"]), reverse=True)
        return sorted(found, key=lambda row: int(row["id"]))

    def _cut(self, rows: list[Row], start: int, size: int) -> list[Row]:
        return rows[start : start + min(size, self.largest)]

    def _link(self, request: Request) -> Answer:
        rows = self._changed(request.query)
        page, size = int(request.query.get("page", 1)), int(request.query.get("size", 10))
        following = urlencode({**request.query, "page": page + 1})
        link = f'<{self.url}/link?{following}>; rel="next"' if page * size < len(rows) else ""
        return json_answer(self._cut(rows, (page - 1) * size, size), Link=link)

    def _pages(self, request: Request) -> Answer:
        rows = self._changed(request.query)
        page, size = int(request.query.get("page", 1)), int(request.query.get("size", 10))
        items = self._cut(rows, (page - 1) * size, size)
        return json_answer({"items": items, "count": len(rows)}, X_Total=str(len(rows)))

    def _offset(self, request: Request) -> Answer:
        rows = self._changed(request.query)
        start = int(request.query.get("offset", 0))
        items = self._cut(rows, start, int(request.query.get("size", 10)))
        return json_answer({"items": items, "count": len(rows)})

    def _after(self, request: Request) -> Answer:
        last = int(request.query.get("after_id", 0))
        rows = [row for row in self._changed(request.query) if row["id"] > last]
        return json_answer({"items": self._cut(rows, 0, int(request.query.get("size", 10)))})

    def _next(self, request: Request) -> Answer:
        rows = self._changed(request.query)
        start = int(request.query.get("start", 0))
        items = self._cut(rows, start, 10)
        end = start + len(items) >= len(rows)
        following = urlencode({**request.query, "start": start + len(items)})
        url = None if end else f"{self.url}/next?{following}"
        return json_answer({"items": items, "links": {"next": url}, "end_of_stream": end})

    def _search(self, request: Request) -> Answer:
        """A POST whose body holds the window in milliseconds and the token; errors are in 200."""
        body = request.json()
        bounds = {
            name: _iso(datetime.fromtimestamp(body[key] / 1000, UTC))
            for name, key in (("since", "from"), ("until", "to"))
            if isinstance(body.get(key), int)
        }
        rows = self._changed(bounds)
        start = int((body.get("page") or {}).get("token") or 0)
        items = self._cut(rows, start, 10)
        more = start + len(items) < len(rows)
        token = str(start + len(items)) if more else None
        return json_answer({"errcode": 0, "data": {"list": items, "more": more, "token": token}})

    def _x(self, request: Request) -> Answer:
        query = request.query
        window = {"since": query.get("start_time", ""), "until": query.get("end_time", "9999")}
        rows = self._changed(window, newest=True)
        start = int(query.get("pagination_token", 0))
        items = self._cut(rows, start, int(query.get("max_results", 10)))
        meta: Row = {"result_count": len(items)}
        if start + len(items) < len(rows):
            meta["next_token"] = str(start + len(items))
        body = {"data": [{**row, "id": str(row["id"])} for row in items]} if items else {}
        return json_answer({**body, "meta": meta})

    def _graph(self, request: Request) -> Answer:
        query = request.query
        bounds = {"since": "since", "until": "until"}
        window = {
            name: _iso(datetime.fromtimestamp(int(query[key]), UTC))
            for name, key in bounds.items()
            if key in query
        }
        rows = self._changed(window, newest=True)
        start = int(query.get("after", 0))
        items = self._cut(rows, start, int(query.get("limit", 10)))
        if not items:
            return json_answer({"data": []})
        end = start + len(items)
        paging: Row = {"cursors": {"before": str(start), "after": str(end)}}
        if end < len(rows):
            paging["next"] = f"{self.url}{request.path}?{urlencode({**query, 'after': end})}"
        return json_answer({"data": items, "paging": paging})

    def _douyin(self, request: Request) -> Answer:
        rows = self._changed({}, newest=True)
        start = int(request.query.get("cursor", 0))
        items = self._cut(rows, start, int(request.query.get("count", 10)))
        videos = [
            {"item_id": str(row["id"]), "create_time": _epoch(row["updated_at"])} for row in items
        ]
        end = start + len(items)
        data = {"list": videos, "cursor": end, "has_more": end < len(rows), "error_code": 0}
        return json_answer({"data": data, "extra": {"error_code": 0}})

    def _notes(self, rest: str) -> Answer:
        number = int(rest.partition("/")[0])
        if number not in self.rows:
            return json_answer({"error": "not found"}, 404)
        notes = [{"note": f"note {place} of {number}"} for place in range(number % 3)]
        return json_answer({"items": notes})

    def _give_token(self, request: Request) -> Answer:
        form = request.form()
        if form.get("client_id") != CLIENT_ID or form.get("client_secret") != CLIENT_SECRET:
            return json_answer({"error": "invalid_client"}, 401)
        if form["grant_type"] == "refresh_token" and form["refresh_token"] != self.token.refresh:
            return json_answer({"error": "invalid_grant"}, 400)
        self.token.given += 1
        self.token.value = f"token-{self.token.given}"
        answer: Row = {"access_token": self.token.value, "expires_in": 3600}
        if form["grant_type"] == "refresh_token" and self.rotates:
            self.token.refresh = f"demo-refresh-{self.token.given + 1}"
            answer["refresh_token"] = self.token.refresh
        return json_answer(answer)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _epoch(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())
