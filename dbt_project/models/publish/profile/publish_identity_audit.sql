-- written by `make publish-models` from marts/profile/identity_audit.yml
{{ config(
    alias='identity_audit',
    meta={'order_by': ['link_key']}
) }}

select
    link_key,
    as_of_date,
    identity_key_a,
    identity_key_b,
    source_object_a,
    source_object_b,
    customer_key_a,
    customer_key_b,
    rule,
    identifier_type,
    identifier_hash,
    agreement,
    weight,
    is_accepted,
    reason,
    is_same_customer
from {{ ref('identity_audit') }}
