{{ config(
    alias='dim_geographies',
    meta={'order_by': ['geography_key']}
) }}

select
    geography_key,
    is_unknown,
    country,
    region,
    city
from {{ ref('dim_geographies') }}
