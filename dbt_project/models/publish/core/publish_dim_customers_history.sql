-- written by `make publish-models` from core/dim_customers_history.yml
{{ config(
    alias='dim_customers_history',
    meta={'order_by': ['customer_key', 'valid_from']}
) }}

select
    customer_version_key,
    customer_key,
    valid_from,
    valid_to,
    is_current,
    version_number,
    geography_key,
    city,
    region,
    country,
    loyalty_tier_id
from {{ ref('dim_customers_history') }}
