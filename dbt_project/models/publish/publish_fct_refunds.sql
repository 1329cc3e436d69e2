{{ config(
    alias='fct_refunds',
    meta={'order_by': ['refund_id']}
) }}

select
    refund_id,
    order_id,
    has_order,
    customer_key,
    shop_customer_key,
    product_id,
    source_product_id,
    refund_amount,
    refund_reason,
    refunded_at,
    refunded_date,
    currency_code
from {{ ref('fct_refunds') }}
