-- written by `make publish-models` from core/fct_coupon_redemptions.yml
{{ config(
    alias='fct_coupon_redemptions',
    meta={'order_by': ['redemption_id']}
) }}

select
    redemption_id,
    campaign_id,
    source_campaign_id,
    coupon_id,
    customer_key,
    shop_customer_key,
    redeemed_date,
    order_id,
    redemption_match
from {{ ref('fct_coupon_redemptions') }}
