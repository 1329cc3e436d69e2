-- written by `make publish-models` from marts/service/service_performance.yml
{{ config(
    alias='service_performance',
    meta={'order_by': ['staff_key', 'month_start_date']}
) }}

select
    staff_key,
    month_start_date,
    as_of_date,
    ticket_count,
    open_ticket_count,
    answered_ticket_count,
    resolved_ticket_count,
    median_first_response_minutes,
    median_first_response_business_minutes,
    median_resolution_minutes,
    median_resolution_business_minutes,
    first_response_sla_met_ratio,
    resolution_sla_met_ratio,
    sla_decided_count,
    sla_met_count,
    sla_met_ratio,
    reopened_ticket_count,
    reopen_count,
    reopened_ratio,
    first_contact_resolution_count,
    first_contact_resolution_ratio,
    rating_count,
    average_ticket_rating
from {{ ref('service_performance') }}
