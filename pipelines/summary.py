"""What `make run` says at the end: rows, gates, where to look, and three numbers for the business.

Everything is read from what was published, so the summary cannot say what readers do not see.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import duckdb

from assets.publish.switch import Publication
from pipelines.runtime.builds import Build
from pipelines.runtime.settings import PROJECT_ROOT, Settings

GATE = "gate"
"""Name of the blocking check that Great Expectations gives to each asset it audits."""


@dataclass(frozen=True)
class SourceRows:
    """Rows of one source, as the row accounting counts them; the last three add up to loaded."""

    source: str
    read: int
    loaded: int
    quarantined: int
    expired: int
    merged: int | None = None
    later: int | None = None
    staged: int | None = None


def success_lines(
    settings: Settings, live: Publication, checks: Sequence[dg.AssetCheckEvaluation]
) -> list[str]:
    """The summary of a run that was published."""
    current = settings.publish_current
    with duckdb.connect(str(current / "marts.duckdb"), read_only=True) as reader:
        sources = [
            SourceRows(*row)
            for row in reader.execute(
                """
                select source_name, sum(rows_read)::bigint, sum(rows_loaded)::bigint,
                    sum(rows_quarantined)::bigint, sum(rows_expired)::bigint,
                    sum(rows_merged)::bigint, sum(rows_after_as_of)::bigint,
                    sum(rows_staged)::bigint
                from publish.row_accounting group by source_name order by source_name
                """
            ).fetchall()
        ]
        business = _business_lines(reader, settings.reporting_currency)
    return [
        "",
        *_table(sources),
        "",
        *_gate_lines(checks),
        "",
        f"Published: run {live.run_id}, business date {live.as_of}, {len(live.tables)} tables",
        f"  DuckDB   {_short(current / 'marts.duckdb')}   (schema publish, e.g. "
        "select * from publish.customer_360 limit 10)",
        f"  Parquet  {_short(current / 'parquet')}/<table>.parquet",
        f"  Audit    {_short(settings.home / 'quality' / live.run_id)}",
        "  UI       make ui, then http://127.0.0.1:3000",
        "",
        *business,
    ]


def failure_lines(
    settings: Settings,
    live: Publication | None,
    checks: Sequence[dg.AssetCheckEvaluation],
    failures: Sequence[str],
    build: Build,
) -> list[str]:
    """The summary of a run that was not published: what failed, and what readers still see."""
    if live and live.run_id == build.run_id:
        kept = "The files of this run are published; what failed came after them."
    elif live:
        kept = (
            f"Nothing was published. Readers still see run {live.run_id}, business date "
            f"{live.as_of}."
        )
    else:
        kept = "Nothing was published, and nothing was before."
    landed = _landed(build)
    return [
        "",
        *(_table(landed) if landed else []),
        "",
        *_gate_lines(checks),
        *(f"  failed: {line}" for line in failures),
        "",
        kept,
        f"The failed build stays for inspection in {_short(build.folder)}.",
    ]


def _landed(build: Build) -> list[SourceRows]:
    if not build.vault_path.exists():
        return []
    with build.connect() as connection:
        known = connection.execute(
            "select count(*) from duckdb_tables() where database_name = 'vault' "
            "and schema_name = 'accounting' and table_name = 'landed'"
        ).fetchall()
        if known == [(0,)]:
            return []
        rows = connection.execute(
            """
            select source, sum(rows_read)::bigint, sum(rows_loaded)::bigint,
                sum(rows_quarantined)::bigint, sum(rows_expired)::bigint
            from (select distinct source, object, rows_read, rows_loaded, rows_quarantined,
                    rows_expired
                from vault.accounting.landed)
            group by source order by source
            """
        ).fetchall()
    return [SourceRows(*row) for row in rows]


def _table(sources: Iterable[SourceRows]) -> list[str]:
    names = ("read", "loaded", "quarantined", "expired", "merged", "later", "in staging")
    lines = [f"{'rows of':<13}" + "".join(f"{name:>12}" for name in names)]
    for rows in sources:
        counts = (
            *(rows.read, rows.loaded, rows.quarantined, rows.expired),
            *(rows.merged, rows.later, rows.staged),
        )
        cells = (f"{count:>12,}" if count is not None else f"{'-':>12}" for count in counts)
        lines.append(f"{rows.source:<13}" + "".join(cells))
    return lines


def _gate_lines(checks: Sequence[dg.AssetCheckEvaluation]) -> list[str]:
    gates = [check for check in checks if check.check_name == GATE]
    tests = [check for check in checks if check.check_name != GATE]
    lines = [
        f"Gates (Great Expectations): {sum(g.passed for g in gates)} of {len(gates)} passed; "
        f"dbt tests: {sum(t.passed for t in tests)} of {len(tests)} passed"
    ]
    for check in checks:
        if not check.passed:
            word = "stopped by" if check.severity is dg.AssetCheckSeverity.ERROR else "warning"
            reason = check.description or "see the check in the Dagster UI"
            lines.append(f"  {word}: {check.asset_key.to_user_string()}: {reason}")
    return lines


def _business_lines(reader: duckdb.DuckDBPyConnection, currency: str) -> list[str]:
    active, buyers, sales, sales_before, top_share = reader.execute(
        """
        with
        bounds as (select max(as_of_date) as as_of from publish.customer_360),
        orders as (
            select net_amount - refunded_amount as amount, as_of - ordered_date as days_ago
            from publish.fct_orders cross join bounds
            where is_valid_order
        ),
        margins as (
            select historic_margin_amount as margin,
                ntile(5) over (order by historic_margin_amount desc, customer_key) as fifth
            from publish.customer_lifetime_value where historic_order_count > 0
        )
        select
            (select count(*) from publish.rfm where frequency > 0 and recency_days < 90),
            (select count(*) from publish.rfm where frequency > 0),
            (select coalesce(sum(amount), 0) from orders where days_ago < 30),
            (select sum(amount) from orders where days_ago between 30 and 59),
            (select sum(margin) filter (fifth = 1) / nullif(sum(margin), 0) from margins)
        """
    ).fetchall()[0]
    change = f" ({sales / sales_before - 1:+.1%} on the 30 days before)" if sales_before else ""
    share = f"{top_share:.0%}" if top_share is not None else "no share"
    return [
        "Three numbers:",
        f"  活跃客户  {active:,} of {buyers:,} customers who ever bought did so in the last 90 "
        "days",
        f"  销售额    {sales:,.2f} {currency} net sales in the last 30 days{change}",
        f"  高价值    {share} of all margin so far comes from the best fifth of the customers",
    ]


def _short(path: Path) -> str:
    return str(path.relative_to(PROJECT_ROOT)) if path.is_relative_to(PROJECT_ROOT) else str(path)
