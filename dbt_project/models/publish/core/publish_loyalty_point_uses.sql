-- written by `make publish-models` from core/loyalty_point_uses.yml
{{ config(
    alias='loyalty_point_uses',
    meta={'order_by': ['entry_id', 'lot_entry_id']}
) }}

select
    entry_id,
    lot_entry_id,
    member_key,
    customer_key,
    entry_kind,
    used_points,
    is_used_before_earned,
    earned_date,
    occurred_at,
    occurred_date
from {{ ref('loyalty_point_uses') }}
