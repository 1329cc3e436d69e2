-- written by `make publish-models` from core/bridge_customer_identities.yml
{{ config(
    alias='bridge_customer_identities',
    meta={'order_by': ['identity_key']}
) }}

select
    identity_key,
    customer_key,
    source_object,
    is_linkable,
    source_record_count,
    first_seen_date,
    valid_from
from {{ ref('bridge_customer_identities') }}
