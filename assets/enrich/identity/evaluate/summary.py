"""What a try-out prints: counts only, nothing of a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from assets.enrich.identity.evaluate.errors import some

if TYPE_CHECKING:
    import duckdb

    from assets.enrich.identity.evaluate.lists import ListCounts
    from assets.enrich.identity.evaluate.load import Loaded
    from assets.enrich.identity.keys.changes import KeyChanges


@dataclass(frozen=True)
class Summary:
    """What came of a try-out.

    Attributes:
        as_of: business date of the night.
        is_first: whether there was no night before.
        loaded: source to what was read of it.
        pairs: list to what it holds.
        records: number of records.
        customers: number of customers.
        links: rule, pairs linked by it, pairs refused under it; strongest rule first.
        refusals: reason and number of pairs refused for it.
        changes: tonight against the night before.
        out: the result.
        states: the states that were written.
    """

    as_of: date
    is_first: bool
    loaded: dict[str, Loaded]
    pairs: dict[str, ListCounts]
    records: int
    customers: int
    links: list[tuple[str, int, int]]
    refusals: list[tuple[str, int]]
    changes: KeyChanges
    out: Path
    states: list[Path]

    def lines(self) -> Iterator[str]:
        """The summary as lines of text."""
        night = "first night" if self.is_first else "a later night"
        yield f"Identity of {self.records:,} records, {night}, as of {self.as_of}"
        for source, loaded in self.loaded.items():
            yield f"  {source:<24} {loaded.records:>11,} records"
            if loaded.unread_dates:
                yield (
                    f"  note: first_seen of {loaded.unread_dates:,} records of {source} is no date "
                    "that can be read (year first, such as 2017-03-31); taken as unknown"
                )
        for decision, counts in self.pairs.items():
            gone = f", {counts.gone:,} of records that have left" if counts.gone else ""
            yield f"  {decision:<24} {counts.pairs:>11,} pairs{gone}"
            if counts.unknown:
                yield (
                    f"  note: {len(counts.unknown):,} pairs of {decision} name a record that is in "
                    f"no file: line {some(list(counts.unknown))}; the source must be a name under "
                    "`sources:` of the mapping and the id be written as in its file"
                )
        yield f"Customers: {self.customers:,}"
        yield "Links by rule: (linked, refused)"
        for rule, linked, refused in self.links:
            yield f"  {rule:<24} {linked:>11,} {refused:>11,}"
        if self.refusals:
            reasons = ", ".join(f"{reason} {count:,}" for reason, count in self.refusals)
            yield f"Refused because: {reasons}"
        changes = self.changes
        yield (
            f"Changes: NEW {changes.new:,}  JOINED {changes.joined:,}  MERGED {changes.merged:,}  "
            f"SPLIT {changes.split:,}  RETIRED {changes.retired:,}"
        )
        if not self.is_first:
            yield (
                f"  {changes.changed_records:,} of {changes.compared_records:,} records of both "
                "nights have another key"
            )
        sizes = ", ".join(f"{size:,}" for size in changes.largest_clusters)
        yield f"Largest customers, in records: {sizes or 'none'}"
        yield f"Keys:  {self.out}"
        for state in self.states:
            yield f"State: {state}"


def read_links(
    con: duckdb.DuckDBPyConnection,
) -> tuple[list[tuple[str, int, int]], list[tuple[str, int]]]:
    """Pairs linked and refused per rule, and refused per reason."""
    rules = con.execute(
        """
        select
            rule,
            count(*) filter (is_accepted) as linked,
            count(*) filter (not is_accepted) as refused
        from vault.identity.links
        group by rule
        order by max(score) desc, rule
        """
    ).fetchall()
    reasons = con.execute(
        """
        select reason, count(*) as refused
        from vault.identity.links
        where not is_accepted
        group by reason
        order by refused desc, reason
        """
    ).fetchall()
    return rules, reasons
