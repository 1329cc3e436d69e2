-- written by `make publish-models` from core/fct_opportunity_stages.yml
{{ config(
    alias='fct_opportunity_stages',
    meta={'order_by': ['opportunity_stage_key']}
) }}

select
    opportunity_stage_key,
    opportunity_key,
    customer_key,
    account_key,
    staff_key,
    source_system,
    stage_number,
    source_stage,
    sales_stage,
    stage_group,
    stage_order,
    entered_at,
    entered_date,
    left_at,
    left_date,
    is_current_stage,
    is_entry_exact,
    days_in_sales_stage,
    probability_percent,
    original_amount,
    currency_code,
    opportunity_amount
from {{ ref('fct_opportunity_stages') }}
