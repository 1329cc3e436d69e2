"""What each single customer must find in the marts, where equal totals prove too little.

Points, orders and money of everybody one by one; and the wide table, whose columns are those of
the marts that they come from, of the same night.
"""

from __future__ import annotations

from collections.abc import Mapping

from expectations.engine.rules import Relation, Rule, no_rows
from expectations.marts.value import VALID_ORDERS

WIDE: Mapping[str, tuple[str, ...]] = {
    "churn_risk": ("churn_probability", "risk_band churn_risk_band", "expected_margin_at_risk"),
    "customer_consents": (
        "is_marketing_consented",
        "is_email_marketing_consented",
        "is_sms_marketing_consented",
        "is_wechat_marketing_consented",
        "is_phone_marketing_consented",
        "is_profiling_consented",
    ),
    "customer_engagement": ("web_session_count", "social_interaction_count"),
    "customer_lifetime_value": (
        "historic_order_count",
        "historic_net_amount",
        "historic_margin_amount",
        "last_order_date",
        "value_tier",
        "p_active_horizon",
        "expected_orders_12m",
        "expected_net_amount_12m",
        "expected_margin_12m",
        "clv",
        "clv_tier",
        "next_order_date",
    ),
    "customer_sales": ("open_follow_up_count", "open_opportunity_amount"),
    "customer_service": ("ticket_count", "open_ticket_count"),
    "customer_transactions": (
        "placed_order_count",
        "refunded_amount",
        "order_count_90d",
        "net_amount_90d",
    ),
    "lifecycle": ("lifecycle_stage", "entered_on lifecycle_entered_on", "churn_after_days"),
    "loyalty": ("points_balance", "points_expiring_90d", "advocacy_level"),
    "next_best_action": ("strategy", "action", "channel_id action_channel_id", "offer"),
    "rfm": (
        "recency_days",
        "recency_score",
        "frequency_score",
        "monetary_score",
        "rfm_segment",
    ),
    "satisfaction": ("feedback_count", "last_nps_score", "open_complaint_count"),
    "segments": ("customer_level", "behavioural_segment", "target_group"),
}
"""Columns of customer_360 by the mart that they come from; `a b`: a there is called b here."""


def wide(relation: Relation) -> list[Rule]:
    """customer_360: one rule for each mart that it joins."""
    return [_as_mart(relation, mart, columns) for mart, columns in WIDE.items()]


def _as_mart(relation: Relation, mart: str, columns: tuple[str, ...]) -> Rule:
    pairs = [(column.split()[0], column.split()[-1]) for column in columns]
    here = ", ".join(f"wide.{name}" for _, name in pairs)
    there = ", ".join(f"mart.{name}" for name, _ in pairs)
    wrong = (
        f"select 1 from {relation.sql} as wide left join warehouse.marts.{mart} as mart"
        " on wide.customer_key = mart.customer_key"
        f" where row({here}) is distinct from row({there})"
    )
    return Rule(
        name=f"as_{mart}",
        sentence=f"what it says of a customer is what {mart} says tonight",
        action=f"Have customer_360 built anew: its columns of {mart} are of another night",
        check=no_rows(wrong),
        finding=(
            f"select format('{{:,}} customers differ from {mart} in their columns', count(*))"
            f" from ({wrong})"
        ),
    )


def points(relation: Relation) -> list[Rule]:
    """loyalty: everybody has the points of the own ledger."""
    ledger = (
        "(select customer_key, sum(points) as points from warehouse.core.fct_loyalty_points"
        " group by customer_key)"
    )
    wrong = (
        f"select 1 from {relation.sql} as mart left join {ledger} as ledger"
        " on mart.customer_key = ledger.customer_key"
        " where mart.points_balance is distinct from coalesce(ledger.points, 0)"
    )
    return [
        Rule(
            name="points_of_everybody",
            sentence="everybody's balance is the sum of the own points ledger",
            action="Look which customers' entries the mart gives to somebody else",
            check=no_rows(wrong),
            finding=f"select format('{{:,}} balances are wrong', count(*)) from ({wrong})",
        )
    ]


def history(relation: Relation) -> list[Rule]:
    """customer_lifetime_value: everybody has the own orders, and what was kept of them."""
    bought = (
        "(select customer_key, count(*) as order_count, sum(net_amount - refunded_amount)"
        f" as net_amount {VALID_ORDERS} group by customer_key)"
    )
    wrong = (
        f"select 1 from {relation.sql} as mart left join {bought} as bought"
        " on mart.customer_key = bought.customer_key"
        " where (mart.historic_order_count, mart.historic_net_amount) is distinct from"
        " (coalesce(bought.order_count, 0), coalesce(bought.net_amount, 0))"
    )
    return [
        Rule(
            name="orders_of_everybody",
            sentence="everybody has the own valid orders and what was kept of them",
            action="Look which customers' orders the mart gives to somebody else",
            check=no_rows(wrong),
            finding=f"select format('{{:,}} customers have others', count(*)) from ({wrong})",
        )
    ]


def transactions(relation: Relation) -> list[Rule]:
    """customer_transactions: what was given back, and the kept amount of the last 90 days."""
    placed = (
        "(select customer_key, count(*) as placed, sum(refunded_amount) as refunded,"
        " sum(net_amount - refunded_amount) filter (is_valid_order and ordered_date >"
        f" (select max(as_of_date) from {relation.sql}) - 90) as recent"
        " from warehouse.core.fct_orders group by customer_key)"
    )
    wrong = (
        f"select 1 from {relation.sql} as mart left join {placed} as placed"
        " on mart.customer_key = placed.customer_key"
        " where (mart.placed_order_count, mart.refunded_amount, mart.net_amount_90d)"
        " is distinct from (coalesce(placed.placed, 0), coalesce(placed.refunded, 0),"
        " coalesce(placed.recent, 0))"
    )
    return [
        Rule(
            name="orders_of_everybody",
            sentence="everybody has the own orders, refunds and amount of the last 90 days",
            action="Look which customers' orders the mart gives to somebody else",
            check=no_rows(wrong),
            finding=f"select format('{{:,}} customers have others', count(*)) from ({wrong})",
        )
    ]


def scores(relation: Relation) -> list[Rule]:
    """rfm: a better score is never of a worse measure."""
    found = []
    for score, measure, best in (
        ("recency_score", "recency_days", "min"),
        ("frequency_score", "frequency", "max"),
        ("monetary_score", "monetary", "max"),
    ):
        low, high = ("max", "min") if best == "max" else ("min", "max")
        sign = ">" if best == "max" else "<"
        ordered = (
            f"select {low}({measure}) as end_of_lower, lead({high}({measure})) over"
            f" (order by {score}) as start_of_higher from {relation.sql}"
            f" where {score} is not null group by {score}"
        )
        found.append(
            Rule(
                name=f"{score}_follows_{measure}",
                sentence=f"a higher {score} has a better {measure}, equal ones have equal scores",
                action="Look how rfm orders its fifths: the best customers have the highest scores",
                check=no_rows(
                    f"select 1 from ({ordered}) where start_of_higher is not null"
                    f" and not start_of_higher {sign} end_of_lower"
                ),
            )
        )
    return found
