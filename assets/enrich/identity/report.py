"""What a run of identity resolution did, in counts only: fit for logs, metadata and the UI."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assets.enrich.identity.keys.changes import KeyChanges, count_changes
from assets.enrich.identity.schemas import COLUMNS

if TYPE_CHECKING:
    import duckdb

Row = tuple[Any, ...]


@dataclass(frozen=True)
class IdentityReport:
    """Counts over the identity tables of a build.

    Attributes:
        row_counts: table name to number of rows.
        identifiers: (type, verdict, count); the verdict is valid, shared or why it is invalid.
        links: (rule, accepted, rejected).
        cluster_sizes: (records, customers) for every size that occurs.
        references: (source, records, resolved).
        unresolved: (reason, records).
        review: (reason, customers) that a steward should look at.
        night: (measure, figure, limit) of tonight against the night before; limit None: no limit.
        changes: the same changes as counts by name.
    """

    row_counts: dict[str, int]
    identifiers: list[Row]
    links: list[Row]
    cluster_sizes: list[Row]
    references: list[Row]
    unresolved: list[Row]
    review: list[Row]
    night: list[Row]
    changes: KeyChanges

    @property
    def customers(self) -> int:
        """Number of customers."""
        return sum(customers for _, customers in self.cluster_sizes)

    @property
    def largest_cluster(self) -> int:
        """Number of records of the customer with the most records."""
        return max((size for size, _ in self.cluster_sizes), default=0)

    @property
    def resolved_ratio(self) -> float | None:
        """Share of references that found their customer; None without references."""
        total = sum(records for _, records, _ in self.references)
        return sum(resolved for _, _, resolved in self.references) / total if total else None


def read_report(con: duckdb.DuckDBPyConnection) -> IdentityReport:
    """Count what `resolve` wrote into the vault."""
    return IdentityReport(
        row_counts={
            table: con.execute(f"select count(*) from vault.identity.{table}").fetchall()[0][0]
            for table in COLUMNS
        },
        identifiers=con.execute(
            """
            select
                identifier_type,
                case when is_shared then 'shared' else coalesce(invalid_reason, 'valid') end,
                count(*)
            from vault.identity.identifiers
            group by all
            order by 1, 3 desc, 2
            """
        ).fetchall(),
        links=con.execute(
            """
            select rule, count_if(is_accepted), count_if(not is_accepted)
            from vault.identity.links
            group by rule
            order by rule
            """
        ).fetchall(),
        cluster_sizes=con.execute(
            """
            with clusters as (
                select count(*) as records
                from vault.identity.customers_map
                where is_current
                group by customer_key
            )
            select records, count(*) from clusters group by records order by records
            """
        ).fetchall(),
        references=con.execute(
            """
            select source, count(*), count(*) filter (where customer_key <> 'unknown')
            from vault.identity.references_map
            group by source
            order by source
            """
        ).fetchall(),
        unresolved=con.execute(
            """
            select reason, count(*)
            from vault.identity.references_map
            where reason is not null
            group by reason
            order by 2 desc, 1
            """
        ).fetchall(),
        review=con.execute(
            """
            select reason, count(*)
            from vault.identity.review
            group by reason
            order by 2 desc, 1
            """
        ).fetchall(),
        night=con.execute(
            "select measure, figure, upper_limit from vault.identity.night_report order by position"
        ).fetchall(),
        changes=count_changes(con),
    )
