-- written by `make publish-models` from core/bridge_customer_keys.yml
{{ config(
    alias='bridge_customer_keys',
    meta={'order_by': ['former_customer_key']}
) }}

select
    former_customer_key,
    customer_key,
    replaced_on,
    replacement
from {{ ref('bridge_customer_keys') }}
