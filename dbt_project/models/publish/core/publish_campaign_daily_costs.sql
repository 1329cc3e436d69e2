-- written by `make publish-models` from core/campaign_daily_costs.yml
{{ config(
    alias='campaign_daily_costs',
    meta={'order_by': ['campaign_id', 'date_day']}
) }}

select
    campaign_id,
    date_day,
    channel_id,
    marketing_cost_amount
from {{ ref('campaign_daily_costs') }}
