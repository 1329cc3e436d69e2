-- written by `make publish-models` from core/dim_products.yml
{{ config(
    alias='dim_products',
    meta={'order_by': ['product_id']}
) }}

select
    product_id,
    is_unknown,
    manufacturer_id,
    department,
    brand,
    product_category,
    product_type,
    package_size,
    unit_cost,
    cost_basis
from {{ ref('dim_products') }}
