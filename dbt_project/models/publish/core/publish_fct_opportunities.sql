-- written by `make publish-models` from core/fct_opportunities.yml
{{ config(
    alias='fct_opportunities',
    meta={'order_by': ['opportunity_key']}
) }}

select
    opportunity_key,
    customer_key,
    account_key,
    staff_key,
    lead_key,
    source_system,
    opportunity_text,
    source_stage,
    sales_stage,
    stage_group,
    stage_order,
    stage_number,
    stage_entered_at,
    stage_entered_date,
    is_entry_exact,
    opportunity_created_at,
    opportunity_created_date,
    closed_at,
    closed_date,
    expected_closing_date,
    win_probability_ratio,
    original_amount,
    currency_code,
    has_exchange_rate,
    opportunity_amount
from {{ ref('fct_opportunities') }}
