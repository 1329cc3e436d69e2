"""A small vault file as identity resolution leaves it, with a canary in every personal field."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

import duckdb

KEY = b"a key for tests only"
CANARY = "canary-of-a-person"
PHONE = "+8613900001234"

TABLES = """
create table customers_map (source varchar, source_record_id varchar, customer_key varchar,
    valid_from date, valid_to date, is_current boolean);
create table links (link_id varchar, source_a varchar, source_record_id_a varchar,
    source_b varchar, source_record_id_b varchar, rule varchar, identifier_type varchar,
    identifier_hash varchar, agreement varchar, score double, is_accepted boolean, reason varchar);
create table identifiers (source varchar, source_record_id varchar, identifier_type varchar,
    identifier_value varchar, is_valid boolean, invalid_reason varchar, is_shared boolean,
    is_reference boolean);
create table references_map (source varchar, source_record_id varchar, customer_key varchar,
    rule varchar, reason varchar);
create table rules (rule varchar, weight double, meaning varchar);
create table key_events (event_date date, event_type varchar, customer_key varchar,
    other_customer_key varchar, record_count bigint);
create table int_identity_records (source varchar, source_record_id varchar, record_name varchar,
    is_linkable boolean);
insert into rules values ('same_phone', 0.95, 'Same phone number, and the names agree.');
"""


def digest(text: str) -> str:
    """The keyed hash by Python's own HMAC."""
    return hmac.new(KEY, text.encode(), hashlib.sha256).hexdigest()


class Build:
    """A vault that a test fills by hand."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self.con = duckdb.connect()
        self._run(f"attach '{folder / 'vault.duckdb'}' as vault")
        self._run("create schema vault.accounting; create schema vault.identity")
        self._run("create table vault.accounting.pseudonym_pads (ipad blob, opad blob)")
        block = KEY.ljust(64, b"\0")
        pads = [bytes(byte ^ pad for byte in block) for pad in (0x36, 0x5C)]
        self._run("insert into vault.accounting.pseudonym_pads values (?, ?)", *pads)
        self._run("use vault.identity")
        self._run(TABLES)

    def record(
        self, name: str, key: str, since: str = "2017-01-01", until: str | None = None, **more: bool
    ) -> None:
        """A record and its customer; with `until` an earlier one."""
        source, _, record_id = name.partition(":")
        self._run(
            "insert into customers_map values (?, ?, ?, ?, ?, ?)",
            *(source, record_id, key, since, until, until is None),
        )
        if until is None:
            self._run(
                "insert into int_identity_records values (?, ?, ?, ?)",
                *(source, record_id, CANARY, more.get("linkable", True)),
            )

    def carries(self, name: str, kind: str, value: str, reason: str | None = None) -> None:
        """An identifier of a record; the reason `shared` is that of a sound but shared one."""
        valid = reason in (None, "shared")
        flaw = None if valid else reason
        self._run(
            "insert into identifiers values (?, ?, ?, ?, ?, ?, ?, false)",
            *(*name.split(":", 1), kind, value, valid, flaw, reason == "shared"),
        )

    def link(
        self,
        a: str,
        b: str,
        reason: str | None = None,
        rule: str = "same_phone",
        weight: float = 0.95,
        value: str | None = PHONE,
        agreement: str = "name:same birth_date:unknown",
    ) -> None:
        """A link; with a reason it was refused."""
        kind = value and "phone"
        hashed = value and digest(f"phone:{value}")
        self._run(
            "insert into links values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(a + b + rule, *a.split(":", 1), *b.split(":", 1), rule, kind, hashed, agreement),
            *(weight, reason is None, reason),
        )

    def event(self, day: str, kind: str, key: str, other: str) -> None:
        self._run("insert into key_events values (?, ?, ?, ?, 2)", day, kind, key, other)

    def refers(self, name: str, key: str) -> None:
        self._run(
            "insert into references_map values (?, ?, ?, 'same_phone', null)",
            *(*name.split(":", 1), key),
        )

    def drop(self, table: str) -> None:
        self._run(f"drop table {table}")

    def close(self) -> None:
        self.con.close()

    def _run(self, sql: str, *values: object) -> None:
        self.con.execute(sql, list(values)).fetchall()
