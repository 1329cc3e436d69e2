"""A local Zoho CRM v8: stateful, with the limits, envelopes and traps of the real one.

The official Python client of Zoho is run against it in the tests. Times are whole seconds. What
Zoho's documents leave open (what a page token stands for, whether an undelete counts as a
modification) takes the harder case, or is a switch.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from demo.servers.base import Answer, Clock, LocalServer, Request, utc_now
from demo.servers.zoho_answers import Refused, refuse
from demo.servers.zoho_bulk import Bulk
from demo.servers.zoho_records import Pages
from demo.servers.zoho_routes import serve
from demo.servers.zoho_store import Record, Store
from demo.servers.zoho_tokens import (
    CLIENT_ID,
    CLIENT_SECRET,
    EVERY_SCOPE,
    REFRESH_TOKEN,
    Tokens,
)

__all__ = ["CLIENT_ID", "CLIENT_SECRET", "EVERY_SCOPE", "REFRESH_TOKEN", "ZohoServer"]

_DAY = timedelta(hours=24)


class ZohoServer(LocalServer):
    """Zoho CRM on a free port.

    Attributes:
        store: The records; change it with `upsert`, `delete` and `undelete`.
        tokens: OAuth; `tokens.scope` is what new tokens may do.
        pages: Page tokens; `pages.expire()` makes all of them too old.
        bulk: Bulk Read jobs; `bulk.rows_a_page` is small in tests.
        honours_if_modified_since: Get Records regards that header (it may not, one day).
        gives_by_ids: Get Records regards `ids`; without, it answers that there are none.
        coql_hides_converted: COQL leaves converted leads out.
        credits: Calls that the organisation may make in 24 hours.
    """

    def __init__(
        self,
        clock: Clock = utc_now,
        *,
        scope: str = EVERY_SCOPE,
        honours_if_modified_since: bool = True,
        rows_a_bulk_page: int = 200_000,
        credits: int = 1_000_000,
    ) -> None:
        super().__init__(clock)
        self.store = Store(clock)
        self.tokens = Tokens(clock, scope)
        self.pages = Pages(clock)
        self.bulk = Bulk(clock, self.store, rows_a_bulk_page)
        self.honours_if_modified_since = honours_if_modified_since
        self.gives_by_ids = True
        self.coql_hides_converted = False
        self.credits = credits
        self._spent: deque[tuple[datetime, int]] = deque()

    def upsert(self, module: str, record: Record, *, touch: bool = True) -> str:
        """Create or edit a record; see `Store.upsert`."""
        with self.lock:
            return self.store.upsert(module, record, touch=touch)

    def delete(self, module: str, record_id: str, kind: str = "recycle") -> None:
        """Delete a record: `recycle` or `permanent`."""
        with self.lock:
            self.store.delete(module, record_id, kind)

    def undelete(self, module: str, record_id: str, *, touch: bool = True) -> None:
        """Restore a record from the recycle bin."""
        with self.lock:
            self.store.undelete(module, record_id, touch=touch)

    def revoke_tokens(self) -> None:
        """Every access token is void from now on; the refresh token still works."""
        with self.lock:
            self.tokens.live.clear()

    def load(self, folder: Path) -> None:
        """Read the files of the demo; see `Store.load`."""
        with self.lock:
            self.store.load(folder)

    @property
    def credits_left(self) -> int:
        """What may still be called in these 24 hours."""
        now = self.clock()
        while self._spent and self._spent[0][0] <= now - _DAY:
            self._spent.popleft()
        return self.credits - sum(cost for _, cost in self._spent)

    def spend(self, cost: int) -> None:
        """Take credits."""
        self._spent.append((self.clock(), cost))

    def respond(self, request: Request) -> Answer:
        """Answer a request as Zoho would."""
        try:
            answer = self._respond(request)
        except Refused as refused:
            answer = refused.answer
        left = self.credits_left
        if left * 2 <= self.credits:
            answer.headers["X-API-CREDITS-REMAINING"] = str(max(0, left))
        return answer

    def _respond(self, request: Request) -> Answer:
        if request.path == "/oauth/v2/token":
            return self.tokens.refresh(request.form(), self.url)
        if request.path == "/oauth/v2/token/revoke":
            return self.tokens.revoke_refresh_token(request.form())
        scopes = self.tokens.scopes(request.headers.get("authorization", ""))
        if self.credits_left <= 0:
            raise refuse("TOO_MANY_REQUESTS", "too many requests", 429)
        return serve(self, request, scopes)


def credentials(server: ZohoServer) -> dict[str, Any]:
    """Settings of a connection to this server."""
    return {
        "accounts_url": server.url,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "refresh_token": REFRESH_TOKEN,
    }
