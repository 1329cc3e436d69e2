-- written by `make publish-models` from marts/value/lifecycle.yml
{{ config(
    alias='lifecycle',
    meta={'order_by': ['customer_key']}
) }}

select
    customer_key,
    as_of_date,
    lifecycle_stage,
    lifecycle_stage_zh,
    entered_on,
    days_in_stage,
    previous_stage,
    previous_stage_zh,
    purchase_days_count,
    last_order_date,
    recency_days,
    median_gap_days,
    churn_after_days,
    churn_basis,
    churn_rule,
    churn_rule_f1,
    stage_reason,
    stage_reason_zh
from {{ ref('lifecycle') }}
