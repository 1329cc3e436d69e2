-- written by `make publish-models` from marts/segments/customer_interests.yml
{{ config(
    alias='customer_interests',
    meta={'order_by': ['customer_key', 'interest_source', 'interest']}
) }}

select
    customer_key,
    as_of_date,
    review_date,
    interest_source,
    interest,
    interest_day_count,
    interest_ratio,
    average_interest_ratio,
    interest_lift,
    interest_rank
from {{ ref('customer_interests') }}
