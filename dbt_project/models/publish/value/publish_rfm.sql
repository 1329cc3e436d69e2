-- written by `make publish-models` from marts/value/rfm.yml
{{ config(
    alias='rfm',
    meta={'order_by': ['customer_key']}
) }}

select
    customer_key,
    as_of_date,
    window_from_date,
    last_order_date,
    recency_days,
    frequency,
    monetary,
    recency_score,
    frequency_score,
    monetary_score,
    rfm_cell,
    rfm_segment,
    rfm_segment_zh,
    frequency_tier,
    frequency_tier_zh,
    monetary_tier,
    monetary_tier_zh
from {{ ref('rfm') }}
