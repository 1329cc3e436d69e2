-- written by `make publish-models` from core/fct_loyalty_tiers.yml
{{ config(
    alias='fct_loyalty_tiers',
    meta={'order_by': ['member_key', 'tier_period_number']}
) }}

select
    member_key,
    customer_key,
    tier_period_number,
    tier_id,
    previous_tier_id,
    tier_change,
    tier_entered_at,
    tier_entered_date,
    tier_left_at,
    tier_left_date,
    is_current
from {{ ref('fct_loyalty_tiers') }}
