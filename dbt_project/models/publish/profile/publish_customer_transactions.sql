-- written by `make publish-models` from marts/profile/customer_transactions.yml
{{ config(
    alias='customer_transactions',
    meta={'order_by': ['customer_key']}
) }}

select
    customer_key,
    as_of_date,
    placed_order_count,
    cancelled_order_count,
    refunded_order_count,
    refunded_amount,
    order_count_90d,
    net_amount_90d,
    average_lines_per_order,
    discount_ratio,
    preferred_order_channel_id,
    preferred_store_id,
    preferred_payment_method,
    top_department,
    department_count
from {{ ref('customer_transactions') }}
