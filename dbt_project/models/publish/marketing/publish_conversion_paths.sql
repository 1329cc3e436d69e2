-- written by `make publish-models` from marts/marketing/conversion_paths.yml
{{ config(
    alias='conversion_paths',
    meta={'order_by': ['order_id', 'step_number']}
) }}

select
    order_id,
    step_number,
    as_of_date,
    step_count,
    customer_key,
    ordered_date,
    touchpoint_id,
    touch_kind,
    campaign_id,
    channel_id,
    utm_source,
    touched_at,
    touched_date,
    days_before_order
from {{ ref('conversion_paths') }}
