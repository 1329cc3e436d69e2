-- written by `make publish-models` from marts/performance/customer_health_monthly.yml
{{ config(
    alias='customer_health_monthly',
    meta={'order_by': ['month_start_date']}
) }}

select
    month_start_date,
    as_of_date,
    is_complete_month,
    customer_base_start_count,
    new_customer_count,
    won_back_customer_count,
    retained_customer_count,
    active_customer_count,
    churned_customer_count,
    customer_base_end_count,
    repeat_ratio,
    churn_ratio,
    month_order_count,
    month_net_amount,
    month_margin_amount,
    margin_per_active_customer_amount,
    marketing_cost_amount,
    uncosted_campaign_count,
    acquisition_cost_amount,
    customer_acquisition_cost_amount,
    new_customer_margin_amount,
    clv_to_cac_multiple,
    attributed_margin_amount,
    marketing_roi,
    nps_response_count,
    nps
from {{ ref('customer_health_monthly') }}
