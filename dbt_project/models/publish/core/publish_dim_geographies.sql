-- written by `make publish-models` from core/dim_geographies.yml
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
