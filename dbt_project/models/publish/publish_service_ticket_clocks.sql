{{ config(
    alias='service_ticket_clocks',
    meta={'order_by': ['ticket_id']}
) }}

select
    ticket_id,
    schedule_id,
    resolved_at,
    first_resolved_at,
    reopen_count,
    first_response_priority,
    resolution_priority,
    first_response_clock_seconds,
    first_response_business_clock_seconds,
    resolution_clock_seconds,
    resolution_business_clock_seconds
from {{ ref('service_ticket_clocks') }}
