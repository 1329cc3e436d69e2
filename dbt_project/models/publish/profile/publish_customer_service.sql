-- written by `make publish-models` from marts/profile/customer_service.yml
{{ config(
    alias='customer_service',
    meta={'order_by': ['customer_key']}
) }}

select
    customer_key,
    as_of_date,
    ticket_count,
    open_ticket_count,
    sla_missed_ticket_count,
    average_ticket_rating,
    last_ticket_date,
    last_ticket_type
from {{ ref('customer_service') }}
