from __future__ import annotations

import pytest

from expectations.marts import suites as marts
from expectations.marts.customers import WIDE
from tests.unit.expectations import affinity_breaks
from tests.unit.expectations.small_build import DAY, check, models, orders_only, small_build

MARTS = "warehouse.marts"

BREAKS = {
    ("rfm", "frequency_as_orders"): (
        f"update {MARTS}.rfm set frequency = frequency + 1",
        "the number of the valid orders 19, but total frequency 22",
    ),
    ("rfm", "monetary_as_orders"): (
        f"update {MARTS}.rfm set monetary = monetary + 0.01",
        "the kept amount of the valid orders 380.00, but total monetary 380.03",
    ),
    **{
        ("rfm", f"{score}_from_1_to_5"): (
            f"update {MARTS}.rfm set {score} = 6",
            f"{score} is 1 to 5, and empty only without orders (3 rows against it)",
        )
        for score in ("recency_score", "frequency_score", "monetary_score")
    },
    ("rfm", "buyers_scored"): (
        f"update {MARTS}.rfm set rfm_segment = null",
        "every customer with orders has three scores and a segment (3 rows against it)",
    ),
    ("campaign_attribution", "models_credit_all"): (
        f"update {MARTS}.campaign_attribution set attributed_net_amount = 0"
        " where attribution_model = 'linear'",
        "every attribution model credits all valid orders and what they are worth (1 rows",
    ),
    ("campaign_attribution", "of_this_date"): (
        f"update {MARTS}.campaign_attribution set as_of_date = date '2017-12-30'",
        "every row is of the run's business date (38 rows against it)",
    ),
    **{
        ("campaign_performance", f"{model}_attributed_net_amount_as_orders"): (
            f"update {MARTS}.campaign_performance set {model}_attributed_net_amount = 1.00",
            "the kept amount of all valid orders 380.00,"
            f" but total {model}_attributed_net_amount 1.00",
        )
        for model in ("first", "last", "linear", "time_decay", "position_based")
    },
    ("campaign_performance", "of_this_date"): (
        f"update {MARTS}.campaign_performance set as_of_date = date '2017-12-30'",
        "every row is of the run's business date (1 rows against it)",
    ),
    ("care_calendar", "of_this_date"): (
        f"update {MARTS}.care_calendar set as_of_date = date '2017-12-30'",
        "every row is of the run's business date (1 rows against it)",
    ),
    ("care_calendar", "consented_only"): (
        f"update {MARTS}.care_calendar set customer_key ="
        f" (select max(customer_key) from {MARTS}.rfm)",
        "every occasion is of a customer who consented to marketing (1 rows against it)",
    ),
    ("care_calendar", "days_to_come"): (
        f"update {MARTS}.care_calendar set occasion_date = as_of_date",
        "every occasion lies after the run's business date (1 rows against it)",
    ),
    ("next_best_action", "channel_consented"): (
        f"update {MARTS}.next_best_action set channel_id = 'sms' where channel_id is not null",
        "the channel of every action is one that the customer consented to (1 rows against it)",
    ),
    ("next_best_action", "channel_has_an_address"): (
        "update warehouse.core.bridge_customer_channels set channel_id = 'sms'",
        "the channel of every action is one on which the customer has an address"
        " (1 rows against it)",
    ),
    ("next_best_action", "contact_has_a_channel"): (
        f"update {MARTS}.next_best_action set is_outreach = not is_outreach",
        "an action has a channel if and only if it writes to the customer (3 rows against it)",
    ),
    ("customer_behaviour", "reviewed_orders_as_orders"): (
        f"update {MARTS}.customer_behaviour set reviewed_order_count = 1",
        "valid orders in the window 0, but reviewed 3",
    ),
    **affinity_breaks.BREAKS,
    ("lifecycle", "stages_complete"): (
        f"update {MARTS}.lifecycle set lifecycle_stage = 'asleep'",
        "every customer is in a stage of the seed lifecycle_stages (3 rows against it)",
    ),
    ("lifecycle", "buyers_as_orders"): (
        f"update {MARTS}.lifecycle set purchase_days_count = 0",
        "customers with valid orders 3, but customers past prospect 0",
    ),
    ("lifecycle", "entered_before_today"): (
        f"update {MARTS}.lifecycle set entered_on = date '2018-01-01'",
        "no stage is entered after the run's business date (3 rows against it)",
    ),
    ("lifecycle", "reasons_complete"): (
        f"update {MARTS}.lifecycle set stage_reason_zh = ''",
        "every stage has a reason in words, in both languages (3 rows against it)",
    ),
    ("lifecycle", "one_rule_of_churn"): (
        "update warehouse.enrich.churn_rule_choice set rule = 'own_rhythm'",
        "the stages of all buyers follow the rule of churn that was chosen (3 rows against it)",
    ),
    ("lifecycle", "churned_are_silent"): (
        f"update {MARTS}.lifecycle set last_order_date = as_of_date - 61",
        "who is churned has been silent for longer than allowed, and nobody else has"
        " (3 rows against it)",
    ),
    ("churn_risk", "probabilities_in_range"): (
        f"update {MARTS}.churn_risk set risk_band = 'none'",
        "the churn probability is 0 to 1, and empty in the band none only (3 rows against it)",
    ),
    ("churn_risk", "margin_at_risk_not_negative"): (
        f"update {MARTS}.churn_risk set expected_margin_at_risk = -0.01",
        "no margin at risk is below zero (3 rows against it)",
    ),
    ("churn_risk", "win_back_consented"): (
        f"update {MARTS}.churn_risk set is_win_back_candidate = true",
        "every win-back candidate consented to marketing (2 rows against it)",
    ),
    ("customer_lifetime_value", "historic_order_count_as_orders"): (
        f"update {MARTS}.customer_lifetime_value set historic_order_count = 0",
        "the number of the valid orders 19, but total historic_order_count 0",
    ),
    ("customer_lifetime_value", "historic_net_amount_as_orders"): (
        f"update {MARTS}.customer_lifetime_value set historic_net_amount = 0",
        "the kept amount of the valid orders 380.00, but total historic_net_amount 0.00",
    ),
    ("customer_lifetime_value", "tiers_complete"): (
        f"update {MARTS}.customer_lifetime_value set value_tier = null",
        "every customer has a value tier (3 rows against it)",
    ),
    ("cohort_retention", "cohort_order_count_as_orders"): (
        f"update {MARTS}.cohort_retention set cohort_order_count = 0",
        "the number of the valid orders 19, but total cohort_order_count 0",
    ),
    ("cohort_retention", "cohort_net_amount_as_orders"): (
        f"update {MARTS}.cohort_retention set cohort_net_amount = 0",
        "the kept amount of the valid orders 380.00, but total cohort_net_amount 0.00",
    ),
    ("cohort_retention", "of_this_date"): (
        f"update {MARTS}.cohort_retention set as_of_date = date '2017-12-30'",
        "every row is of the run's business date (3 rows against it)",
    ),
    ("loyalty", "points_balance_as_ledger"): (
        f"update {MARTS}.loyalty set points_balance = points_balance + 1",
        "points in the ledger 100, but total points_balance 103",
    ),
    ("service_performance", "ticket_count_as_facts"): (
        f"update {MARTS}.service_performance set ticket_count = 19",
        "rows of fct_service_tickets 20, but total ticket_count 19",
    ),
    ("satisfaction", "feedback_count_as_facts"): (
        f"update {MARTS}.satisfaction set feedback_count = 0",
        "rows of fct_feedback 20, but total feedback_count 0",
    ),
    ("satisfaction_trends", "levels_count_all"): (
        f"update {MARTS}.satisfaction_trends set response_count = 19",
        "each level of the trends counts every answer once (1 rows against it)",
    ),
    **{
        (mart, "won_as_opportunities"): (
            f"update {MARTS}.{mart} set won_count = won_count - 1",
            "won opportunities 20, but total won_count 19",
        )
        for mart in ("sales_funnel", "sales_performance")
    },
    **{
        (mart, "of_this_date"): (
            f"update {MARTS}.{mart} set as_of_date = date '2017-12-30'",
            "every row is of the run's business date (1 rows against it)",
        )
        for mart in (
            "sales_funnel",
            "sales_performance",
            "satisfaction_trends",
            "service_performance",
        )
    },
    **{
        (mart, "every_customer_once"): (
            f"delete from {MARTS}.{mart} where customer_key ="
            f" (select min(customer_key) from {MARTS}.{mart})",
            "1 customers are missing, doubled or not to be there",
        )
        for mart in sorted(marts.CUSTOMER_MARTS)
    },
    **{
        (mart, "of_this_date"): (
            f"update {MARTS}.{mart} set as_of_date = date '2017-12-30'",
            "every row is of the run's business date (3 rows against it)",
        )
        for mart in sorted(marts.CUSTOMER_MARTS)
    },
}


BREAKS.update(
    {
        **{
            ("customer_360", f"as_{mart}"): (
                f"update {MARTS}.customer_360 set {columns[0].split()[-1]} = null",
                f"3 customers differ from {mart} in their columns",
            )
            for mart, columns in WIDE.items()
        },
        **{
            (table.name, "no_identifier_columns"): (
                f"alter table {MARTS}.{table.name} add column mobile varchar",
                "columns called like a direct identifier: mobile",
            )
            for table in models(small_build(), "marts")
        },
        **{
            ("campaign_performance", f"{model}_attributed_conversions_as_orders"): (
                f"update {MARTS}.campaign_performance set {model}_attributed_conversions = 20",
                f"valid orders 19, but total {model}_attributed_conversions 20.000000",
            )
            for model in ("first", "last", "linear", "time_decay", "position_based")
        },
        ("loyalty", "points_of_everybody"): (
            f"update {MARTS}.loyalty set points_balance = 100 - points_balance",
            "balances are wrong",
        ),
        ("customer_lifetime_value", "orders_of_everybody"): (
            f"update {MARTS}.customer_lifetime_value set historic_order_count = 6",
            "customers have others",
        ),
        ("customer_transactions", "orders_of_everybody"): (
            f"update {MARTS}.customer_transactions set net_amount_90d = net_amount_90d * 1.03",
            "3 customers have others",
        ),
        **{
            ("rfm", f"{score}_follows_{measure}"): (
                f"update {MARTS}.rfm set {measure} = 100, {score} = case when"
                f" customer_key = (select min(customer_key) from {MARTS}.rfm) then 5 else 1 end",
                f"a higher {score} has a better {measure}, equal ones have equal scores (1 rows",
            )
            for score, measure in (
                ("recency_score", "recency_days"),
                ("frequency_score", "frequency"),
                ("monetary_score", "monetary"),
            )
        },
    }
)


def _suites(connection):
    return marts.suites(models(connection, "marts"), DAY)


def test_good_data_pass():
    connection = small_build()
    for suite in _suites(connection):
        results = check(connection, [suite], suite.subject)
        assert [result.message for result in results.values() if not result.passed] == []


@pytest.mark.parametrize(("subject", "rule"), BREAKS)
def test_broken_data_block(subject, rule):
    statement, sentence = BREAKS[subject, rule]
    connection = small_build()
    connection.execute(statement).fetchall()
    result = check(connection, _suites(connection), subject)[rule]
    assert result.blocks
    assert sentence in result.message


@pytest.mark.parametrize(("subject", "statement"), affinity_breaks.ALLOWED)
def test_what_is_allowed_passes(subject, statement):
    connection = small_build()
    connection.execute(statement).fetchall()
    results = check(connection, _suites(connection), subject)
    assert [result.message for result in results.values() if not result.passed] == []


def test_every_rule_was_seen_blocking():
    rules = {(s.subject, rule.name) for s in _suites(small_build()) for rule in s.rules}
    assert rules == set(BREAKS)


@pytest.mark.parametrize(
    "statement",
    [
        f"insert into {MARTS}.rfm select * from {MARTS}.rfm limit 1",
        f"update {MARTS}.rfm set customer_key = 'unknown' where customer_key ="
        f" (select min(customer_key) from {MARTS}.rfm)",
    ],
)
def test_doubled_and_unknown_customers_block(statement):
    connection = small_build()
    connection.execute(statement).fetchall()
    assert check(connection, _suites(connection), "rfm")["every_customer_once"].blocks


def test_a_company_with_nothing_but_order_lines_passes():
    connection = orders_only()
    for suite in _suites(connection):
        results = check(connection, [suite], suite.subject)
        assert [result.message for result in results.values() if not result.passed] == []
