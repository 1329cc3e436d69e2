"""What must be true of segments, care calendar and next best action before they are published."""

from __future__ import annotations

from expectations.engine.comparisons import Figure, figures_agree
from expectations.engine.rules import Relation, Rule, no_rows

_CONSENTS = "warehouse.core.bridge_customer_consents where purpose = 'marketing' and is_granted"


def behaviour(relation: Relation, valid_orders: str) -> list[Rule]:
    """The reviews of customer_behaviour hold the orders of their window, no more and no less."""
    window = (
        "ordered_date < date_trunc('month', as_of_date) and ordered_date >="
        " date_trunc('month', as_of_date) - to_months((select window_months from"
        " warehouse.reference.segment_rules where rule_set = 'default'))"
    )
    return [
        figures_agree(
            "reviewed_orders_as_orders",
            "as many orders are reviewed as valid ones lie in the months before the review",
            "Look which months review_windows takes",
            Figure(
                "valid orders in the window",
                f"select count(*) {valid_orders} and (select {window} from (select"
                f" min(as_of_date) as as_of_date from {relation.sql}))",
            ),
            Figure("reviewed", f"select sum(reviewed_order_count) from {relation.sql}"),
        )
    ]


def care_calendar(relation: Relation) -> list[Rule]:
    """Only customers who agreed are in the calendar, and only days to come."""
    return [
        Rule(
            name="consented_only",
            sentence="every occasion is of a customer who consented to marketing",
            action="The mart must take customers with is_marketing_consented only",
            check=no_rows(
                f"select 1 from {relation.sql} where customer_key not in"
                f" (select customer_key from {_CONSENTS})"
            ),
        ),
        Rule(
            name="days_to_come",
            sentence="every occasion lies after the run's business date",
            action="Look which days of dim_dates the mart takes",
            check=no_rows(f"select 1 from {relation.sql} where occasion_date <= as_of_date"),
        ),
    ]


def next_best_action(relation: Relation) -> list[Rule]:
    """Nobody is written to on a channel without consent or without an address."""
    return [
        Rule(
            name="channel_consented",
            sentence="the channel of every action is one that the customer consented to",
            action="Look how channel_preferences joins the consents",
            check=no_rows(
                f"select 1 from {relation.sql} where channel_id is not null and"
                f" (customer_key, channel_id) not in (select (customer_key, channel_id)"
                f" from {_CONSENTS})"
            ),
        ),
        Rule(
            name="channel_has_an_address",
            sentence="the channel of every action is one on which the customer has an address",
            action="Look how channel_preferences joins bridge_customer_channels",
            check=no_rows(
                f"select 1 from {relation.sql} where channel_id in"
                " (select channel_id from warehouse.reference.channel_addresses) and"
                " (customer_key, channel_id) not in (select (customer_key, channel_id)"
                " from warehouse.core.bridge_customer_channels)"
            ),
        ),
        Rule(
            name="contact_has_a_channel",
            sentence="an action has a channel if and only if it writes to the customer",
            action="Look which actions of the seed care_actions are contacts",
            check=no_rows(f"select 1 from {relation.sql} where is_outreach = (channel_id is null)"),
        ),
    ]
