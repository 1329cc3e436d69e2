-- written by `make publish-models` from core/loyalty_point_lots.yml
{{ config(
    alias='loyalty_point_lots',
    meta={'order_by': ['entry_id']}
) }}

select
    entry_id,
    member_key,
    customer_key,
    entry_kind,
    order_id,
    points,
    redeemed_points,
    expired_points,
    corrected_points,
    remaining_points,
    lot_status,
    expires_on,
    last_used_date,
    occurred_at,
    occurred_date
from {{ ref('loyalty_point_lots') }}
