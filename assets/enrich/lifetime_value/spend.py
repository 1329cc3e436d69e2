"""SQL expressions of a customer's spend per order and margin ratio.

Gamma-Gamma's expectation is credibility: a customer's own amounts, and k orders of the mean of all
customers. Margin ratio and share of orders with an amount are shrunk in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assets.enrich.lifetime_value.fit import Fit
from assets.enrich.lifetime_value.settings import ValueSettings
from assets.enrich.lifetime_value.summaries import SUMMARIES

if TYPE_CHECKING:
    import duckdb

MOST_MONEY = 1e15
"""Amounts are kept below this, so that they fit decimal(18, 2)."""


@dataclass(frozen=True)
class Company:
    """What all customers have in common.

    Attributes:
        mean_amount: mean of customers' mean amounts above zero.
        spend_share: share of purchase days with an amount above zero.
        margin_ratio: margin per amount, between 0 and 1; the settings' where no margin is known.
    """

    mean_amount: float
    spend_share: float
    margin_ratio: float


def read_company(
    con: duckdb.DuckDBPyConnection, settings: ValueSettings, summaries: str = SUMMARIES
) -> Company:
    """What all customers of the summaries have in common; exact sums, in any order of rows."""
    [(mean, days, spend_days, margin, amount)] = con.execute(
        f"""
        select
            avg(spend_amount / spend_days) filter (where spend_days > 0),
            coalesce(sum(x + 1), 0),
            coalesce(sum(spend_days), 0),
            sum(margin_amount),
            sum(net_amount) filter (where margin_amount is not null)
        from {summaries}
        """
    ).fetchall()
    ratio = settings.default_margin_ratio
    if amount is not None and amount > 0:
        ratio = min(max(float(margin) / float(amount), 0.0), 1.0)
    share = spend_days / days if days and spend_days else 1.0
    return Company(round(float(mean or 0), 6), float(share), ratio)


@dataclass(frozen=True)
class SpendColumns:
    """SQL expressions over the columns of the summaries.

    Attributes:
        per_order: amount expected of an order, orders without an amount included.
        margin_ratio: margin expected per amount, between 0 and 1.
        variation: of the sum of a number of orders `{orders}`: squared coefficient of variation,
            from amounts that vary and from what is unknown of the customer.
    """

    per_order: str
    margin_ratio: str
    variation: str


def spend_columns(spend: Fit, company: Company, settings: ValueSettings) -> SpendColumns:
    """The expressions for a fit of spend (parameters p, q, v; q above one)."""
    p, q, v = (f"{value!r}::double" for value in spend.parameters)
    k = f"{settings.margin_credibility!r}::double"
    own = "greatest(-1, least(1, margin_amount::double / net_amount::double))"
    ratio = (
        "case when net_amount > 0 and margin_amount is not null then"
        f" ({own} * spend_days + {k} * {company.margin_ratio!r}::double)"
        f" / greatest(spend_days + {k}, 1e-9)"
        f" else {company.margin_ratio!r}::double end"
    )
    share = f"(spend_days + {company.spend_share!r}::double) / (x + 2)"
    shape = f"({p} * spend_days + {q})"
    amounts = f"({p} * {{orders}})"
    return SpendColumns(
        per_order=(
            f"least({p} * ({v} + spend_amount::double) / ({shape} - 1) * {share}, {MOST_MONEY!r})"
        ),
        margin_ratio=f"greatest(0, least(1, {ratio}))",
        variation=f"({amounts} + {shape} - 1) / ({amounts} * greatest({shape} - 2, 0.5))",
    )
