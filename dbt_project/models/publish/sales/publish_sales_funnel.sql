-- written by `make publish-models` from marts/sales/sales_funnel.yml
{{ config(
    alias='sales_funnel',
    meta={'order_by': ['month_start_date', 'staff_key', 'sales_stage']}
) }}

select
    month_start_date,
    staff_key,
    sales_stage,
    as_of_date,
    sales_stage_zh,
    stage_group,
    stage_order,
    entered_count,
    advanced_count,
    won_count,
    lost_count,
    still_open_count,
    entered_amount,
    won_amount,
    stage_conversion_ratio,
    win_rate_ratio,
    average_days_in_stage
from {{ ref('sales_funnel') }}
