-- written by `make publish-models` from core/fct_refunds.yml
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
    channel_id,
    product_id,
    source_product_id,
    is_split,
    refund_amount,
    refund_reason,
    ordered_date,
    refunded_at,
    refunded_date,
    source_currency_code,
    source_refund_amount,
    has_exchange_rate,
    currency_code
from {{ ref('fct_refunds') }}
