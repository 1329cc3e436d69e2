{{ config(
    alias='customer_category_months',
    meta={'order_by': ['customer_key', 'interest_source', 'interest', 'month_start_date']}
) }}

select
    customer_key,
    as_of_date,
    interest_source,
    interest,
    month_start_date,
    day_count
from {{ ref('customer_category_months') }}
