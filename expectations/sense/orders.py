"""Sense of orders across tables: who placed them, in which order things happened, what was paid."""

from __future__ import annotations

from expectations.engine.day import Day
from expectations.engine.rules import Relation, Rule, Severity, no_rows
from expectations.learned.past import Past
from expectations.sense.habits import customers_keep_habits
from expectations.sense.hours import hours
from expectations.sense.parts import changed_since, compares, impossible, recent

LINES = Relation("vault", "staging", "stg_orders__order_lines")
ACCOUNTS = Relation("vault", "staging", "stg_orders__customers")
HEADERS = Relation("vault", "staging", "stg_orders__order_headers")

ENOUGH_ORDERS = 20

_RANKS = (
    "case {} when 'pending' then 1 when 'paid' then 2 when 'shipped' then 3"
    " when 'completed' then 4 when 'cancelled' then 4 end"
)


def order_lines(relation: Relation, day: Day, past: Past) -> list[Rule]:
    """Orders have their customers, their hours and the habits of who placed them."""
    return [
        _customers_known(relation, day),
        _accounts_before_orders(relation),
        customers_keep_habits(relation, day),
        *hours(relation, "ordered_at", "order_id", day),
    ]


def _days(relation: Relation, day: Day, condition: str, among: str) -> str:
    """Today's share of orders that meet a condition, and the mean of the days before."""
    rows = recent(relation, "ordered_at", day, "order_id, shop_customer_id")
    by_day = (
        "select business_date, count(*) as order_count, avg(share) as share from"
        f" (select business_date, order_id, max(cast({condition} as integer)) as share"
        f" from {rows} where {among} group by all) group by business_date"
    )
    return (
        f"select max(order_count) filter (business_date = {day.sql}) as today_orders,"
        f" max(share) filter (business_date = {day.sql}) as today,"
        f" avg(share) filter (business_date < {day.sql}) as usual,"
        f" count(*) filter (business_date < {day.sql}) as days"
        f" from ({by_day}) where order_count >= {ENOUGH_ORDERS}"
    )


def _customers_known(relation: Relation, day: Day) -> Rule:
    known = f"shop_customer_id in (select shop_customer_id from {ACCOUNTS.sql})"
    days = _days(relation, day, known, "shop_customer_id is not null")
    # The accounts may be older than the orders: who joined since is not known yet.
    strange = "days >= 7 and usual >= 0.5 and today < usual / 2"
    return Rule(
        name="customers_of_the_day_known",
        sentence="the day's orders name customers who have an account, as they usually do",
        action="Look whether the source writes its customer numbers in another way",
        check=no_rows(f"select 1 from ({days}) where {strange}"),
        finding=(
            "select format('{:.0f} % of the day''s {:,} orders name a known account, usually"
            f" {{:.0f}} %', 100 * today, today_orders, 100 * usual) from ({days})"
        ),
        can_be_accepted=True,
    )


def _accounts_before_orders(relation: Relation) -> Rule:
    early = (
        "select count(*) as order_count, count(*) filter (ordered_at < registered_at"
        " - interval 1 day) as early_count from (select shop_customer_id,"
        f" min(ordered_at) as ordered_at from {relation.sql} group by shop_customer_id)"
        " inner join (select shop_customer_id, min(registered_at) as registered_at"
        f" from {ACCOUNTS.sql} group by shop_customer_id) using (shop_customer_id)"
    )
    return Rule(
        name="accounts_before_orders",
        sentence="most accounts are older than the first order that they placed",
        action="Look at registered_at: accounts are younger than their orders",
        check=no_rows(
            f"select 1 from ({early}) where early_count >= 3 and early_count > 0.5 * order_count"
        ),
        severity=Severity.WARN,
        reason="accounts that were moved from another shop are all as old as the move",
        finding=(
            "select format('{:,} of {:,} accounts with orders are younger than their first one',"
            f" early_count, order_count) from ({early})"
        ),
        can_be_accepted=True,
    )


def order_headers(relation: Relation, day: Day, past: Past) -> list[Rule]:
    """Headers tell the same story as their lines, and their states go forward."""
    versions = (
        f"(select placed_at, updated_at, {day.date_of('updated_at')} as business_date"
        f" from {relation.sql})"
    )
    headers = recent(relation, "placed_at", day, "order_id, shop_customer_id, placed_at")
    lines = recent(LINES, "ordered_at", day, "order_id, shop_customer_id, ordered_at")
    joined = (
        "(select headers.business_date, headers.shop_customer_id as header_customer,"
        " lines.shop_customer_id as line_customer, headers.placed_at, lines.ordered_at"
        f" from {headers} as headers inner join (select order_id, min(shop_customer_id) as"
        f" shop_customer_id, min(ordered_at) as ordered_at from {lines} group by order_id)"
        " as lines on headers.order_id = lines.order_id)"
    )
    return [
        impossible(
            "placed_before_updated",
            "no version of an order is older than the order",
            "Look which of the two times the source changed",
            rows=versions,
            wrong="updated_at < placed_at - interval 1 day",
            day=day,
        ),
        impossible(
            "customer_as_lines",
            "an order's header and lines name the same customer",
            "Look which of the two files has other customers than the day before",
            rows=joined,
            wrong="header_customer <> line_customer",
            day=day,
            limit=0.02,
        ),
        _placed_with_lines(joined, day),
        *_states_forward(relation, past),
    ]


def _placed_with_lines(joined: str, day: Day) -> Rule:
    apart = "abs(epoch(placed_at) - epoch(ordered_at)) > 3600"
    counts = (
        f"select count(*) filter (business_date = {day.sql}) as today,"
        f" count(*) filter (business_date = {day.sql} and {apart}) as today_apart,"
        f" count(*) filter (business_date < {day.sql}) as usual,"
        f" count(*) filter (business_date < {day.sql} and {apart}) as usual_apart from {joined}"
    )
    return Rule(
        name="placed_with_lines",
        sentence="the day's orders were placed when their lines were, as on the days before",
        action="Look at the time zone (时区) of both files: one of the two clocks moved",
        check=no_rows(
            f"select 1 from ({counts}) where today >= {ENOUGH_ORDERS} and usual >="
            f" {ENOUGH_ORDERS} and today_apart / today > usual_apart / usual + 0.3"
        ),
        finding=(
            "select format('{:,} of the day''s {:,} orders are more than an hour from their lines,"
            f" before {{:,}} of {{:,}}', today_apart, today, usual_apart, usual) from ({counts})"
        ),
        can_be_accepted=True,
    )


def _states_forward(relation: Relation, past: Past) -> list[Rule]:
    if not compares(past, relation, "order_id", "order_status", "is_current_version"):
        return []

    def current(table: Relation) -> str:
        return (
            f"(select order_id, {_RANKS.format('order_status')} as rank from {table.sql}"
            " where is_current_version)"
        )

    return [
        changed_since(
            "states_go_forward",
            "orders that were paid, sent, completed or cancelled do not go back",
            "Look whether the source delivered an old state of its orders",
            compared=(
                "(select now.rank as rank_now, before.rank as rank_before from"
                f" {current(past.of(relation))} as before inner join {current(relation)} as now"
                " on now.order_id = before.order_id where before.rank > 1)"
            ),
            changed="rank_now < rank_before",
            limit=0.02,
            what="orders",
        )
    ]


def refunds(relation: Relation, day: Day, past: Past) -> list[Rule]:
    """Money is given back after it was paid, and not more of it."""
    at = day.date_of("refunds.refunded_at")
    orders = f"(select order_id, min(ordered_at) as ordered_at from {LINES.sql} group by order_id)"
    dated = (
        f"(select {at} as business_date, refunds.refunded_at, orders.ordered_at"
        f" from {relation.sql} as refunds inner join {orders} as orders using (order_id))"
    )
    of_refunds = f"where order_id in (select order_id from {relation.sql}) group by order_id"
    paid = (
        "(select max(business_date) as business_date, sum(refund_amount) as refunded,"
        " greatest(max(lines.net_amount), max(headers.total_amount)) as paid"
        f" from (select order_id, refund_amount, {day.date_of('refunded_at')} as business_date"
        f" from {relation.sql}) as refunds inner join (select order_id, sum(net_amount) as"
        f" net_amount from {LINES.sql} {of_refunds}) as lines using (order_id) left join"
        f" (select order_id, max(total_amount) as total_amount from {HEADERS.sql} {of_refunds})"
        " as headers using (order_id) group by order_id)"
    )
    return [
        impossible(
            "refunded_after_order",
            "no refund is of a day before its order",
            "Look at the dates of the refunds, and at the orders that they name",
            rows=dated,
            # A date without a time may be of the zone next door.
            wrong="refunded_at < ordered_at - interval 1 day",
            day=day,
        ),
        impossible(
            "refunded_at_most_paid",
            "no more is given back than was paid, with shipping and tax",
            "Look at the unit of refund_amount, and whether refunds came twice",
            rows=paid,
            wrong="refunded > 1.05 * paid",
            day=day,
            limit=0.2,
        ),
    ]
