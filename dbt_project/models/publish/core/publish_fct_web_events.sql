-- written by `make publish-models` from core/fct_web_events.yml
{{ config(
    alias='fct_web_events',
    meta={'order_by': ['event_id']}
) }}

select
    event_id,
    session_id,
    session_number,
    is_first_event,
    customer_key,
    shop_customer_key,
    stitch_rule,
    device_key,
    channel_id,
    event_name,
    product_id,
    source_product_id,
    page_path,
    utm_source,
    utm_campaign,
    occurred_at,
    occurred_date
from {{ ref('fct_web_events') }}
