-- written by `make publish-models` from core/fct_refund_lines.yml
{{ config(
    alias='fct_refund_lines',
    meta={'order_by': ['refund_line_id']}
) }}

select
    refund_line_id,
    refund_id,
    order_id,
    order_line_id,
    has_order,
    customer_key,
    shop_customer_key,
    channel_id,
    product_id,
    ordered_date,
    refunded_at,
    refunded_date,
    is_split,
    refund_amount,
    source_currency_code,
    source_refund_amount,
    has_exchange_rate,
    currency_code
from {{ ref('fct_refund_lines') }}
