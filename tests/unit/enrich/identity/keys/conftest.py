"""Nights of identity resolution, with the clusters given by hand."""

from __future__ import annotations

import hashlib
import hmac
import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

import duckdb
import pytest

from assets.enrich.identity.keys.assign import assign_keys

KEY = b"a key for tests only"
TABLES = ("customers_map", "key_events", "key_aliases", "ledger_changes")
Clusters = Sequence[Iterable[str]]


def day(number: int) -> date:
    return date(2017, 1, 1) + timedelta(days=number)


def expected_key(record: str, attempt: int = 0) -> str:
    """The customer key by Python's own HMAC."""
    text = f"crm:{record}" + (f"|{attempt}" if attempt else "")
    return "C" + hmac.new(KEY, text.encode(), hashlib.sha256).hexdigest()[:16]


class Nights:
    """One vault and one ledger; a record is a letter or word, the first in order the oldest."""

    def __init__(self, with_ledger: bool = True) -> None:
        self.con = duckdb.connect()
        for statement in (
            "attach ':memory:' as vault",
            "create schema vault.identity",
            "create schema vault.accounting",
            "create table vault.accounting.pseudonym_pads (ipad blob, opad blob)",
        ):
            self.con.execute(statement).fetchall()
        if with_ledger:
            self.con.execute(
                """
                create temp table identity_ledger (
                    as_of date, sequence bigint, source varchar, source_record_id varchar,
                    customer_key varchar
                )
                """
            ).fetchall()
        block = KEY.ljust(64, b"\0")
        pads = [bytes(byte ^ pad for byte in block) for pad in (0x36, 0x5C)]
        self.con.execute("insert into vault.accounting.pseudonym_pads values (?, ?)", pads)
        self.sequence = 0

    def run(
        self,
        number: int,
        clusters: Clusters,
        *,
        commit: bool = True,
        seen: dict[str, datetime] | None = None,
        shuffle: random.Random | None = None,
    ) -> dict[str, str]:
        """Resolve night `number` with these clusters; give the key of each record."""
        groups = [sorted(cluster) for cluster in clusters if cluster]
        records = sorted(record for group in groups for record in group)
        node = {record: position for position, record in enumerate(records)}
        founder = {record: node[group[0]] for group in groups for record in group}
        order = list(records)
        if shuffle:
            shuffle.shuffle(order)
        self.con.execute(
            """
            create or replace temp table identity_nodes as
            select cast(unnest($nodes) as integer) as node, 'crm' as source,
                cast(unnest($records) as varchar) as source_record_id,
                cast(unnest($seen) as timestamp) as first_seen_at, true as is_linkable
            """,
            {
                "nodes": [node[record] for record in order],
                "records": order,
                "seen": [(seen or {}).get(record) for record in order],
            },
        ).fetchall()
        self.con.execute(
            """
            create or replace temp table identity_clusters as
            select cast(unnest($nodes) as integer) as node,
                cast(unnest($founders) as integer) as founder
            """,
            {
                "nodes": [node[record] for record in order],
                "founders": [founder[record] for record in order],
            },
        ).fetchall()
        assign_keys(self.con, day(number), "Asia/Shanghai")
        if commit:
            self.commit()
        return self.keys()

    def commit(self) -> None:
        self.sequence += 1
        self.con.execute(
            """
            insert into identity_ledger
            select as_of, $sequence, source, source_record_id, customer_key
            from vault.identity.ledger_changes
            """,
            {"sequence": self.sequence},
        ).fetchall()

    def copy(self, shuffle: random.Random) -> Nights:
        """A vault that has nothing but the ledger, its rows in another order."""
        rows = self.con.execute("select * from identity_ledger").fetchall()
        shuffle.shuffle(rows)
        other = Nights()
        if rows:
            other.con.executemany("insert into identity_ledger values (?, ?, ?, ?, ?)", rows)
        other.sequence = self.sequence
        return other

    def table(self, name: str) -> list[tuple]:
        return self.con.execute(f"select * from vault.identity.{name}").fetchall()

    def tables(self) -> dict[str, list[tuple]]:
        """All tables; only customers_map follows the order in which the records are stored."""
        tables = {name: self.table(name) for name in TABLES}
        tables["customers_map"].sort(key=lambda row: (row[1], row[3]))
        return tables

    def keys(self) -> dict[str, str]:
        return {row[1]: row[2] for row in self.table("customers_map") if row[5]}

    def events(self, number: int) -> list[tuple]:
        """(event_type, key, other key, records) of one night."""
        return [row[1:] for row in self.table("key_events") if row[0] == day(number)]

    def aliases(self) -> dict[str, tuple]:
        """Old key to (key, became_on, reason)."""
        return {row[0]: row[1:] for row in self.table("key_aliases")}

    def history(self) -> set[tuple]:
        """customers_map without the numbers of the records."""
        return {row[:6] for row in self.table("customers_map")}

    def record_numbers(self) -> dict[str, int]:
        """Record to its number; only records of tonight have one."""
        return {row[1]: row[6] for row in self.table("customers_map") if row[6] is not None}

    def periods(self, record: str) -> list[tuple]:
        """(key, valid_from, valid_to, is_current) of one record."""
        return [row[2:6] for row in self.table("customers_map") if row[1] == record]

    def close(self) -> None:
        self.con.close()


@pytest.fixture
def nights() -> Iterator[Nights]:
    made = Nights()
    yield made
    made.close()
