-- written by `make publish-models` from core/fct_campaign_touches.yml
{{ config(
    alias='fct_campaign_touches',
    meta={'order_by': ['touch_id']}
) }}

select
    touch_id,
    campaign_id,
    source_campaign_id,
    customer_key,
    shop_customer_key,
    channel_id,
    touch_kind,
    touched_at,
    touched_date
from {{ ref('fct_campaign_touches') }}
