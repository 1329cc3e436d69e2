{{ config(
    alias='customer_style_measures',
    meta={'order_by': ['customer_key', 'review_date']}
) }}

select
    customer_key,
    as_of_date,
    review_date,
    reviewed_line_count,
    discounted_line_ratio,
    top_brand_line_ratio,
    distinct_product_ratio,
    bulk_line_ratio,
    premium_line_ratio
from {{ ref('customer_style_measures') }}
