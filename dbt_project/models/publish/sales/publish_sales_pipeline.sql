-- written by `make publish-models` from marts/sales/sales_pipeline.yml
{{ config(
    alias='sales_pipeline',
    meta={'order_by': ['opportunity_key']}
) }}

select
    opportunity_key,
    as_of_date,
    customer_key,
    account_key,
    staff_key,
    source_system,
    opportunity_text,
    sales_stage,
    sales_stage_zh,
    stage_group,
    opportunity_created_date,
    stage_entered_date,
    closed_date,
    expected_closing_date,
    opportunity_amount,
    original_amount,
    currency_code,
    has_exchange_rate,
    win_probability_ratio,
    weighted_amount,
    age_days,
    stage_number,
    days_per_stage,
    days_in_current_stage,
    usual_days_in_stage,
    is_stalled,
    is_closing_overdue,
    usual_cycle_days,
    velocity_amount,
    activity_count,
    last_activity_date,
    lead_key,
    lead_response_minutes,
    lead_response_business_minutes
from {{ ref('sales_pipeline') }}
