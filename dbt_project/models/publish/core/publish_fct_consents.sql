-- written by `make publish-models` from core/fct_consents.yml
{{ config(
    alias='fct_consents',
    meta={'order_by': ['consent_event_id']}
) }}

select
    consent_event_id,
    customer_key,
    subject_type,
    subject_key,
    purpose,
    channel_id,
    consent_state,
    policy_version,
    captured_via,
    occurred_at,
    occurred_date
from {{ ref('fct_consents') }}
