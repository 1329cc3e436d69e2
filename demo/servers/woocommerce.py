"""WooCommerce's REST API v3, as documented: pages with numbers, totals in headers, Link.

Orders, customers, products and the refunds of an order. Answers are in the order of their ids, or
by date of creation; not by date of change, which the real system cannot either.
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from demo.servers.base import Answer, Clock, LocalServer, Request, json_answer, utc_now

Row = dict[str, Any]
KEY, SECRET = "ck_demo_key", "cs_demo_secret"
ROOT = "/wp-json/wc/v3/"
LISTINGS = ("orders", "customers", "products")
MOST = 100
"""Records a page may have; the documentation does not say, the software has it so."""


class WooServer(LocalServer):
    """One shop; `rows` holds its records by listing and id, refunds below their order."""

    def __init__(self, clock: Clock = utc_now) -> None:
        super().__init__(clock)
        self.rows: dict[str, dict[int, Row]] = {name: {} for name in LISTINGS}
        self.refunds: dict[int, list[Row]] = {}

    def load(self, folder: Path) -> None:
        """Read `orders.jsonl`, `customers.jsonl` and `products.jsonl` of a folder."""
        for name in LISTINGS:
            if (file := folder / f"{name}.jsonl").exists():
                for line in file.read_text(encoding="utf-8").splitlines():
                    record = json.loads(line)
                    self.rows[name][record["id"]] = record

    def write(self, listing: str, number: int, moment: datetime | None = None, **more: Any) -> None:
        """Put a record in, or change it; it counts as modified then."""
        text = _naive(moment or self.clock())
        record = self.rows[listing].setdefault(number, {"id": number, "date_created_gmt": text})
        record.update(more, date_modified_gmt=text)

    def remove(self, listing: str, number: int) -> None:
        """Delete a record for good."""
        del self.rows[listing][number]

    def refund(self, order: int, number: int, amount: str, moment: datetime | None = None) -> None:
        """Refund a part of an order; the order counts as modified then."""
        text = _naive(moment or self.clock())
        line = {"id": number * 10, "name": "Tea", "quantity": -1, "total": f"-{amount}"}
        self.refunds.setdefault(order, []).append(
            {"id": number, "date_created_gmt": text, "amount": amount, "line_items": [line]}
        )
        short = {"id": number, "reason": "", "total": f"-{amount}"}
        refunds = [*self.rows["orders"][order].get("refunds", []), short]
        self.write("orders", order, moment, refunds=refunds)

    def respond(self, request: Request) -> Answer:
        """The answer of the path that is asked for."""
        key = base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {key}":
            return _error("woocommerce_rest_cannot_view", 401)
        parts = request.path.removeprefix(ROOT).strip("/").split("/")
        if parts[0] not in LISTINGS or not request.path.startswith(ROOT):
            return _error("rest_no_route", 404)
        if len(parts) == 3 and parts[0] == "orders" and parts[2] == "refunds":
            order = int(parts[1])
            if order not in self.rows["orders"]:
                return _error("woocommerce_rest_shop_order_invalid_id", 404)
            return self._page(request, self.refunds.get(order, []))
        return self._page(request, self._listing(parts[0], request.query))

    def _listing(self, name: str, query: dict[str, str]) -> list[Row]:
        rows = list(self.rows[name].values())
        if name != "customers":  # customers know no filter by modification
            after, before = query.get("modified_after"), query.get("modified_before")
            if after or before:
                assert query.get("dates_are_gmt") == "true", "times would be the shop's local ones"
            rows = [row for row in rows if not after or row["date_modified_gmt"] > after]
            rows = [row for row in rows if not before or row["date_modified_gmt"] < before]
        # Without an order the newest come first, as in the real system.
        by_id = query.get("orderby") == "id"
        return sorted(
            rows,
            key=lambda row: row["id"] if by_id else (row["date_created_gmt"], row["id"]),
            reverse=query.get("order", "desc") == "desc",
        )

    def _page(self, request: Request, rows: list[Row]) -> Answer:
        size = int(request.query.get("per_page", 10))
        if size > MOST:
            return _error("rest_invalid_param", 400)
        page = int(request.query.get("page", 1))
        pages = -(-len(rows) // size)
        headers = {"X_WP_Total": str(len(rows)), "X_WP_TotalPages": str(pages)}
        if page < pages:
            following = urlencode({**request.query, "page": page + 1})
            headers["Link"] = f'<{self.url}{request.path}?{following}>; rel="next"'
        return json_answer(rows[(page - 1) * size : page * size], 200, **headers)


def _error(code: str, status: int) -> Answer:
    return json_answer({"code": code, "message": code, "data": {"status": status}}, status)


def _naive(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")
