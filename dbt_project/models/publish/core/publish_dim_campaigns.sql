-- written by `make publish-models` from core/dim_campaigns.yml
{{ config(
    alias='dim_campaigns',
    meta={'order_by': ['campaign_id']}
) }}

select
    campaign_id,
    is_unknown,
    campaign_name,
    campaign_type,
    channel_id,
    campaign_content,
    starts_on,
    ends_on,
    is_running,
    campaign_cost_amount,
    currency_code,
    marketing_cost_amount
from {{ ref('dim_campaigns') }}
