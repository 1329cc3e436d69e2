-- written by `make publish-models` from marts/marketing/campaign_attribution.yml
{{ config(
    alias='campaign_attribution',
    meta={'order_by': ['order_id', 'attribution_model', 'step_number']}
) }}

select
    order_id,
    attribution_model,
    step_number,
    as_of_date,
    is_default_model,
    customer_key,
    ordered_date,
    touchpoint_id,
    touch_kind,
    campaign_id,
    channel_id,
    touched_date,
    credit_ratio,
    attributed_net_amount,
    attributed_margin_amount
from {{ ref('campaign_attribution') }}
