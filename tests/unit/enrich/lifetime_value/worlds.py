"""Small companies in memory, and the whole way from their purchases to predictions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import duckdb

from assets.enrich.lifetime_value.fallback import purchases_to_use, spend_to_use
from assets.enrich.lifetime_value.fit import ALL, MODELS, Fit, fit_purchases, fit_spend
from assets.enrich.lifetime_value.scoring import Inputs, score
from assets.enrich.lifetime_value.settings import ValueSettings
from assets.enrich.lifetime_value.spend import read_company
from assets.enrich.lifetime_value.summaries import read_groups, read_spends, summarise

UNTIL = date(2026, 6, 30)
Purchase = tuple[str, int, float, float | None]
"""Customer, days before UNTIL (negative: after it), net amount, margin amount."""


def company(purchases: Sequence[Purchase]) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(config={"threads": 2})
    con.execute(
        "create table purchase_days (customer_key varchar, as_of_date date, purchased_on date,"
        " order_count integer, net_amount decimal(18, 2), margin_amount decimal(18, 2),"
        " channel_id varchar)"
    ).fetchall()
    if purchases:
        con.executemany(
            f"insert into purchase_days values (?, date '{UNTIL}', ?, 1, ?, ?, 'shop')",
            [
                (customer, UNTIL - timedelta(days=days), amount, margin)
                for customer, days, amount, margin in purchases
            ],
        )
    return con


def predict(
    con: duckdb.DuckDBPyConnection,
    model: str = "mbg_nbd",
    until: date = UNTIL,
    settings: ValueSettings | None = None,
    corrections: str | None = None,
    relation: str = "purchase_days",
) -> tuple[Fit, Fit]:
    """Write `predictions`; gives the fits of purchases and of spend as they came out."""
    settings = settings or ValueSettings()
    summarise(con, relation, until)
    groups = read_groups(con)
    fit = fit_purchases(MODELS[model], groups)
    spend = fit_spend(read_spends(con, repeat_only=False), repeat_only=False)
    mean = read_company(con, settings).mean_amount
    inputs = Inputs(
        {ALL: purchases_to_use(fit, groups)}, spend_to_use(spend, mean), until, corrections
    )
    score(con, inputs, settings, "predictions")
    return fit, spend


def rows(con: duckdb.DuckDBPyConnection, table: str = "predictions") -> list[dict[str, Any]]:
    columns = [name for (name, *_) in con.execute(f"describe {table}").fetchall()]
    listed = con.execute(f"from {table} order by customer_key").fetchall()
    return [dict(zip(columns, row, strict=True)) for row in listed]
