-- written by `make publish-models` from core/fct_service_ticket_events.yml
{{ config(
    alias='fct_service_ticket_events',
    meta={'order_by': ['event_id']}
) }}

select
    event_id,
    ticket_id,
    customer_key,
    channel_id,
    staff_key,
    change_kind,
    is_logged,
    change_number,
    old_value,
    new_value,
    is_reopening,
    occurred_at,
    valid_until_at,
    occurred_date
from {{ ref('fct_service_ticket_events') }}
