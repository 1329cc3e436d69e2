-- written by `make publish-models` from marts/marketing/campaign_audience.yml
{{ config(
    alias='campaign_audience',
    meta={'order_by': ['campaign_id', 'customer_key']}
) }}

select
    campaign_id,
    customer_key,
    as_of_date,
    campaign_group,
    is_reached,
    is_opened,
    is_clicked,
    is_responded,
    is_participant,
    coupon_redemption_count,
    is_converted,
    campaign_order_count,
    campaign_net_amount,
    campaign_margin_amount,
    first_campaign_order_date
from {{ ref('campaign_audience') }}
