-- written by `make publish-models` from marts/segments/customer_behaviour.yml
{{ config(
    alias='customer_behaviour',
    meta={'order_by': ['customer_key']}
) }}

select
    customer_key,
    as_of_date,
    review_date,
    reviewed_order_count,
    online_order_count,
    offline_order_count,
    reviewed_session_count,
    is_online_buyer,
    is_offline_buyer,
    behavioural_segment,
    behavioural_segment_zh
from {{ ref('customer_behaviour') }}
