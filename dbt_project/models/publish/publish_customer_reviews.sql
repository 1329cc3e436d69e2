{{ config(
    alias='customer_reviews',
    meta={'order_by': ['customer_key', 'review_date']}
) }}

select
    customer_key,
    as_of_date,
    review_date,
    reviewed_order_count,
    online_order_count,
    offline_order_count,
    reviewed_margin_amount,
    pace_margin_amount,
    margin_position_ratio
from {{ ref('customer_reviews') }}
