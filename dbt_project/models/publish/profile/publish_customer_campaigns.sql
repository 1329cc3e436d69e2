-- written by `make publish-models` from marts/profile/customer_campaigns.yml
{{ config(
    alias='customer_campaigns',
    meta={'order_by': ['customer_key']}
) }}

select
    customer_key,
    as_of_date,
    targeted_campaign_count,
    campaign_send_count,
    campaign_open_count,
    campaign_click_count,
    campaign_response_count,
    last_campaign_send_date,
    coupon_redemption_count,
    last_coupon_redemption_date
from {{ ref('customer_campaigns') }}
