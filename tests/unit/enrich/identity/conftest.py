"""A small vault in memory, as the raw and staging stages would hand it over."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets.enrich.identity.inputs import Inputs
from assets.enrich.identity.keys.commit import commit_keys, prepare_commit
from assets.enrich.identity.keys.ledger import read_ledger
from assets.enrich.identity.resolve import resolve

KEY = b"a key for tests only"
NIGHT = date(2017, 12, 31)
RECORD = ("source", "source_record_id", "first_seen_at", "observed_at", "is_linkable")


class Vault:
    """Hand-made identity inputs, and what identity resolution makes of them."""

    def __init__(self, path: str = ":memory:", ledger: Path | None = None) -> None:
        self.con = duckdb.connect()
        self.ledger = ledger
        self.people: list[dict[str, Any]] = []
        self.references: list[dict[str, Any]] = []
        self.decisions: list[tuple[str, str, str, str, str]] = []
        for statement in (
            "set threads = 1",  # a world of ten records needs no second one
            f"attach '{path}' as vault",
            "create schema vault.identity",
            "create schema vault.accounting",
            "create table vault.accounting.pseudonym_pads (ipad blob, opad blob)",
        ):
            self.con.execute(statement).fetchall()
        block = KEY.ljust(64, b"\0")
        pads = [bytes(byte ^ pad for byte in block) for pad in (0x36, 0x5C)]
        self.con.execute("insert into vault.accounting.pseudonym_pads values (?, ?)", pads)

    def record(
        self,
        source: str,
        record_id: str,
        seen: str | None = "2017-01-01",
        linkable: bool = True,
        **values: str | None,
    ) -> None:
        """A record of a person; keywords are columns of the wide relation."""
        at = None if seen is None else datetime.fromisoformat(seen)
        head = dict(zip(RECORD, (source, record_id, at, at, linkable), strict=True))
        self.people.append(head | values)

    def reference(self, source: str, record_id: str, **values: str) -> None:
        """A ticket, survey answer or consent."""
        self.references.append({"source": source, "source_record_id": record_id, **values})

    def decide(self, decision: str, one: tuple[str, str], other: tuple[str, str]) -> None:
        """A pair of a steward's list; (source, id) each."""
        self.decisions.append((decision, *one, *other))

    def change(self, record_id: str, **values: str | None) -> None:
        """Correct the values of a record."""
        for row in self.people:
            if row["source_record_id"] == record_id:
                row.update(values)

    def drop(self, record_id: str) -> None:
        """Delete a record."""
        self.people = [row for row in self.people if row["source_record_id"] != record_id]

    def write_inputs(self) -> Inputs:
        """Write the relations as they stand."""
        self._write("int_identity_people", self.people, RECORD)
        self._write("int_identity_references", self.references, RECORD[:2])
        self.con.execute(
            "create or replace table vault.identity.int_identity_decisions (decision varchar,"
            " source_a varchar, source_record_id_a varchar, source_b varchar,"
            " source_record_id_b varchar)"
        ).fetchall()
        if self.decisions:
            self.con.executemany(
                "insert into vault.identity.int_identity_decisions values (?, ?, ?, ?, ?)",
                [list(pair) for pair in self.decisions],
            )
        return Inputs(
            people="vault.identity.int_identity_people",
            references="vault.identity.int_identity_references",
            decisions="vault.identity.int_identity_decisions",
        )

    def _write(self, table: str, rows: list[dict[str, Any]], head: tuple[str, ...]) -> None:
        types = {"first_seen_at": "timestamp", "observed_at": "timestamp", "is_linkable": "boolean"}
        names = [*head, *sorted({name for row in rows for name in row} - {*head})]
        columns = ", ".join(f'"{name}" {types.get(name, "varchar")}' for name in names)
        self.con.execute(f"create or replace table vault.identity.{table} ({columns})").fetchall()
        for start in range(0, len(rows), 200):
            part = rows[start : start + 200]
            places = ", ".join(f"({', '.join('?' * len(names))})" for _ in part)
            self.con.execute(
                f"insert into vault.identity.{table} values {places}",
                [row.get(name) for row in part for name in names],
            ).fetchall()

    def resolve(
        self, as_of: date = NIGHT, timezone: str = "America/New_York", **options: Any
    ) -> None:
        inputs = self.write_inputs()
        read_ledger(self.con, None if self.ledger is None else str(self.ledger / "*.parquet"))
        resolve(self.con, inputs, as_of, timezone, **options)

    def commit(self, run_id: str) -> int:
        """Publish the night: its keys enter the ledger."""
        assert self.ledger is not None
        prepare_commit(self.con, run_id)
        return commit_keys(self.con, self.ledger, run_id)

    def table(self, name: str) -> list[tuple]:
        """All rows of an identity table, in an order of their own."""
        return self.con.execute(f"select * from vault.identity.{name} order by all").fetchall()

    def rows(self, name: str, *columns: str) -> list[tuple]:
        """Some columns of an identity table, sorted."""
        return self.con.execute(
            f"select {', '.join(columns)} from vault.identity.{name} order by all"
        ).fetchall()

    def keys(self) -> dict[str, str]:
        """Record id to customer key of tonight."""
        return {
            record: key
            for record, key, current in self.rows(
                "customers_map", "source_record_id", "customer_key", "is_current"
            )
            if current
        }

    def customers(self) -> list[str]:
        """The customers as sorted lists of record ids, each joined with a space."""
        members: dict[str, list[str]] = {}
        for record, key in self.keys().items():
            members.setdefault(key, []).append(record)
        return sorted(" ".join(sorted(records)) for records in members.values())

    def verdicts(self) -> set[tuple[str, bool, str | None]]:
        """(rule, is_accepted, reason) of all links."""
        return set(self.rows("links", "rule", "is_accepted", "reason"))

    def figures(self) -> dict[str, float]:
        """The night report, without its limits."""
        return dict(self.rows("night_report", "measure", "figure"))

    def referred(self) -> dict[str, tuple]:
        """Reference id to (customer key, rule, reason)."""
        return {row[1]: row[2:] for row in self.table("references_map")}


def expected_key(source: str, record_id: str) -> str:
    """The customer key by Python's own HMAC."""
    text = f"{source}:{record_id}".encode()
    return "C" + hmac.new(KEY, text, hashlib.sha256).hexdigest()[:16]


@pytest.fixture
def vault() -> Iterator[Vault]:
    made = Vault()
    yield made
    made.con.close()


@pytest.fixture
def nightly(tmp_path: Path) -> Iterator[Vault]:
    """A vault that remembers the nights before."""
    made = Vault(ledger=tmp_path / "ledger")
    yield made
    made.con.close()
