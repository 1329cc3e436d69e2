-- written by `make publish-models` from core/business_days.yml
{{ config(
    alias='business_days',
    meta={'order_by': ['schedule_id', 'schedule_date']}
) }}

select
    schedule_id,
    schedule_date,
    day_kind,
    opens_at,
    break_starts_at,
    break_ends_at,
    closes_at,
    open_seconds,
    open_seconds_before
from {{ ref('business_days') }}
