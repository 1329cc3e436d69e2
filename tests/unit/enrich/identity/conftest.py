"""A small vault in memory, as the raw and staging stages would hand it over."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from datetime import date, datetime

import duckdb
import pytest

from assets.enrich.identity.resolve import resolve

KEY = b"a key for tests only"


class Vault:
    """Hand-made identity inputs, and what identity resolution makes of them."""

    def __init__(self, path: str = ":memory:") -> None:
        self.con = duckdb.connect()
        for statement in (
            f"attach '{path}' as vault",
            "create schema vault.identity",
            "create schema vault.accounting",
            "create table vault.accounting.pseudonym_pads (ipad blob, opad blob)",
            """create table vault.identity.int_identity_records (
                source varchar, source_record_id varchar, record_name varchar,
                first_seen_at timestamp, is_linkable boolean)""",
            """create table vault.identity.int_identity_identifiers_raw (
                source varchar, source_record_id varchar, identifier_type varchar,
                raw_value varchar, is_reference boolean)""",
        ):
            self.con.execute(statement).fetchall()
        block = KEY.ljust(64, b"\0")
        pads = [bytes(byte ^ pad for byte in block) for pad in (0x36, 0x5C)]
        self.con.execute("insert into vault.accounting.pseudonym_pads values (?, ?)", pads)

    def record(
        self,
        source: str,
        record_id: str,
        seen: str = "2017-01-01",
        linkable: bool = True,
        **ids: str,
    ) -> None:
        """A record of a person; keywords are identifiers, a number at the end is cut off."""
        self.con.execute(
            "insert into vault.identity.int_identity_records values (?, ?, null, ?, ?)",
            [source, record_id, datetime.fromisoformat(seen), linkable],
        ).fetchall()
        self._identifiers(source, record_id, ids, is_reference=False)

    def reference(self, source: str, record_id: str, **ids: str) -> None:
        """A ticket, survey answer or consent."""
        self._identifiers(source, record_id, ids, is_reference=True)

    def _identifiers(
        self, source: str, record_id: str, ids: dict[str, str], is_reference: bool
    ) -> None:
        for kind, value in ids.items():
            self.con.execute(
                "insert into vault.identity.int_identity_identifiers_raw values (?, ?, ?, ?, ?)",
                [source, record_id, kind.rstrip("0123456789"), value, is_reference],
            ).fetchall()

    def resolve(self) -> None:
        resolve(self.con, as_of=date(2017, 12, 31), timezone="America/New_York")

    def table(self, name: str) -> list[tuple]:
        return self.con.execute(f"select * from vault.identity.{name}").fetchall()

    def keys(self) -> dict[str, str]:
        """Record id to customer key."""
        return {row[1]: row[2] for row in self.table("customers_map")}

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
