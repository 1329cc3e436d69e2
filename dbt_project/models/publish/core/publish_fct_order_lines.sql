-- written by `make publish-models` from core/fct_order_lines.yml
{{ config(
    alias='fct_order_lines',
    meta={'order_by': ['order_line_id']}
) }}

select
    order_line_id,
    order_id,
    customer_key,
    shop_customer_key,
    channel_id,
    product_id,
    source_product_id,
    is_unknown_product,
    store_id,
    source_store_id,
    ordered_at,
    ordered_date,
    quantity,
    gross_amount,
    retail_discount_amount,
    coupon_match_discount_amount,
    order_discount_amount,
    discount_amount,
    coupon_discount_amount,
    net_amount,
    cost_amount,
    has_known_cost,
    margin_amount,
    refunded_amount,
    is_cancelled,
    kept_net_amount,
    kept_margin_amount,
    is_zero_or_negative,
    source_currency_code,
    source_net_amount,
    has_exchange_rate,
    currency_code
from {{ ref('fct_order_lines') }}
