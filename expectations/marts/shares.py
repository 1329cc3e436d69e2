"""Shares of segments, tiers and stages (分布漂移): they move slowly, and never all to one.

Asked of the categories that customer marts give to everybody, against the last good build.
"""

from __future__ import annotations

from collections.abc import Mapping

from expectations.engine.day import Day
from expectations.engine.rules import Relation, Rule, no_rows
from expectations.learned.past import Past

CATEGORIES: Mapping[str, tuple[str, ...]] = {
    "churn_risk": ("risk_band",),
    "customer_lifetime_value": ("value_tier", "clv_tier"),
    "customer_tier_reviews": ("frequency_tier", "monetary_tier"),
    "lifecycle": ("lifecycle_stage",),
    "loyalty": ("loyalty_tier_id",),
    "next_best_action": ("strategy",),
    "rfm": ("rfm_segment",),
    "segments": (
        "age_group",
        "behavioural_segment",
        "customer_level",
        "demographic_segment",
        "shopping_style",
        "target_group",
    ),
}
"""Columns by mart. What follows the calendar (occasions, offers) is not among them."""

DRIFT = 0.15
"""Share of the customers that may be elsewhere (total variation distance) from night to night."""

REVIEW = 0.15
"""As much again where a month began in between: reviews of customers are monthly."""

NEAR_DAYS = 62
"""An older build says nothing about how tonight's customers are shared out."""

ENOUGH_CUSTOMERS = 50


def share_rules(relation: Relation, day: Day, past: Past) -> list[Rule]:
    """The rules of one mart; none without a last good build of the last two months."""
    if past.as_of is None or (day.as_of - past.as_of).days > NEAR_DAYS:
        return []
    known = past.columns(relation)
    return [
        _share_rule(relation, column, day, past)
        for column in CATEGORIES.get(relation.table, ())
        if column in known
    ]


def _share_rule(relation: Relation, column: str, day: Day, past: Past) -> Rule:
    def shares(table: Relation) -> str:
        return (
            f"(select coalesce(cast({column} as varchar), '') as category, count(*) as customers,"
            f" count(*) / sum(count(*)) over () as share from {table.sql} group by all)"
        )

    compared = (
        "select sum(abs(coalesce(now.share, 0) - coalesce(before.share, 0))) / 2 as distance,"
        " count(now.category) as categories, count(before.category) as categories_before,"
        " least(sum(now.customers), sum(before.customers)) as customers,"
        # What one category cannot hold of several by chance alone.
        " max(before.share) as greatest_before"
        f" from {shares(relation)} as now full outer join {shares(past.of(relation))} as before"
        " on now.category = before.category"
    )
    month = past.as_of is not None and (past.as_of.year, past.as_of.month) != (
        day.as_of.year,
        day.as_of.month,
    )
    limit = DRIFT + (REVIEW if month else 0)
    # Of few customers each one is a large share: two standard errors of what many categories do.
    failed = (
        f"customers >= {ENOUGH_CUSTOMERS} and (distance > {limit!r}"
        " + sqrt(greatest(categories, categories_before) / customers)"
        " or (categories = 1 and categories_before > 1 and greatest_before < 0.95))"
    )
    return Rule(
        name=f"{column}_shared_out_as_before",
        sentence=f"customers are shared out over {column} much as in the last good build",
        action=(
            f"Look what {relation.table} and its seed changed; if it is meant (a new rule, another"
            " programme), accept it until a date"
        ),
        check=no_rows(f"select 1 from ({compared}) where {failed}"),
        finding=(
            "select format('{:.0f} % of the customers are elsewhere: {} kinds, before {}',"
            f" 100 * distance, categories, categories_before) from ({compared})"
        ),
        can_be_accepted=True,
    )
