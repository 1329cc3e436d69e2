-- written by `make publish-models` from marts/affinity/recommendations.yml
{{ config(
    alias='recommendations',
    meta={'order_by': ['customer_key', 'recommendation_kind', 'recommendation_rank']}
) }}

select
    customer_key,
    recommendation_kind,
    recommendation_rank,
    as_of_date,
    recommendation_kind_zh,
    product_category,
    product_type,
    product_id,
    brand,
    unit_price,
    recommendation_score,
    recommendation_method,
    recommendation_reason,
    recommendation_reason_zh,
    reason_type,
    reason_product_id,
    is_contactable,
    channel_id
from {{ ref('recommendations') }}
