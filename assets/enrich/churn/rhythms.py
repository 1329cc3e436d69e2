"""The rhythm of every purchase day as it was known on it, and of the categories on a date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from assets.enrich.churn.inputs import Defaults, Inputs

if TYPE_CHECKING:
    import duckdb

MIN_CATEGORY_CUSTOMERS = 50
"""Customers with a rhythm that a category needs before its median stands in for others."""


def write_days(
    con: duckdb.DuckDBPyConnection, inputs: Inputs, defaults: Defaults, as_of: date
) -> None:
    """Write the temp table `churn_days`: one row per customer and purchase day until `as_of`.

    `median_gap_days` knows no later gap and `category` no later spend; `next_purchase_on` is for
    labels only. `category`, the one with the largest spend so far, is filled where the customer
    has too few purchase days for a rhythm.
    """
    con.execute(
        f"""
        create or replace temp table churn_days as
        with numbered as (
            select
                customer_key,
                purchased_on,
                cast(row_number() over own as integer) as purchase_day_number,
                cast(purchased_on - first_value(purchased_on) over own as integer) as t_x_days,
                cast(purchased_on - lag(purchased_on) over own as integer) as gap_days,
                lead(purchased_on) over own as next_purchase_on
            from {inputs.purchase_days}
            where purchased_on <= $as_of
            window own as (partition by customer_key order by purchased_on)
        ),
        early_days as (
            select customer_key, purchased_on
            from numbered
            where purchase_day_number < {defaults.min_purchase_days}
        ),
        early_spend as (
            select spend.customer_key, spend.purchased_on, spend.category, spend.net_amount
            from {inputs.category_days} as spend
            inner join early_days
                on
                    spend.customer_key = early_days.customer_key
                    and spend.purchased_on = early_days.purchased_on
            where spend.category is not null
        ),
        spent_so_far as (
            select
                early_days.customer_key,
                early_days.purchased_on,
                early_spend.category,
                sum(early_spend.net_amount) as net_amount
            from early_days
            inner join early_spend
                on
                    early_days.customer_key = early_spend.customer_key
                    and early_days.purchased_on >= early_spend.purchased_on
            group by early_days.customer_key, early_days.purchased_on, early_spend.category
        ),
        categories as (
            select
                customer_key,
                purchased_on,
                min_by(category, row(-net_amount, category)) as category
            from spent_so_far
            group by customer_key, purchased_on
        )
        select
            numbered.*,
            median(numbered.gap_days) over (
                partition by numbered.customer_key
                order by numbered.purchased_on
                rows between unbounded preceding and current row
            ) as median_gap_days,
            categories.category
        from numbered
        left join categories using (customer_key, purchased_on)
        """,
        {"as_of": as_of},
    ).fetchall()


def write_spend(con: duckdb.DuckDBPyConnection, inputs: Inputs, dates: Iterable[date]) -> None:
    """Write the temp table `churn_spend`: net amount until each date, by customer and category.

    One reading for all dates, because the order lines are by far the largest table.
    """
    amounts = ", ".join(
        f"sum(net_amount) filter (purchased_on <= date '{day}') as {_until(day)}"
        for day in sorted(set(dates))
    )
    con.execute(
        f"""
        create or replace temp table churn_spend as
        select customer_key, category, {amounts}
        from {inputs.category_days} as spend
        where category is not null
        group by customer_key, category
        """
    ).fetchall()


def _until(day: date) -> str:
    return f"until_{day:%Y%m%d}"


def write_references(con: duckdb.DuckDBPyConnection, defaults: Defaults, until: date) -> None:
    """Write the temp table `churn_references`: the rhythm of others, as known on `until`.

    One row per category with at least MIN_CATEGORY_CUSTOMERS customers who have a rhythm, and one
    with an empty category for all of them together, if they are as many: the median of their
    median gaps in days. `until` is one of the dates of write_spend.
    """
    con.execute(
        f"""
        create or replace temp table churn_references as
        with rhythms as (
            select customer_key, median_gap_days
            from churn_days
            where
                purchase_day_number >= {defaults.min_purchase_days}
                and purchased_on <= $until
                and (next_purchase_on is null or next_purchase_on > $until)
        ),
        main_categories as (
            select customer_key, min_by(category, row(-{_until(until)}, category)) as category
            from churn_spend
            where {_until(until)} is not null
            group by customer_key
        ),
        placed as (
            select main_categories.category, rhythms.median_gap_days
            from rhythms
            inner join main_categories using (customer_key)
            union all
            select null as category, median_gap_days from rhythms
        )
        select
            category,
            count(*) as customers_count,
            median(median_gap_days) as median_gap_days
        from placed
        group by category
        having count(*) >= {MIN_CATEGORY_CUSTOMERS}
        """,
        {"until": until},
    ).fetchall()


def days_at(days: str) -> str:
    """A query of `days` (rows of churn_days) with the rhythm that stands in for an own one.

    Adds `reference_gap_days`, in days, and `reference_basis`: `category` or `tenant`, both empty
    where too few customers have a rhythm.
    """
    return f"""
        select
            days.*,
            coalesce(of_category.median_gap_days, of_all.median_gap_days) as reference_gap_days,
            case
                when of_category.median_gap_days is not null then 'category'
                when of_all.median_gap_days is not null then 'tenant'
            end as reference_basis
        from {days} as days
        left join churn_references as of_category on days.category = of_category.category
        left join churn_references as of_all on of_all.category is null
    """
