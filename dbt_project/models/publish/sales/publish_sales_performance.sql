-- written by `make publish-models` from marts/sales/sales_performance.yml
{{ config(
    alias='sales_performance',
    meta={'order_by': ['month_start_date', 'staff_key']}
) }}

select
    month_start_date,
    staff_key,
    as_of_date,
    lead_count,
    responded_lead_count,
    median_lead_response_minutes,
    median_lead_response_business_minutes,
    lead_response_in_time_ratio,
    converted_lead_count,
    lead_conversion_ratio,
    opportunity_count,
    won_count,
    lost_count,
    win_rate_ratio,
    won_amount,
    average_cycle_days
from {{ ref('sales_performance') }}
