-- written by `make publish-models` from marts/segments/customer_styles.yml
{{ config(
    alias='customer_styles',
    meta={'order_by': ['customer_key', 'shopping_style']}
) }}

select
    customer_key,
    as_of_date,
    shopping_style,
    shopping_style_zh,
    review_date,
    reviewed_line_count,
    line_ratio,
    average_line_ratio,
    style_index,
    is_style,
    style_rank
from {{ ref('customer_styles') }}
