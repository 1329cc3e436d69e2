"""What must be true of the marts of customer value: their totals are those of the valid orders."""

from __future__ import annotations

from expectations.engine.comparisons import Figure, figures_agree
from expectations.engine.rules import Relation, Rule, no_rows, within

CUSTOMERS = "(select customer_key from warehouse.core.dim_customers where is_counted)"

CHURN_RULE_CHOICE = "warehouse.enrich.churn_rule_choice"

MARKETING_CONSENTS = (
    "warehouse.core.bridge_customer_consents where purpose = 'marketing' and is_granted"
)

VALID_ORDERS = (
    f"from warehouse.core.fct_orders where is_valid_order and customer_key in {CUSTOMERS}"
)


def _total(relation: Relation, column: str, orders: str, what: str, where: str = "") -> Rule:
    return figures_agree(
        f"{column}_as_orders",
        f"the total of {column} is {what} of the valid orders",
        "Look which orders the mart leaves out or counts twice",
        Figure(f"{what} of the valid orders", f"select {orders} {VALID_ORDERS}{where}"),
        Figure(f"total {column}", f"select sum({column}) from {relation.sql}"),
    )


def rfm(relation: Relation) -> list[Rule]:
    """Totals of the valid orders, scores in range, no buyer without a segment."""
    scores = [
        Rule(
            name=f"{score}_from_1_to_5",
            sentence=f"{score} is 1 to 5, and empty only without orders",
            action="Look how rfm cuts its fifths",
            check=within(score, 1, 5),
        )
        for score in ("recency_score", "frequency_score", "monetary_score")
    ]
    kept = "sum(net_amount - refunded_amount)"
    window = (
        " and ordered_date >= coalesce((select min(window_from_date)"
        f" from {relation.sql}), date '0001-01-01')"
    )
    return [
        _total(relation, "frequency", "count(*)", "the number", window),
        _total(relation, "monetary", kept, "the kept amount", window),
        *scores,
        Rule(
            name="buyers_scored",
            sentence="every customer with orders has three scores and a segment",
            action="Look whether the seed rfm_segments covers every combination of scores",
            check=no_rows(
                f"select 1 from {relation.sql} where rfm_segment is null or (frequency > 0"
                " and (recency_score is null or frequency_score is null or monetary_score is null))"
            ),
        ),
    ]


def lifecycle(relation: Relation) -> list[Rule]:
    """Every customer in a known stage by the chosen rule, with a reason, none entered ahead."""
    return [
        Rule(
            name="stages_complete",
            sentence="every customer is in a stage of the seed lifecycle_stages",
            action="Look whether the seed covers every number of purchases",
            check=no_rows(
                f"select 1 from {relation.sql} where lifecycle_stage is null or lifecycle_stage"
                " not in (select lifecycle_stage from warehouse.reference.lifecycle_stages)"
            ),
        ),
        figures_agree(
            "buyers_as_orders",
            "as many customers are past the prospect stage as have valid orders",
            "Look which orders the mart leaves out",
            Figure(
                "customers with valid orders",
                f"select count(distinct customer_key) {VALID_ORDERS}",
            ),
            Figure(
                "customers past prospect",
                f"select count(*) from {relation.sql} where purchase_days_count > 0",
            ),
        ),
        Rule(
            name="entered_before_today",
            sentence="no stage is entered after the run's business date",
            action="Look how lifecycle dates the change of a stage",
            check=no_rows(f"select 1 from {relation.sql} where entered_on > as_of_date"),
        ),
        Rule(
            name="reasons_complete",
            sentence="every stage has a reason in words, in both languages",
            action="Look whether the seed lifecycle_reasons covers every stage and churn_basis",
            check=no_rows(
                f"select 1 from {relation.sql} where coalesce(stage_reason, '') = ''"
                " or coalesce(stage_reason_zh, '') = ''"
            ),
        ),
        Rule(
            name="one_rule_of_churn",
            sentence="the stages of all buyers follow the rule of churn that was chosen",
            action="Look how lifecycle joins enrich.churn_rule_choice",
            check=no_rows(
                f"select 1 from {relation.sql} where purchase_days_count > 0 and churn_rule is"
                f" distinct from (select max(rule) from {CHURN_RULE_CHOICE})"
            ),
        ),
        Rule(
            name="churned_are_silent",
            sentence="who is churned has been silent for longer than allowed, and nobody else has",
            action="Look how lifecycle_history ends a silence",
            check=no_rows(
                f"select 1 from {relation.sql} where (lifecycle_stage = 'churned')"
                " <> coalesce(as_of_date - last_order_date > churn_after_days, false)"
            ),
        ),
    ]


def churn_risk(relation: Relation) -> list[Rule]:
    """Probabilities in range and banded, nothing below zero at risk, candidates who consented."""
    return [
        Rule(
            name="probabilities_in_range",
            sentence="the churn probability is 0 to 1, and empty in the band none only",
            action="Look at enrich.customer_value_predictions and the seed churn_risk_bands",
            check=no_rows(
                f"select 1 from {relation.sql} where not coalesce(churn_probability, 0)"
                " between 0 and 1 or (churn_probability is null) <> (risk_band = 'none')"
            ),
        ),
        Rule(
            name="margin_at_risk_not_negative",
            sentence="no margin at risk is below zero",
            action="Look how churn_risk weighs the expected margin",
            check=no_rows(f"select 1 from {relation.sql} where expected_margin_at_risk < 0"),
        ),
        Rule(
            name="win_back_consented",
            sentence="every win-back candidate consented to marketing",
            action="Look how churn_risk takes who is contactable",
            check=no_rows(
                f"select 1 from {relation.sql} where is_win_back_candidate and customer_key not in"
                f" (select customer_key from {MARKETING_CONSENTS})"
            ),
        ),
    ]


def lifetime_value(relation: Relation) -> list[Rule]:
    """Totals of the valid orders, and a tier for everybody."""
    return [
        _total(relation, "historic_order_count", "count(*)", "the number"),
        _total(
            relation, "historic_net_amount", "sum(net_amount - refunded_amount)", "the kept amount"
        ),
        Rule(
            name="tiers_complete",
            sentence="every customer has a value tier",
            action="Look whether the seed value_tiers covers every share",
            check=no_rows(f"select 1 from {relation.sql} where value_tier is null"),
        ),
    ]


def cohorts(relation: Relation) -> list[Rule]:
    """Totals of the valid orders."""
    return [
        _total(relation, "cohort_order_count", "count(*)", "the number"),
        _total(
            relation, "cohort_net_amount", "sum(net_amount - refunded_amount)", "the kept amount"
        ),
    ]
