{{ config(
    alias='fct_service_tickets',
    meta={'order_by': ['ticket_id']}
) }}

select
    ticket_id,
    customer_key,
    channel_id,
    staff_key,
    ticket_type,
    priority,
    ticket_status,
    is_open,
    opened_at,
    opened_date,
    first_response_at,
    resolved_at,
    resolved_date,
    first_response_minutes,
    resolution_minutes,
    first_response_target_minutes,
    resolution_target_minutes,
    is_first_response_sla_met,
    is_resolution_sla_met,
    is_sla_met,
    rating,
    subject_text,
    description_text,
    resolution_text
from {{ ref('fct_service_tickets') }}
