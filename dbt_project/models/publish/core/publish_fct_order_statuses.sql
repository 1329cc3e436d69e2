-- written by `make publish-models` from core/fct_order_statuses.yml
{{ config(
    alias='fct_order_statuses',
    meta={'order_by': ['order_id', 'status_number']}
) }}

select
    order_id,
    status_number,
    customer_key,
    shop_customer_key,
    channel_id,
    order_status,
    order_status_zh,
    previous_order_status,
    entered_at,
    entered_date,
    left_at,
    minutes_in_status,
    is_current
from {{ ref('fct_order_statuses') }}
