"""Asking a database connector for pages, as the kernel does."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from assets.raw.connector.model import Page, Request, State, Window
from assets.raw.database.client import Database


def rows_of(page: Page) -> list[dict[str, Any]]:
    """The records of a page."""
    return [json.loads(record) for record in page.records]


def everything(database: Database, request: Request) -> list[dict[str, Any]]:
    """All records of a pull; every position goes through JSON, as it does on the disk."""
    rows: list[dict[str, Any]] = []
    state: State | None = database.first(request)
    while state is not None:
        page = database.page(request, json.loads(json.dumps(state)))
        rows += rows_of(page)
        state = page.next
    return rows


def asked(
    stream: str,
    *fields: str,
    lower: datetime | None = None,
    upper: datetime = datetime(2030, 1, 1, tzinfo=UTC),
    **options: Any,
) -> Request:
    """A request for a stream."""
    return Request(stream, fields, options, Window(lower, upper))
