-- written by `make publish-models` from core/fct_loyalty_points.yml
{{ config(
    alias='fct_loyalty_points',
    meta={'order_by': ['entry_id']}
) }}

select
    entry_id,
    member_key,
    customer_key,
    entry_kind,
    points,
    balance_after_points,
    order_id,
    expires_on,
    occurred_at,
    occurred_date
from {{ ref('fct_loyalty_points') }}
