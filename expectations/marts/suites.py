"""What must be true before a mart may be published: every customer is in it once, and its totals
are those of the facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from expectations.engine.comparisons import Figure, figures_agree
from expectations.engine.day import Day
from expectations.engine.models import Model
from expectations.engine.rules import Relation, Rule, Suite, no_rows
from expectations.learned.past import NO_PAST, Past
from expectations.marts import affinity as marts_affinity
from expectations.marts import care as marts_care
from expectations.marts import customers as marts_customers
from expectations.marts import recommendations as marts_recommendations
from expectations.marts import value as marts_value
from expectations.marts.marketing import attribution_rules, campaign_rules
from expectations.marts.shares import share_rules
from expectations.marts.value import CUSTOMERS, VALID_ORDERS
from expectations.publish.privacy import column_names

BOUNDARY = "marts"

CUSTOMER_MARTS = frozenset(
    {
        "churn_risk",
        "customer_360",
        "customer_behaviour",
        "customer_campaigns",
        "customer_consents",
        "customer_contact_states",
        "customer_engagement",
        "customer_lifetime_value",
        "customer_referrals",
        "customer_sales",
        "customer_service",
        "customer_tier_reviews",
        "customer_traits",
        "customer_transactions",
        "lifecycle",
        "loyalty",
        "next_best_action",
        "rfm",
        "satisfaction",
        "segments",
    }
)
"""Marts of one row per customer."""


def suites(models: Iterable[Model], day: Day, past: Past = NO_PAST) -> list[Suite]:
    """One suite for each mart."""
    return [
        Suite(
            boundary=BOUNDARY,
            subject=model.name,
            asset=model.asset,
            relation=model.relation,
            rules=tuple(_rules(model, day, past)),
        )
        for model in models
    ]


def _rules(model: Model, day: Day, past: Past) -> list[Rule]:
    found = [_as_of(model.relation, day), column_names(model.relation)]
    if model.name in CUSTOMER_MARTS:
        found.append(_every_customer_once(model.relation))
    found += share_rules(model.relation, day, past)
    return found + (SPECIFIC[model.name](model.relation) if model.name in SPECIFIC else [])


def _as_of(relation: Relation, day: Day) -> Rule:
    return Rule(
        name="of_this_date",
        sentence="every row is of the run's business date",
        action="The mart must take as_of_date from as_of_date()",
        check=no_rows(f"select 1 from {relation.sql} where as_of_date is distinct from {day.sql}"),
    )


def _every_customer_once(relation: Relation) -> Rule:
    wrong = (
        f"select 1 from {CUSTOMERS} as customers full outer join"
        f" (select customer_key, count(*) as row_count from {relation.sql} group by customer_key)"
        " as mart on customers.customer_key = mart.customer_key"
        " where customers.customer_key is null or mart.row_count is distinct from 1"
    )
    return Rule(
        name="every_customer_once",
        sentence="every customer (no test account, not the unknown one) has exactly one row",
        action="Look which join of the mart loses or doubles customers",
        check=no_rows(wrong),
        finding=(
            "select format('{:,} customers are missing, doubled or not to be there', count(*))"
            f" from ({wrong})"
        ),
    )


def _loyalty(relation: Relation) -> list[Rule]:
    ledger = f"from warehouse.core.fct_loyalty_points where customer_key in {CUSTOMERS}"
    return [
        figures_agree(
            "points_balance_as_ledger",
            "the total of points_balance is the sum of the points ledger, to the point",
            "Look which entries of the ledger the mart leaves out or counts twice",
            Figure("points in the ledger", f"select sum(points) {ledger}"),
            Figure("total points_balance", f"select sum(points_balance) from {relation.sql}"),
        ),
        *marts_customers.points(relation),
    ]


def _won(relation: Relation) -> list[Rule]:
    won = "select count(*) from warehouse.core.fct_opportunities where stage_group = 'won'"
    stage = " where sales_stage = 'won'" if relation.table == "sales_funnel" else ""
    return [
        figures_agree(
            "won_as_opportunities",
            "as many opportunities are won as in fct_opportunities",
            "Look which month or staff member of the won opportunities has no row",
            Figure("won opportunities", won),
            Figure("total won_count", f"select sum(won_count) from {relation.sql}{stage}"),
        )
    ]


def _tickets(relation: Relation) -> list[Rule]:
    return [_counted(relation, "ticket_count", "fct_service_tickets")]


def _answers(relation: Relation) -> list[Rule]:
    of_customers = f" where customer_key in {CUSTOMERS}"
    return [_counted(relation, "feedback_count", "fct_feedback", of_customers)]


def _trends(relation: Relation) -> list[Rule]:
    levels = (
        f"select 1 from {relation.sql} group by trend_level having sum(response_count)"
        " <> (select count(*) from warehouse.core.fct_feedback)"
    )
    return [
        Rule(
            name="levels_count_all",
            sentence="each level of the trends counts every answer once",
            action="Look which channels or staff members satisfaction_trends leaves out",
            check=no_rows(levels),
        )
    ]


def _counted(relation: Relation, column: str, fact: str, where: str = "") -> Rule:
    return figures_agree(
        f"{column}_as_facts",
        f"the total of {column} is the number of rows of {fact}",
        f"Look which rows of {fact} the mart leaves out or counts twice",
        Figure(f"rows of {fact}", f"select count(*) from warehouse.core.{fact}{where}"),
        Figure(f"total {column}", f"select sum({column}) from {relation.sql}"),
    )


SPECIFIC: Mapping[str, Callable[[Relation], list[Rule]]] = {
    "campaign_attribution": attribution_rules,
    "campaign_performance": campaign_rules,
    "care_calendar": marts_care.care_calendar,
    "churn_risk": marts_value.churn_risk,
    "cohort_retention": marts_value.cohorts,
    "customer_360": marts_customers.wide,
    "customer_behaviour": lambda relation: marts_care.behaviour(relation, VALID_ORDERS),
    "customer_lifetime_value": lambda relation: [
        *marts_value.lifetime_value(relation),
        *marts_customers.history(relation),
    ],
    "customer_transactions": marts_customers.transactions,
    "lifecycle": marts_value.lifecycle,
    "loyalty": _loyalty,
    "next_best_action": marts_care.next_best_action,
    "product_affinity": marts_affinity.product_affinity,
    "recommendation_backtests": marts_affinity.backtests,
    "recommendations": marts_recommendations.recommendations,
    "rfm": lambda relation: [*marts_value.rfm(relation), *marts_customers.scores(relation)],
    "sales_funnel": _won,
    "sales_performance": _won,
    "satisfaction": _answers,
    "satisfaction_trends": _trends,
    "service_performance": _tickets,
}
"""Rules that only one mart has."""
