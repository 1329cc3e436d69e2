-- written by `make publish-models` from core/bridge_coupon_products.yml
{{ config(
    alias='bridge_coupon_products',
    meta={'order_by': ['campaign_id', 'coupon_id', 'source_product_id']}
) }}

select
    campaign_id,
    coupon_id,
    source_product_id,
    product_id
from {{ ref('bridge_coupon_products') }}
