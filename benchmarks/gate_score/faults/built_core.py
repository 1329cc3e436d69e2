"""Mistakes of our own in the star schema."""

from __future__ import annotations

from benchmarks.gate_score.faults.registry import FAULTS, Built, share

ORDERS = "warehouse.core.fct_orders"
LINES = "warehouse.core.fct_order_lines"
HISTORY = "warehouse.core.dim_customers_history"


@FAULTS.into("core_rows_lost", "warehouse.core.fct_web_events")
def core_rows_lost(build: Built) -> None:
    """One web event of a hundred is lost."""
    build.sql(f"delete from {{t}} where {share('event_id', 10)}")


@FAULTS.into("core_rows_doubled", LINES)
def core_rows_doubled(build: Built) -> None:
    """One order of a hundred has its lines twice."""
    build.sql(f"insert into {{t}} select * from {{t}} where {share('order_id', 10)}")


@FAULTS.into("core_join_explosion", "warehouse.core.dim_products")
def core_join_explosion(build: Built) -> None:
    """The product sold most stands twice in its dimension."""
    build.sql("""
        insert into {t}
        select * from {t}
        where product_id = (
            select mode(product_id) from warehouse.core.fct_order_lines
            where product_id <> 'unknown'
        )
    """)


@FAULTS.into("core_sign_flipped", ORDERS)
def core_sign_flipped(build: Built) -> None:
    """Refunds are subtracted twice from what an order kept."""
    build.sql(
        "update {t} set kept_net_amount = kept_net_amount - refunded_amount"
        " where refunded_amount > 0"
    )


@FAULTS.into("core_customers_unknown", ORDERS)
def core_customers_unknown(build: Built) -> None:
    """A seventh of the orders lost their customer."""
    build.sql(f"update {{t}} set customer_key = 'unknown' where {share('order_id', 143)}")


@FAULTS.into("core_customers_shuffled", ORDERS)
def core_customers_shuffled(build: Built) -> None:
    """Orders and customers were joined by their places."""
    build.sql("""
        update {t} as orders
        set customer_key = swapped.other_key
        from (
            select orders.order_id, others.customer_key as other_key
            from (select order_id, row_number() over (order by order_id) as number from {t})
                as orders
            inner join (
                select customer_key, row_number() over (order by hash(order_id)) as number from {t}
            ) as others on orders.number = others.number
        ) as swapped
        where orders.order_id = swapped.order_id
    """)


@FAULTS.into("core_cancelled_counted", ORDERS)
def core_cancelled_counted(build: Built) -> None:
    """Cancelled orders count as valid."""
    build.sql("update {t} set is_valid_order = true where is_cancelled")


@FAULTS.into("core_future_rows", "warehouse.core.fct_web_events")
def core_future_rows(build: Built) -> None:
    """Events of the last day lie a day after the business date."""
    build.sql(
        "update {t} set occurred_at = occurred_at + interval 1 day,"
        " occurred_date = occurred_date + 1"
        " where occurred_date = (select max(occurred_date) from {t})"
    )


@FAULTS.into("core_versions_overlap", HISTORY)
def core_versions_overlap(build: Built) -> None:
    """Versions that were followed by another hold a week longer than they did."""
    build.sql(
        "update {t} set valid_to = valid_to + 7 where valid_to is not null and not is_current"
    )


@FAULTS.into("core_phone_column", "warehouse.core.dim_customers")
def core_phone_column(build: Built) -> None:
    """The phone numbers of customers stand in the column of their language."""
    build.sql(
        "update {t} as customers set preferred_language = people.phone"
        " from vault.vault.customer_pii as people"
        " where customers.customer_key = people.customer_key and people.phone is not null"
    )
