-- written by `make publish-models` from core/fct_web_sessions.yml
{{ config(
    alias='fct_web_sessions',
    meta={'order_by': ['session_id']}
) }}

select
    session_id,
    customer_key,
    shop_customer_key,
    stitch_rule,
    device_key,
    session_number,
    channel_id,
    started_at,
    started_date,
    ended_at,
    duration_minutes,
    event_count,
    page_view_count,
    distinct_page_count,
    search_count,
    add_to_cart_count,
    remove_from_cart_count,
    checkout_count,
    landing_page_path,
    utm_source,
    utm_campaign
from {{ ref('fct_web_sessions') }}
