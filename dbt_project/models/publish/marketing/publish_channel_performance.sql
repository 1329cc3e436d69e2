-- written by `make publish-models` from marts/marketing/channel_performance.yml
{{ config(
    alias='channel_performance',
    meta={'order_by': ['month_start_date', 'channel_id']}
) }}

select
    month_start_date,
    channel_id,
    as_of_date,
    send_touch_count,
    open_touch_count,
    click_touch_count,
    response_touch_count,
    visit_count,
    known_visit_count,
    converting_visit_count,
    visit_conversion_ratio,
    attributed_conversions,
    attributed_net_amount,
    attributed_margin_amount,
    marketing_cost_amount,
    campaign_attributed_margin_amount,
    campaign_attributed_roi
from {{ ref('channel_performance') }}
