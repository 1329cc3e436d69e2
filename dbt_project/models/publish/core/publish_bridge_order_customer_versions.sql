-- written by `make publish-models` from core/bridge_order_customer_versions.yml
{{ config(
    alias='bridge_order_customer_versions',
    meta={'order_by': ['order_id']}
) }}

select
    order_id,
    customer_key,
    ordered_date,
    customer_version_key,
    is_before_first_version
from {{ ref('bridge_order_customer_versions') }}
