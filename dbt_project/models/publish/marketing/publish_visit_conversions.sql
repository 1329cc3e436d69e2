-- written by `make publish-models` from marts/marketing/visit_conversions.yml
{{ config(
    alias='visit_conversions',
    meta={'order_by': ['session_id']}
) }}

select
    session_id,
    as_of_date,
    customer_key,
    channel_id,
    utm_source,
    started_date,
    is_known_visit,
    is_converting_visit,
    order_id
from {{ ref('visit_conversions') }}
