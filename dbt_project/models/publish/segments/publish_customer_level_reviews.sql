-- written by `make publish-models` from marts/segments/customer_level_reviews.yml
{{ config(
    alias='customer_level_reviews',
    meta={'order_by': ['customer_key', 'review_date']}
) }}

select
    customer_key,
    as_of_date,
    review_date,
    reviewed_order_count,
    reviewed_margin_amount,
    margin_position_ratio,
    plain_customer_level,
    customer_level,
    customer_level_zh,
    pace_margin_amount,
    next_level_margin_amount,
    is_on_pace_to_next_level
from {{ ref('customer_level_reviews') }}
