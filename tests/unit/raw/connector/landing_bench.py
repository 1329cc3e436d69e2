"""Landed pulls of one object `shop.things`, and what a load makes of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from assets.raw.connector.model import Page, SystemField
from assets.raw.connector.pages import LandedStream
from assets.raw.connector.pulls import Asked, Pull, PullStore
from assets.raw.contract_model import ObjectContract
from assets.raw.loading import load_object
from assets.raw.retention import Horizon
from tests.unit.raw.connector.books import START


@dataclass
class LandingBench:
    """Lands pages and loads them into a database in memory."""

    home: Path
    con: duckdb.DuckDBPyConnection = field(default_factory=duckdb.connect)

    def __post_init__(self) -> None:
        self.con.execute("attach ':memory:' as vault").fetchall()

    def land(
        self,
        *pages: list[bytes],
        fields: list[SystemField] | None = None,
        upper: datetime = START,
        stream: str = "things",
    ) -> Pull:
        """A complete pull of these pages."""
        pull = PullStore(self.home, "shop", stream).begin(
            Asked(stream, "increment", (), {}, None, upper.isoformat())
        )
        pull.keep_fields(fields)
        for number, page in enumerate(pages, start=1):
            pull.keep(Page(page, None if number == len(pages) else {"number": number}))
        return pull

    def load(
        self, *pulls: Pull, before: list[SystemField] | None = None, **keys: Any
    ) -> list[dict[str, Any]]:
        """The raw rows, without what they say about themselves."""
        obj = contract(**keys)
        landed = LandedStream(pulls, fields_before=before)
        load_object(
            *(self.con, "shop", "things", obj, landed, "load", self.home),
            horizon=Horizon(START.date(), "UTC"),
        )
        return self.rows("vault.raw.shop__things", "* exclude (_source, _load_id, _row_hash)")

    def load_records(self, *records: bytes, **keys: Any) -> list[dict[str, Any]]:
        return self.load(self.land(list(records)), **keys)

    def value(self, kind: str, json: str) -> Any:
        """What a JSON value becomes in a column of that type; the rule it breaks in a list."""
        columns = [{"name": "id", "type": "bigint"}, {"name": "value", "type": kind}]
        rows = self.load_records(f'{{"id":1,"value":{json}}}'.encode(), columns=columns)
        return rows[0]["value"] if rows else [row["rule"] for row in self.quarantine()]

    def quarantine(self) -> list[dict[str, Any]]:
        return self.rows("vault.quarantine.shop__things", "rule, reason, payload")

    def rows(self, table: str, columns: str = "*") -> list[dict[str, Any]]:
        cursor = self.con.execute(f"select {columns} from {table} order by all")
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def contract(**keys: Any) -> ObjectContract:
    """Things with number and label, unless the keys say otherwise."""
    declared: dict[str, Any] = {
        "description": "One row per thing",
        "stream": "things",
        "delivery": "increment",
        "columns": [{"name": "id", "type": "bigint"}, {"name": "label", "type": "varchar"}],
        "key": ["id"],
    }
    return ObjectContract.model_validate(declared | keys)
