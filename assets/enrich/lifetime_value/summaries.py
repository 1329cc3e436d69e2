"""From purchase days to what the models need: one row per customer, then groups of customers.

Plain aggregates, so that any engine can run them; only the groups come into memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.enrich.arrays import read_arrays
from assets.enrich.lifetime_value.models.base import Groups
from assets.enrich.lifetime_value.models.gamma_gamma import Spends

if TYPE_CHECKING:
    from datetime import date

    import duckdb

SUMMARIES = "purchase_summaries"
"""One row per customer with a purchase until the date."""
GROUPS = "purchase_groups"
"""One row per segment, x, t_x_days and t_days, with `customers`."""
MOST_GROUPS = 100_000
"""With more groups than this, a fit reads weeks instead of days (see `read_groups`)."""
MOST_SPENDERS = 100_000
"""With more customers than this, a fit of spend reads amounts in classes of a thousandth."""


def summarise(
    con: duckdb.DuckDBPyConnection,
    purchase_days: str,
    until: date,
    segment_column: str | None = None,
    summaries: str = SUMMARIES,
    groups: str = GROUPS,
) -> None:
    """Make the temp tables `summaries` and `groups` of all purchases until a date, it included.

    `summaries`, one row per customer: customer_key, segment, x (distinct days less one),
    t_x_days (first to last purchase), t_days (first purchase to `until`), first_on, last_on,
    net_amount, margin_amount (null where no purchase has one), spend_days and
    spend_amount (days with an amount above zero), repeat_spend_days and repeat_spend_amount
    (the same without the first day).

    Args:
        con: connection that holds the purchases.
        purchase_days: relation of the shape of core.customer_purchase_days: one row per customer
            and day; later days are not read.
        until: the last day that counts.
        segment_column: column whose value at the first purchase is the segment, else one for all.
        summaries: name of the first table.
        groups: name of the second table.
    """
    segment = "'all'" if segment_column is None else f"min_by({segment_column}, purchased_on)"
    con.execute(
        f"""
        create or replace temp table {summaries} as
        with purchases as (
            select * from {purchase_days} where purchased_on <= date '{until}'
        ),
        totals as (
            select
                customer_key,
                {segment} as segment,
                count(*) as days,
                min(purchased_on) as first_on,
                max(purchased_on) as last_on,
                sum(net_amount) as net_amount,
                sum(margin_amount) as margin_amount,
                count(case when net_amount > 0 then 1 end) as spend_days,
                sum(greatest(net_amount, 0)) as spend_amount,
                min_by(net_amount, purchased_on) as first_amount
            from purchases
            group by customer_key
        )
        select
            customer_key,
            coalesce(segment, 'unknown') as segment,
            (days - 1)::integer as x,
            (last_on - first_on)::integer as t_x_days,
            (date '{until}' - first_on)::integer as t_days,
            first_on,
            last_on,
            net_amount::decimal(18, 2) as net_amount,
            margin_amount::decimal(18, 2) as margin_amount,
            spend_days::integer as spend_days,
            spend_amount::decimal(18, 2) as spend_amount,
            (spend_days - (first_amount > 0)::integer)::integer as repeat_spend_days,
            (spend_amount - greatest(first_amount, 0))::decimal(18, 2) as repeat_spend_amount
        from totals
        """
    ).fetchall()
    con.execute(
        f"""
        create or replace temp table {groups} as
        select segment, x, t_x_days, t_days, count(*) as customers
        from {summaries}
        group by all
        """
    ).fetchall()


def read_groups(
    con: duckdb.DuckDBPyConnection,
    segment: str | None = None,
    groups: str = GROUPS,
    most_groups: int = MOST_GROUPS,
) -> Groups:
    """The groups of a segment, or of all customers, in the order of x, t_x, t.

    With more than `most_groups`, t_x and t are taken at the middle of their week, which moves the
    parameters by less than half a per cent; purchases are never merged.
    """
    chosen = "true" if segment is None else "segment = $segment"
    asked = {} if segment is None else {"segment": segment}
    exact = f"select x, t_x_days, t_days, customers from {groups} where {chosen}"
    [(rows,)] = con.execute(
        f"select count(*) from (select distinct x, t_x_days, t_days from ({exact}))", asked
    ).fetchall()
    first, since = "t_x_days", "t_days"
    if rows > most_groups:
        first = "case when x = 0 then 0 else t_x_days // 7 * 7 + 3 end"
        since = "t_days // 7 * 7 + 3"
    con.execute(
        f"""
        create or replace temp table groups_to_fit as
        select
            x::double as x,
            ({first}) / 7.0::double as t_x,
            ({since}) / 7.0::double as t,
            sum(customers)::double as count
        from ({exact})
        group by all
        """,
        asked,
    ).fetchall()
    return Groups(**read_arrays(con, "select * from groups_to_fit order by x, t_x, t"))


def read_spends(
    con: duckdb.DuckDBPyConnection,
    repeat_only: bool,
    summaries: str = SUMMARIES,
    most_spenders: int = MOST_SPENDERS,
) -> Spends:
    """Customers with spend by number and mean of their amounts, in the order of both.

    With more than `most_spenders`, customers whose means differ by less than a thousandth share
    their exact mean.

    Args:
        con: connection that holds the summaries.
        repeat_only: leave the first purchase day out, as the published examples do.
        summaries: name of the table.
        most_spenders: customers up to which every amount is taken as it is.
    """
    kind = "repeat_spend" if repeat_only else "spend"
    days, amount = f"{kind}_days", f"{kind}_amount"
    [(spenders,)] = con.execute(f"select count(*) from {summaries} where {days} > 0").fetchall()
    near = amount if spenders <= most_spenders else f"round(1000 * ln({amount} / {days}))::integer"
    con.execute(
        f"""
        create or replace temp table spends_to_fit as
        select
            {days}::double as n,
            (sum({amount})::double / count(*) / {days})::double as mean,
            count(*)::double as count
        from {summaries}
        where {days} > 0
        group by {days}, {near}
        """
    ).fetchall()
    return Spends(**read_arrays(con, "select * from spends_to_fit order by n, mean"))


def read_segments(
    con: duckdb.DuckDBPyConnection, groups: str = GROUPS
) -> dict[str, tuple[int, int]]:
    """Customers and repeat buyers of each segment, in the order of names."""
    rows = con.execute(
        f"""
        select
            segment,
            sum(customers)::bigint,
            coalesce(sum(customers) filter (where x > 0), 0)::bigint
        from {groups}
        group by segment
        order by segment
        """
    ).fetchall()
    return {segment: (customers, repeat) for segment, customers, repeat in rows}
