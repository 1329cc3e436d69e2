"""The connector for Shopify: windows by updated_at, in the order of the changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from assets.raw.connector import strict_json
from assets.raw.connector.errors import Fatal, Retryable
from assets.raw.connector.http import Api, checked_settings
from assets.raw.connector.model import (
    Connection,
    Connector,
    Page,
    Request,
    State,
    SystemField,
)
from assets.raw.rest.auth import OAuth2Tokens
from assets.raw.rest.auth_settings import OAuth2
from assets.raw.shopify import queries
from assets.raw.shopify.judge import Cost, TooExpensive, judge
from assets.raw.shopify.queries import STREAMS, Stream
from assets.raw.shopify.scopes import lacking_scope
from assets.raw.shopify.settings import HARMLESS, ShopifySettings

TOKEN_HEADER = "X-Shopify-Access-Token"
MOST_REFUNDS = 250
REST_AT_ONCE = 100


class Shopify(Connector):
    """One shop.

    The state is {"after": cursor or None, "first": records of a page}; the page shrinks when the
    shop finds the query too expensive.
    """

    asks_for_declared_fields = True
    harmless_settings = Connector.harmless_settings | HARMLESS

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._settings = checked_settings(ShopifySettings, connection.settings, connection.source)
        self._check_names()
        self._api = Api(
            connection, self._settings.address, authorize=self._authorize(), judge=judge
        )
        self._path = f"/admin/api/{self._settings.api_version}/graphql.json"
        self._cost: Cost | None = None
        self._costs: dict[str, float] = {}

    def first(self, request: Request) -> State:
        """Where a new pull begins; nothing is asked yet."""
        self._stream(request)
        return {"after": None, "first": self._settings.page_size}

    def page(self, request: Request, state: State) -> Page:
        """One page of records, each with all of its lines."""
        stream = self._stream(request)
        selected = self._selection(request, stream)
        listed = queries.REFUNDS_OF_ORDERS if stream.kind == "Refund" else selected
        query, search = queries.listing(stream, listed), self._search(request)
        data, first = self._ask_fitting(
            query, int(state["first"]), after=state["after"], search=search
        )
        nodes, after = self._page_of(strict_json.parts(data)[stream.root])
        if stream.kind == "Refund":
            nodes = self._refunds(stream, selected, nodes)
        records = [record for node in nodes for record in self._completed(stream, node)]
        return Page(records, None if after is None else {"after": after, "first": first})

    def fields(self, request: Request) -> list[SystemField] | None:
        """None: a field that the shop does not know is an error of the query. Checks the scopes."""
        self._check_scopes(request)
        return None

    def probe(self, request: Request) -> str:
        """Check the scopes, and ask for the first record."""
        scopes = self._check_scopes(request)
        page = self.page(request, {**self.first(request), "first": 1})
        found = "records there" if list(page.records) or page.next else "no records yet"
        return f"API {self._settings.api_version}, scopes {', '.join(scopes)}; {found}"

    def now(self) -> datetime | None:
        """The clock of the last answer."""
        return self._api.server_time

    def close(self) -> None:
        """Close the connections."""
        self._api.close()

    def _authorize(self) -> Any:
        settings = self._settings
        if settings.access_token is not None:
            headers = {TOKEN_HEADER: settings.access_token}
            return lambda _rejected: headers
        app = OAuth2(
            kind="oauth2",
            token_url=f"{settings.address}/admin/oauth/access_token",
            client_id=settings.client_id or "",
            client_secret=settings.client_secret or "",
            header=TOKEN_HEADER,
            prefix="",
        )
        return OAuth2Tokens(self.connection, app).headers

    def _check_names(self) -> None:
        for key, named in (
            ("filters", self._settings.filters),
            ("selections", self._settings.selections),
        ):
            for name in named:
                if name not in STREAMS:
                    raise self._fatal(
                        f"connection.{key} names the unknown stream {name!r}; "
                        f"use {', '.join(STREAMS)}"
                    )

    def _stream(self, request: Request) -> Stream:
        if request.stream not in STREAMS:
            raise self._fatal(f"stream {request.stream!r} is unknown; use {', '.join(STREAMS)}")
        if request.options:
            raise self._fatal("the system shopify knows no options; remove them")
        return STREAMS[request.stream]

    def _fatal(self, text: str) -> Fatal:
        return Fatal(f"{self.connection.source}: {text}")

    def _selection(self, request: Request, stream: Stream) -> str:
        extra = self._settings.selections.get(request.stream, {})
        return queries.selection(stream, request.fields, extra, "$nested")

    def _search(self, request: Request) -> str:
        """The window as a search text; both bounds are inclusive."""
        lower, upper = request.window.lower, request.window.upper
        words = [f"updated_at:>='{_text(lower)}'"] if lower is not None else []
        words.append(f"updated_at:<='{_text(upper)}'")
        if extra := self._settings.filters.get(request.stream):
            words.append(f"({extra})")
        return " AND ".join(words)

    def _check_scopes(self, request: Request) -> list[str]:
        stream = self._stream(request)
        data = strict_json.loads(self._ask(queries.SCOPES_QUERY))
        app = data.get("currentAppInstallation") or {}
        scopes = sorted(scope["handle"] for scope in app.get("accessScopes", []))
        recent_only = self._settings.recent_orders_only
        if lacking := lacking_scope(stream, scopes, request.window, recent_only):
            raise self._fatal(lacking)
        return scopes

    def _ask(self, query: str, **variables: Any) -> msgspec.Raw:
        """The data of an answer; waits first when the query cannot be paid yet."""
        if "$nested" in query:
            variables.setdefault("nested", self._settings.nested_size)
        if self._cost is not None:
            wait = self._cost.wait_for(self._costs.get(query, 0))
            if wait > 0:
                self.connection.sleep(wait)
        response = self._api.send("POST", self._path, json={"query": query, "variables": variables})
        self._cost = Cost(response.content)
        self._costs[query] = self._cost.requested
        return strict_json.parts(response.content)["data"]

    def _ask_fitting(self, query: str, first: int, **variables: Any) -> tuple[msgspec.Raw, int]:
        """The data of a page that the shop does not find too expensive, and its size."""
        while True:
            try:
                return self._ask(query, first=first, **variables), first
            except TooExpensive:
                if first == 1:
                    raise
                first //= 2

    def _page_of(self, connection: msgspec.Raw) -> tuple[list[bytes], str | None]:
        parts = strict_json.parts(connection)
        page = strict_json.loads(parts["pageInfo"])
        nodes = strict_json.records(parts["nodes"])
        if not page["hasNextPage"]:
            return nodes, None
        if not page["endCursor"]:
            raise Retryable("the shop says that there is more, but not where")
        return nodes, str(page["endCursor"])

    def _completed(self, stream: Stream, node: bytes) -> Iterator[bytes]:
        """The record with whole lists; nothing if it was deleted while they were read."""
        parts: dict[str, Any] = dict(strict_json.parts(node))
        changed = False
        for name in stream.nested:
            if name not in parts:
                continue
            nodes, after = self._page_of(parts[name])
            first = REST_AT_ONCE
            while after is not None:
                gid = strict_json.loads(parts["id"])
                query = queries.rest_of(stream, name)
                data, first = self._ask_fitting(query, first, id=gid, after=after)
                whole = strict_json.parts(data)["node"]
                if bytes(whole) == b"null":
                    return
                more, after = self._page_of(strict_json.parts(whole)[name])
                nodes += more
                changed = True
            if changed:
                # In the form that a connection has when all of it came at once.
                page = {"hasNextPage": False, "endCursor": None}
                parts[name] = {"nodes": [msgspec.Raw(line) for line in nodes], "pageInfo": page}
        yield strict_json.dumps(parts) if changed else node

    def _refunds(self, stream: Stream, selected: str, orders: list[bytes]) -> list[bytes]:
        """The refunds of a page of orders; orders have them as a plain list, which may be cut."""
        ids: list[str] = []
        for record in orders:
            order: Mapping[str, Any] = strict_json.loads(record)
            refunds = order["refunds"]
            if len(refunds) == self._settings.nested_size:
                data = self._ask(queries.ALL_REFUNDS, id=order["id"], first=MOST_REFUNDS)
                refunds = (strict_json.loads(data)["node"] or {}).get("refunds", [])
                if len(refunds) == MOST_REFUNDS:
                    raise self._fatal(
                        f"an order has {MOST_REFUNDS} refunds or more, which cannot be read whole"
                    )
            ids += [refund["id"] for refund in refunds]
        return self._by_ids(queries.by_ids(stream, selected), ids)

    def _by_ids(self, query: str, ids: list[str]) -> list[bytes]:
        if not ids:
            return []
        try:
            data = self._ask(query, ids=ids[:MOST_REFUNDS])
        except TooExpensive:
            if len(ids) == 1:
                raise
            half = min(len(ids), MOST_REFUNDS) // 2
            return self._by_ids(query, ids[:half]) + self._by_ids(query, ids[half:])
        found = msgspec.json.decode(strict_json.parts(data)["nodes"], type=list[msgspec.Raw])
        kept = [item for item in found if bytes(item) != b"null"]
        return strict_json.records(strict_json.dumps(kept)) + self._by_ids(
            query, ids[MOST_REFUNDS:]
        )


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
