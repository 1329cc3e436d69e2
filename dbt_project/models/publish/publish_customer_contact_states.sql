{{ config(
    alias='customer_contact_states',
    meta={'order_by': ['customer_key']}
) }}

select
    customer_key,
    as_of_date,
    open_ticket_count,
    last_complaint_date,
    open_channel_count,
    preferred_channel_id,
    recent_contact_count,
    contact_again_on,
    blocking_action
from {{ ref('customer_contact_states') }}
