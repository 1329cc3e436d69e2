"""Join-key sense (关联键): today's orders belong to the customers who usually place such orders.

Keys that were shuffled are still keys: every order finds a customer, and all totals hold. What
breaks are habits. Customers come back to their store and to their products, so today's share of
lines at a store, and of a product, where the customer bought before is compared with two others:
the share of the weeks before, and the share that chance would give. Nearer to chance is wrong.
"""

from __future__ import annotations

from expectations.engine.day import Day
from expectations.engine.rules import Relation, Rule, no_rows
from expectations.sense.parts import WEEKS, recent

ENOUGH_LINES = 100
ENOUGH_ORDERS = 30
"""Of the day, by customers who bought before the weeks that are looked at."""

CLEAR = 0.15
"""A habit says something if its usual share is so much above that of chance."""

SAMPLE = 40_000
"""Lines of the last weeks from which on customers are sampled: the shares need no more."""


def customers_keep_habits(relation: Relation, day: Day) -> Rule:
    """Today's shares are nearer to the usual ones than to those of chance, in some habit."""
    shares = _shares(relation, day)
    return Rule(
        name="customers_keep_habits",
        sentence="today's customers buy where, and what, they usually buy",
        action=(
            "Look whether the source mixed up its customers: stores and products of the day's"
            " orders are those of other people"
        ),
        # Where one habit breaks for a good reason (a store is closed) the other one holds.
        check=no_rows(
            f"select 1 from (select count(*) as habits, count(*) filter (today_share <"
            f" (usual_share + chance_share) / 2) as broken from ({shares})"
            f" where today_lines >= {ENOUGH_LINES} and today_orders >= {ENOUGH_ORDERS}"
            f" and usual_lines >= {ENOUGH_LINES} and usual_share - chance_share > {CLEAR})"
            " where habits > 0 and broken = habits"
        ),
        finding=(
            "select format('{:.0f} % of the day''s lines are at a {} where the customer bought"
            " before, usually {:.0f} %, by chance {:.0f} %', 100 * today_share, habit,"
            f" 100 * usual_share, 100 * chance_share) from ({shares}) order by habit desc"
        ),
        can_be_accepted=True,
    )


def _shares(relation: Relation, day: Day) -> str:
    """One row per habit: how often today, usually and by chance a line follows it."""
    columns = "shop_customer_id, order_id, cast({} as varchar) as thing"
    habits = {"store": "store_id", "product": "product_id"}
    late = f"cast({day.sql} - {WEEKS + 1} as timestamp)"
    of_sample = (
        "hash(shop_customer_id) % greatest(1, (select count(*) from"
        f" {relation.sql} where ordered_at >= {late}) // {SAMPLE}) = 0"
    )
    parts = []
    for habit, column in habits.items():
        lines = recent(relation, "ordered_at", day, columns.format(column))
        parts.append(
            # Who bought what before these weeks: the same past for the day and for the weeks.
            "select * from (with known as (select distinct shop_customer_id,"
            f" cast({column} as varchar) as thing from {relation.sql} where ordered_at < {late}"
            f" and {column} is not null and shop_customer_id in (select shop_customer_id from"
            f" {relation.sql} where ordered_at >= {late}) and {of_sample}),"
            " chances as (select thing, count(*) / (select count(distinct shop_customer_id)"
            " from known) as chance from known group by thing),"
            f" lines as (select * from {lines} where thing in (select thing from chances)"
            " and shop_customer_id in (select shop_customer_id from known))"
            f" select '{habit}' as habit,"
            f" count(*) filter (business_date = {day.sql}) as today_lines,"
            f" count(distinct order_id) filter (business_date = {day.sql}) as today_orders,"
            f" count(*) filter (business_date < {day.sql}) as usual_lines,"
            f" avg(is_known) filter (business_date = {day.sql}) as today_share,"
            f" avg(is_known) filter (business_date < {day.sql}) as usual_share,"
            " avg(chance) as chance_share from (select lines.*, chances.chance,"
            " cast(known.thing is not null as integer) as is_known from lines"
            " inner join chances on chances.thing = lines.thing left join known"
            " on known.thing = lines.thing and known.shop_customer_id = lines.shop_customer_id))"
        )
    return " union all ".join(parts)
