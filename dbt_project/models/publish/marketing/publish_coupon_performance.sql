-- written by `make publish-models` from marts/marketing/coupon_performance.yml
{{ config(
    alias='coupon_performance',
    meta={'order_by': ['source_campaign_id', 'coupon_id']}
) }}

select
    source_campaign_id,
    coupon_id,
    as_of_date,
    campaign_id,
    coupon_product_count,
    coupon_redemption_count,
    redeeming_customer_count,
    coupon_redemption_ratio,
    coupon_order_count,
    coupon_order_net_amount,
    coupon_order_margin_amount,
    first_redeemed_date,
    last_redeemed_date
from {{ ref('coupon_performance') }}
