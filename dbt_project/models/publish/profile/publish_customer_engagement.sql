-- written by `make publish-models` from marts/profile/customer_engagement.yml
{{ config(
    alias='customer_engagement',
    meta={'order_by': ['customer_key']}
) }}

select
    customer_key,
    as_of_date,
    web_session_count,
    web_session_count_30d,
    page_view_count,
    add_to_cart_count,
    last_web_session_date,
    social_interaction_count,
    last_social_interaction_date
from {{ ref('customer_engagement') }}
