-- written by `make publish-models` from core/bridge_account_customers.yml
{{ config(
    alias='bridge_account_customers',
    meta={'order_by': ['account_key', 'customer_key']}
) }}

select
    account_key,
    customer_key,
    contact_count
from {{ ref('bridge_account_customers') }}
