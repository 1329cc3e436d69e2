-- written by `make publish-models` from core/dim_stores.yml
{{ config(
    alias='dim_stores',
    meta={'order_by': ['store_id']}
) }}

select
    store_id,
    is_unknown,
    store_name,
    geography_key,
    city,
    region,
    country,
    opened_date
from {{ ref('dim_stores') }}
