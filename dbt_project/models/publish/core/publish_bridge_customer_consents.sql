-- written by `make publish-models` from core/bridge_customer_consents.yml
{{ config(
    alias='bridge_customer_consents',
    meta={'order_by': ['customer_key', 'purpose', 'channel_id']}
) }}

select
    customer_key,
    purpose,
    channel_id,
    consent_state,
    is_granted,
    decided_at,
    policy_version,
    subject_count,
    withdrawn_count
from {{ ref('bridge_customer_consents') }}
