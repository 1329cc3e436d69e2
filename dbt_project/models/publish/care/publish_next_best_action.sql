-- written by `make publish-models` from marts/care/next_best_action.yml
{{ config(
    alias='next_best_action',
    meta={'order_by': ['customer_key']}
) }}

select
    customer_key,
    as_of_date,
    lifecycle_stage,
    care_stage,
    value_tier,
    strategy,
    strategy_zh,
    action,
    action_zh,
    is_outreach,
    channel_id,
    offer,
    offer_zh,
    action_reason,
    action_reason_zh,
    next_occasion,
    next_occasion_date,
    open_ticket_count,
    last_complaint_date,
    open_channel_count,
    recent_contact_count,
    contact_again_on
from {{ ref('next_best_action') }}
