{{ config(
    alias='fct_orders',
    meta={'order_by': ['order_id']}
) }}

select
    order_id,
    customer_key,
    shop_customer_key,
    store_id,
    channel_id,
    order_status,
    payment_method,
    has_header,
    ordered_at,
    ordered_date,
    status_changed_at,
    line_count,
    quantity,
    gross_amount,
    discount_amount,
    coupon_discount_amount,
    net_amount,
    cost_amount,
    has_known_cost,
    margin_amount,
    refund_count,
    refunded_amount,
    is_cancelled,
    is_test_account,
    is_valid_order,
    currency_code
from {{ ref('fct_orders') }}
