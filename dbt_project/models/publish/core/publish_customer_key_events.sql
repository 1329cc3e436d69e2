-- written by `make publish-models` from core/customer_key_events.yml
{{ config(
    alias='customer_key_events',
    meta={'order_by': ['key_event_key']}
) }}

select
    key_event_key,
    event_date,
    event_type,
    customer_key,
    other_customer_key,
    record_count
from {{ ref('customer_key_events') }}
