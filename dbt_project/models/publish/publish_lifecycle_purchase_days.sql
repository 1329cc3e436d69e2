{{ config(
    alias='lifecycle_purchase_days',
    meta={'order_by': ['customer_key', 'purchase_day_number']}
) }}

select
    customer_key,
    as_of_date,
    purchase_day_number,
    purchased_on,
    next_purchase_on,
    gap_days,
    median_gap_days,
    churn_rule,
    churn_after_days,
    churns_on
from {{ ref('lifecycle_purchase_days') }}
