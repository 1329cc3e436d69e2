"""Shopify's Admin GraphQL: connections with cursors, the cost bucket, scopes, the 60-day rule.

Understood are the fields and arguments of orders, customers, products, their nested connections,
`node`, `nodes` and the scopes of the app. A field that a record does not have is an error, as the
schema of the real system would have it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from demo.servers import graphql
from demo.servers.base import Answer, Clock, LocalServer, Request, json_answer, utc_now
from demo.servers.graphql import Node

Row = dict[str, Any]
ACCESS_TOKEN = "shpat_demo_token"  # allowlist secret: of the demo's own server
CLIENT_ID = "demo-shopify-app"
CLIENT_SECRET = "demo-shopify-secret"  # allowlist secret: of the demo's own server
API_VERSION = "2026-01"
ROOTS = {"orders": "Order", "customers": "Customer", "products": "Product"}
SCOPES = {"orders": "read_orders", "customers": "read_customers", "products": "read_products"}
CONNECTIONS = {"lineItems", "variants", "refundLineItems"}
BOUND = re.compile(r"updated_at:(>=|<=|>|<)'([^']+)'")
RECENT = timedelta(days=60)


class QueryError(Exception):
    """An error inside an answer with status 200."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.body = {"message": code, "extensions": {"code": code, **more}}


@dataclass
class Bucket:
    """Points that queries cost; they come back with time."""

    most: float = 1000
    left: float = 1000
    restored_per_second: float = 50
    counted_at: datetime | None = None

    def refill(self, now: datetime) -> None:
        """Count the points that came back."""
        if self.counted_at is not None:
            passed = (now - self.counted_at).total_seconds()
            self.left = min(self.most, self.left + passed * self.restored_per_second)
        self.counted_at = now


class ShopifyServer(LocalServer):
    """One shop; records by type and gid, nested ones as lists in them."""

    def __init__(self, clock: Clock = utc_now) -> None:
        super().__init__(clock)
        self.rows: dict[str, dict[str, Row]] = {name: {} for name in (*ROOTS.values(), "Refund")}
        self.scopes = {*SCOPES.values(), "read_all_orders"}
        self.bucket = Bucket()
        self.tokens = {ACCESS_TOKEN}
        self.most_cost = 1000

    def write(self, kind: str, number: int, moment: datetime | None = None, **more: Any) -> Row:
        """Put a record in, or change it; `more` holds the fields that a query may ask for."""
        text = _text(moment or self.clock())
        gid = f"gid://shopify/{kind}/{number}"
        row = self.rows[kind].setdefault(
            gid, {"id": gid, "legacyResourceId": str(number), "createdAt": text}
        )
        row.update(more, updatedAt=text)
        return row

    def refund(self, order: int, number: int, moment: datetime | None = None, **more: Any) -> None:
        """Put a refund in; its order counts as updated."""
        above = self.write("Order", order, moment)
        gid = f"gid://shopify/Refund/{number}"
        named = {"id": above["id"], "name": above.get("name")}
        self.write("Refund", number, moment, order=named, **more)
        above.setdefault("refunds", []).append({"id": gid})

    def respond(self, request: Request) -> Answer:
        """Token, or query."""
        if request.path == "/admin/oauth/access_token":
            return self._give_token(request)
        if request.path != f"/admin/api/{API_VERSION}/graphql.json":
            return json_answer({"errors": "Not Found"}, 404)
        if request.headers.get("x-shopify-access-token") not in self.tokens:
            return json_answer({"errors": "[API] Invalid API key or access token"}, 401)
        body = request.json()
        variables = body.get("variables") or {}
        fields = graphql.parse(body["query"])
        cost = self._cost(fields, variables)
        self.bucket.refill(self.clock())
        try:
            if cost > self.most_cost:
                raise QueryError("MAX_COST_EXCEEDED", cost=cost, maxCost=self.most_cost)
            if cost > self.bucket.left:
                raise QueryError("THROTTLED")
            data = {node.name: self._root(node, variables) for node in fields}
        except QueryError as error:
            return self._answer({"errors": [error.body]}, cost, None)
        # Half of what was estimated: most lists are shorter than they may be.
        actual = max(1, cost // 2)
        self.bucket.left -= actual
        return self._answer({"data": data}, cost, actual)

    def _answer(self, body: Row, cost: int, actual: int | None) -> Answer:
        status = {
            "maximumAvailable": self.bucket.most,
            "currentlyAvailable": int(self.bucket.left),
            "restoreRate": self.bucket.restored_per_second,
        }
        told = {"requestedQueryCost": cost, "actualQueryCost": actual, "throttleStatus": status}
        return json_answer(
            {**body, "extensions": {"cost": told}}, X_Shopify_API_Version=API_VERSION
        )

    def _cost(self, fields: list[Node], variables: Row) -> int:
        """One point an object, times the records that a connection may have."""
        total = 0
        for node in fields:
            if not node.inner:
                continue
            inner = self._cost(node.inner, variables)
            ids = node.argument("ids", variables)
            many = node.argument("first", variables) or (len(ids) if ids else None)
            total += inner if node.on_type else 1 + inner * (many or 1)
        return total

    def _root(self, node: Node, variables: Row) -> Any:
        if node.name == "currentAppInstallation":
            return {"accessScopes": [{"handle": scope} for scope in sorted(self.scopes)]}
        if node.name == "node":
            return self._by_id(node.argument("id", variables), node, variables)
        if node.name == "nodes":
            ids = node.argument("ids", variables)
            return [self._by_id(gid, node, variables) for gid in ids]
        if node.name not in ROOTS:
            raise QueryError("undefinedField", typeName="QueryRoot", fieldName=node.name)
        if SCOPES[node.name] not in self.scopes:
            needed = f"`{SCOPES[node.name]}` access scope."
            raise QueryError("ACCESS_DENIED", requiredAccess=needed)
        assert node.argument("sortKey", variables) == "UPDATED_AT", "else pages are not in order"
        rows = self._found(node.name, node.argument("query", variables) or "")
        return self._connection(rows, node, ROOTS[node.name], variables)

    def _found(self, root: str, search: str) -> list[Row]:
        rows = list(self.rows[ROOTS[root]].values())
        if root == "orders" and "read_all_orders" not in self.scopes:
            oldest = _text(self.clock() - RECENT)
            rows = [row for row in rows if row["createdAt"] >= oldest]
        for sign, moment in BOUND.findall(search):
            rows = [row for row in rows if _holds(row["updatedAt"], sign, moment)]
        return sorted(rows, key=lambda row: (row["updatedAt"], row["id"]))

    def _by_id(self, gid: str, node: Node, variables: Row) -> Row | None:
        kind = gid.split("/")[3]
        row = self.rows.get(kind, {}).get(gid)
        if row is None:
            return None
        return self._object(row, node.inner, kind, variables)

    def _connection(self, rows: list[Row], node: Node, kind: str, variables: Row) -> Row:
        after = node.argument("after", variables)
        start = 0
        if after is not None:
            place = after.removeprefix("after:")
            moment, _, gid = place.partition("|")
            keys = [(row.get("updatedAt", ""), row["id"]) for row in rows]
            start = sum(key <= (moment, gid) for key in keys) if moment else int(gid)
        size = node.argument("first", variables)
        page = rows[start : start + size]
        more = start + size < len(rows)
        cursor = None
        if page:
            # Nested lists have no time of their own: their cursor is a place in the list.
            moment = page[-1].get("updatedAt", "") if kind in ROOTS.values() else ""
            cursor = f"after:{moment}|{page[-1]['id'] if moment else start + len(page)}"
        found: Row = {}
        for inner in node.inner:
            if inner.name == "nodes":
                found["nodes"] = [self._object(row, inner.inner, kind, variables) for row in page]
            elif inner.name == "pageInfo":
                found["pageInfo"] = {"hasNextPage": more, "endCursor": cursor}
            else:
                raise QueryError("undefinedField", typeName="Connection", fieldName=inner.name)
        return found

    def _object(self, row: Row, fields: list[Node], kind: str, variables: Row) -> Row:
        found: Row = {}
        for node in fields:
            if node.on_type:
                if node.on_type == kind:
                    found |= self._object(row, node.inner, kind, variables)
                continue
            if node.name not in row and node.name not in {*CONNECTIONS, "refunds"}:
                raise QueryError("undefinedField", typeName=kind, fieldName=node.name)
            value: Any = row.get(node.name)
            if value is None and node.name in {*CONNECTIONS, "refunds"}:
                value = []
            if node.name in CONNECTIONS:
                found[node.name] = self._connection(value, node, node.name, variables)
            elif isinstance(value, list) and node.inner:
                items = value[: node.argument("first", variables)]
                found[node.name] = [
                    self._object(item, node.inner, node.name, variables) for item in items
                ]
            elif isinstance(value, dict):
                if not node.inner:
                    raise QueryError("selectionMismatch", nodeName=node.name)
                found[node.name] = self._object(value, node.inner, node.name, variables)
            else:
                found[node.name] = value
        return found

    def _give_token(self, request: Request) -> Answer:
        form = request.form()
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return json_answer({"error": "invalid_client"}, 400)
        token = f"shpat_demo_{len(self.tokens)}"
        self.tokens.add(token)
        return json_answer({"access_token": token, "scope": "", "expires_in": 86399})


def _holds(value: str, sign: str, bound: str) -> bool:
    return {
        ">=": value >= bound,
        "<=": value <= bound,
        ">": value > bound,
        "<": value < bound,
    }[sign]


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
