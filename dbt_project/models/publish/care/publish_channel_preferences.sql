-- written by `make publish-models` from marts/care/channel_preferences.yml
{{ config(
    alias='channel_preferences',
    meta={'order_by': ['customer_key', 'channel_id']}
) }}

select
    customer_key,
    as_of_date,
    channel_id,
    sent_campaign_count,
    answered_campaign_count,
    order_ratio,
    preference_score,
    channel_rank
from {{ ref('channel_preferences') }}
