{{ config(
    alias='customer_money_monthly',
    meta={'order_by': ['month_start_date']}
) }}

select
    month_start_date,
    as_of_date,
    is_complete_month,
    month_order_count,
    month_net_amount,
    month_margin_amount,
    new_customer_margin_amount,
    marketing_cost_amount,
    acquisition_cost_amount,
    attributed_margin_amount,
    uncosted_campaign_count
from {{ ref('customer_money_monthly') }}
