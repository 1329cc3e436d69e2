-- written by `make publish-models` from core/dim_products_history.yml
{{ config(
    alias='dim_products_history',
    meta={'order_by': ['product_id', 'valid_from']}
) }}

select
    product_version_key,
    product_id,
    valid_from,
    valid_to,
    is_current,
    version_number,
    department,
    brand,
    product_category,
    product_type,
    source_unit_cost,
    cost_currency_code,
    cost_basis,
    is_cost_backdated
from {{ ref('dim_products_history') }}
