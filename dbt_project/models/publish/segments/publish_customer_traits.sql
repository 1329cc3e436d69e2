-- written by `make publish-models` from marts/segments/customer_traits.yml
{{ config(
    alias='customer_traits',
    meta={'order_by': ['customer_key']}
) }}

select
    customer_key,
    as_of_date,
    primary_interest,
    interests,
    shopping_style,
    shopping_style_zh,
    shopping_style_source,
    shopping_styles
from {{ ref('customer_traits') }}
