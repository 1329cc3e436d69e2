-- written by `make publish-models` from core/fct_social_interactions.yml
{{ config(
    alias='fct_social_interactions',
    meta={'order_by': ['interaction_id']}
) }}

select
    interaction_id,
    customer_key,
    channel_id,
    interaction_kind,
    body_text,
    occurred_at,
    occurred_date
from {{ ref('fct_social_interactions') }}
